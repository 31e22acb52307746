import { randomBytes } from 'node:crypto';
import { notFound } from '../errors';
import { type Json, list, object, text } from '../json';
import { multipart } from '../multipart';
import type { Answer, Visit } from '../server';
import type { ChatMethods } from './chat';
import type { Workspace } from './posts';
import { SlackError, type WebApi } from './web-api';

interface File {
  id: string;
  team: string;
  name: string;
  title: string;
  /** As announced; the bytes must fit. */
  length: number;
  content?: Buffer;
  /** What is in a picture, for whoever can't see it. */
  alt?: string;
  isComplete: boolean;
  channels: string[];
}

const mostBytes = 64 * 1024 * 1024;
const longestAlt = 1_000;

/** Files in three steps: an address is asked for, the bytes go there, and then the file is shared. */
export class Files {
  private readonly files = new Map<string, File>();
  /** Where this simulator is reached; known once it listens. */
  base = '';

  constructor(private readonly chat: ChatMethods) {}

  join(api: WebApi): void {
    api
      .on('files.getUploadURLExternal', (given, { team }) => this.announce(given, team.id))
      .on('files.completeUploadExternal', (given, workspace) => this.complete(given, workspace))
      .on('files.info', (given, { team }) => ({ file: this.wired(this.of(given.file, team.id)) }))
      .on('files.delete', (given, { team }) => {
        this.files.delete(this.of(given.file, team.id).id);
        return {};
      });
  }

  all() {
    return [...this.files.values()].map(({ id, team, name, title, alt, content, channels, isComplete }) => ({
      ...{ id, team, name, title, channels, isComplete, size: content?.length ?? 0, ...(alt && { alt }) },
    }));
  }

  /** @throws ControlError when there is none */
  content(id: string): Answer {
    const file = this.files.get(id);
    if (!file?.content) throw notFound(`file ${id}`);
    return { headers: { 'content-type': 'application/octet-stream' }, body: file.content };
  }

  /** Somebody of the workspace drops a file: it is there at once. */
  drop(workspace: Workspace, channel: string, name: string, content: Buffer): Json {
    const id = `F0${randomBytes(5).toString('hex').toUpperCase()}`;
    const file = { id, team: workspace.team.id, name, title: name, length: content.length, content };
    this.files.set(id, { ...file, isComplete: true, channels: [channel] });
    this.forgetOldest();
    return this.wired(this.of(id, workspace.team.id));
  }

  /** A file's private address: for whoever shows a token of its workspace. Anybody else gets Slack's sign-in page. */
  download({ params, headers }: Visit, teamOf: (token: string) => string | undefined): Answer {
    const file = this.files.get(params.id ?? '');
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (!file?.content || !token || teamOf(token) !== file.team)
      return { status: 302, headers: { location: `${this.base}/sign-in` }, body: '' };
    return { headers: { 'content-type': 'application/octet-stream' }, body: file.content };
  }

  /** Takes the bytes of a file that was announced. */
  upload({ params, body, headers }: Visit): Answer {
    const file = this.files.get(params.id ?? '');
    if (!file || file.isComplete) return { status: 404, body: 'not_found' };
    const type = headers['content-type'] ?? '';
    const content = type.startsWith('multipart/') ? multipart(body, type)[0]?.content : body;
    if (content?.length !== file.length) return { status: 400, body: 'size_mismatch' };
    file.content = content;
    this.forgetOldest();
    return { body: `OK - ${content.length}` };
  }

  private announce(given: Json, team: string): Json {
    const name = text(given.filename);
    const length = Number(given.length);
    if (!name || !Number.isInteger(length) || length < 1) throw new SlackError('invalid_arguments');
    const id = `F0${randomBytes(5).toString('hex').toUpperCase()}`;
    const alt = text(given.alt_text);
    if (alt && alt.length > longestAlt) throw new SlackError('invalid_arguments');
    this.files.set(id, { id, team, name, title: name, length, isComplete: false, channels: [], ...(alt && { alt }) });
    return { upload_url: `${this.base}/__upload/${id}`, file_id: id };
  }

  private complete(given: Json, workspace: Workspace): Json {
    const files = list(given.files).map((one) => {
      const file = this.of(object(one).id, workspace.team.id);
      if (!file.content) throw new SlackError('file_not_found');
      file.title = text(object(one).title) ?? file.name;
      return file;
    });
    if (files.length === 0) throw new SlackError('invalid_arguments');
    const channels = (text(given.channel_id) ?? text(given.channels) ?? '').split(',').filter(Boolean);
    for (const id of channels) this.share(files, id, given, workspace);
    for (const file of files) file.isComplete = true;
    return { files: files.map((file) => this.wired(file)) };
  }

  private share(files: File[], id: string, given: Json, workspace: Workspace): void {
    const channel = workspace.channels.get(id);
    if (!channel) throw new SlackError('channel_not_found');
    if (!channel.hasBot) throw new SlackError('not_in_channel');
    this.chat.threadOf(given, workspace, channel);
    for (const file of files) file.channels.push(id);
    const comment = text(given.initial_comment) ?? files.map(({ title }) => title).join(', ');
    const thread = text(given.thread_ts);
    const post = { text: comment, ...(thread && { thread_ts: thread }) };
    this.chat.say(workspace, channel, { ...post, files: files.map((file) => this.wired(file)) });
  }

  private of(id: unknown, team: string): File {
    const file = this.files.get(text(id) ?? '');
    if (file?.team !== team) throw new SlackError('file_not_found');
    return file;
  }

  private wired({ id, name, title, alt, content, channels }: File): Json {
    const url = `${this.base}/files-pri/${id}/${encodeURIComponent(name)}`;
    const seen = `${this.base}/__sim/slack/files/${id}`;
    const size = content?.length ?? 0;
    const known = { id, name, title, size, channels, ...(alt && { alt_txt: alt }) };
    return { ...known, url_private: url, url_private_download: url, permalink: seen };
  }

  private forgetOldest(): void {
    let bytes = [...this.files.values()].reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
    for (const [id, { content }] of this.files) {
      if (bytes <= mostBytes && this.files.size <= 1_000) return;
      bytes -= content?.length ?? 0;
      this.files.delete(id);
    }
  }
}
