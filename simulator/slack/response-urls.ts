import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import { type Json, object } from '../json';
import type { Answer, Visit } from '../server';
import type { ChatMethods } from './chat';
import type { Channel, Post, Workspace } from './posts';

interface ResponseUrl {
  workspace: Workspace;
  channel: Channel;
  user: string;
  /** The post whose button was pressed. */
  post?: Post;
  bornMs: number;
  uses: number;
}

const mostUses = 5;
const livesMs = 30 * 60_000;
const mostKept = 2_000;

/** Addresses to which the product may answer later: five times in half an hour. */
export class ResponseUrls {
  private readonly urls = new Map<string, ResponseUrl>();
  /** Where this simulator is reached; known once it listens. */
  base = '';

  constructor(
    private readonly clock: Clock,
    private readonly chat: ChatMethods,
  ) {}

  give(workspace: Workspace, channel: Channel, user: string, post?: Post): string {
    const id = randomBytes(12).toString('hex');
    const born = { bornMs: this.clock.ms(), uses: 0 };
    this.urls.set(id, { workspace, channel, user, ...born, ...(post && { post }) });
    const [oldest] = this.urls.keys();
    if (this.urls.size > mostKept && oldest) this.urls.delete(oldest);
    return `${this.base}/__resp/${id}`;
  }

  visit({ params, body }: Visit): Answer {
    const url = this.urls.get(params.id ?? '');
    if (!url || this.clock.ms() - url.bornMs > livesMs) return refused('expired_url');
    if (url.uses >= mostUses) return refused('used_url');
    url.uses += 1;
    const given = read(body);
    if (!given) return { status: 400, body: { ok: false, error: 'invalid_payload' } };
    this.act(url, given);
    return { body: { ok: true } };
  }

  private act({ workspace, channel, user, post }: ResponseUrl, given: Json): void {
    if (given.delete_original === true && post) return void this.chat.drop(workspace, post);
    if (given.replace_original === true && post) this.chat.drop(workspace, post);
    this.chat.say(workspace, channel, given, given.response_type === 'in_channel' ? undefined : user);
  }
}

const refused = (error: string): Answer => ({ status: 404, body: { ok: false, error } });

function read(body: Buffer): Json | undefined {
  try {
    return object(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}
