import { Buckets } from '../bucket';
import type { Clock } from '../clock';
import { type Json, object, text } from '../json';
import { checkBlocks } from './blocks';
import type { Channel, Post, Workspace } from './posts';
import { wired } from './posts';
import { SlackError, TooFast, type WebApi } from './web-api';

const mostText = 40_000;

interface Parts {
  app: string;
  clock: Clock;
  changed(kind: 'message' | 'changed' | 'deleted' | 'ephemeral', workspace: Workspace, post: Post): void;
}

/** chat.*: what the bot posts, changes and takes back. */
export class ChatMethods {
  /** One a second in each channel, after a short burst. */
  private posts = new Buckets(3, 1);

  constructor(private readonly parts: Parts) {}

  /** How many posts a channel takes at once. */
  allowBurst(burst: number): void {
    this.posts = new Buckets(burst, 1);
  }

  join(api: WebApi): void {
    api
      .on('chat.postMessage', (given, workspace) => this.post(given, workspace))
      .on('chat.postEphemeral', (given, workspace) => this.whisper(given, workspace))
      .on('chat.update', (given, workspace) => this.update(given, workspace))
      .on('chat.delete', (given, workspace) => this.remove(given, workspace));
  }

  /** A post by the bot that nobody asked the API for: the answer to a command, or to a response_url. */
  say(workspace: Workspace, channel: Channel, given: Json, onlyFor?: string): Post {
    const post = this.drawn(given, workspace, channel);
    if (onlyFor) post.onlyFor = onlyFor;
    channel.posts.push(post);
    this.parts.changed(onlyFor ? 'ephemeral' : 'message', workspace, post);
    return post;
  }

  private post(given: Json, workspace: Workspace): Json {
    const channel = this.channelOf(given, workspace);
    if (!channel.hasBot) throw new SlackError('not_in_channel');
    this.threadOf(given, workspace, channel);
    const wait = this.posts.take(channel.id, this.parts.clock.ms());
    if (wait > 0) throw new TooFast(Math.ceil(wait / 1000));
    const post = this.say(workspace, channel, given);
    return { channel: channel.id, ts: post.ts, message: wired(workspace, this.parts.app, post) };
  }

  private whisper(given: Json, workspace: Workspace): Json {
    const channel = this.channelOf(given, workspace);
    const user = text(given.user) ?? '';
    if (!channel.hasBot) throw new SlackError('not_in_channel');
    if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel');
    return { message_ts: this.say(workspace, channel, given, user).ts };
  }

  private update(given: Json, workspace: Workspace): Json {
    const post = this.own(given, workspace);
    const channel = this.channelOf(given, workspace);
    const { text: words, blocks } = this.drawn({ text: post.text, ...given }, workspace, channel);
    post.text = words;
    if (given.blocks !== undefined) post.blocks = blocks;
    post.isEdited = true;
    this.parts.changed('changed', workspace, post);
    return { channel: channel.id, ts: post.ts, text: words, message: wired(workspace, this.parts.app, post) };
  }

  private remove(given: Json, workspace: Workspace): Json {
    const post = this.own(given, workspace);
    this.drop(workspace, post);
    return { channel: post.channel, ts: post.ts };
  }

  drop(workspace: Workspace, post: Post): void {
    const posts = workspace.channels.get(post.channel)?.posts.items;
    posts?.splice(posts.indexOf(post), 1);
    this.parts.changed('deleted', workspace, post);
  }

  /** Nothing is posted beneath what is not there. */
  threadOf(given: Json, workspace: Workspace, channel: Channel): void {
    const thread = text(given.thread_ts);
    if (thread && !workspace.find(channel.id, thread)) throw new SlackError('thread_not_found');
  }

  /** Only one's own posts can be changed, and nobody's whisper. */
  private own(given: Json, workspace: Workspace): Post {
    const channel = this.channelOf(given, workspace);
    const post = workspace.find(channel.id, text(given.ts) ?? '');
    if (!post || post.onlyFor) throw new SlackError('message_not_found');
    if (post.user !== workspace.team.bot.id) throw new SlackError('cant_update_message');
    return post;
  }

  private channelOf(given: Json, workspace: Workspace): Channel {
    const id = text(given.channel) ?? '';
    const channel =
      workspace.channels.get(id) ??
      (workspace.user(id) && workspace.direct(id)) ??
      [...workspace.channels.values()].find((one) => `#${one.name}` === id);
    if (!channel) throw new SlackError('channel_not_found');
    if (channel.isArchived) throw new SlackError('is_archived');
    return channel;
  }

  private drawn(given: Json, workspace: Workspace, channel: Channel): Post {
    const blocks = checkBlocks(given.blocks, 'message');
    const words = text(given.text) ?? '';
    if (!words && blocks.length === 0) throw new SlackError('no_text');
    if (words.length > mostText) throw new SlackError('msg_too_long');
    const thread = text(given.thread_ts);
    const metadata = object(given.metadata);
    const { id: user, botId } = workspace.team.bot;
    return {
      ...{ ts: workspace.nextTs(), channel: channel.id, user, botId, text: words, blocks, reactions: [] },
      ...(thread && { threadTs: thread }),
      ...(Object.keys(metadata).length > 0 && { metadata }),
      ...(Array.isArray(given.files) && { files: given.files.map(object) }),
    };
  }
}
