import { createHash } from 'node:crypto';
import { Bounded } from '../bounded';
import type { Clock } from '../clock';
import { notFound } from '../errors';
import type { Json } from '../json';
import type { Team } from '../world';

export interface Post {
  ts: string;
  channel: string;
  user: string;
  botId?: string;
  text: string;
  blocks: Json[];
  threadTs?: string;
  isEdited?: boolean;
  /** Shown to this person alone, and kept by nobody. */
  onlyFor?: string;
  reactions: { name: string; users: string[] }[];
  metadata?: Json;
  files?: Json[];
}

export interface Channel {
  id: string;
  name: string;
  kind: 'channel' | 'im';
  /** People, not the bot. */
  members: string[];
  hasBot: boolean;
  isArchived: boolean;
  posts: Bounded<Post>;
}

const mostPosts = 2_000;

/** One workspace: its people, its channels and what was posted there. */
export class Workspace {
  readonly channels = new Map<string, Channel>();
  private lastMicros = 0;

  constructor(
    readonly team: Team,
    private readonly clock: Clock,
  ) {
    for (const { id, name, members, bot } of team.channels)
      this.add({ id, name, kind: 'channel', members, hasBot: bot });
  }

  user(id: string): Team['users'][number] | undefined {
    return this.team.users.find((user) => user.id === id);
  }

  /** @throws ControlError when nobody works here by that id */
  member(id: string): Team['users'][number] {
    const user = this.user(id);
    if (!user) throw notFound(`user ${id} in ${this.team.id}`);
    return user;
  }

  /** The direct messages of one person and the bot; always the same channel. */
  direct(user: string): Channel {
    const hash = createHash('sha256').update(`${this.team.id}/${user}`).digest('hex').toUpperCase();
    const id = `D0${hash.slice(0, 9)}`;
    return this.channels.get(id) ?? this.add({ id, name: 'dm', kind: 'im', members: [user], hasBot: true });
  }

  /** By id; `dm` is a person's direct messages. @throws ControlError */
  channel(id: string, user?: string): Channel {
    const channel = id === 'dm' && user ? this.direct(this.member(user).id) : this.channels.get(id);
    if (!channel) throw notFound(`channel ${id} in ${this.team.id}`);
    return channel;
  }

  find(channel: string, ts: string): Post | undefined {
    return this.channels.get(channel)?.posts.items.findLast((post) => post.ts === ts);
  }

  /** Seconds and microseconds, each later than the one before. */
  nextTs(): string {
    this.lastMicros = Math.max(this.lastMicros + 1, this.clock.ms() * 1_000);
    return `${Math.floor(this.lastMicros / 1e6)}.${String(this.lastMicros % 1e6).padStart(6, '0')}`;
  }

  private add(about: Omit<Channel, 'isArchived' | 'posts'>): Channel {
    const channel = { ...about, isArchived: false, posts: new Bounded<Post>(mostPosts) };
    this.channels.set(channel.id, channel);
    return channel;
  }
}

/** A post as Slack's own answers and events show it. */
export function wired({ team }: Workspace, app: string, post: Post): Json {
  return {
    type: 'message',
    user: post.user,
    ...(post.botId && { bot_id: post.botId, app_id: app }),
    team: team.id,
    text: post.text,
    ts: post.ts,
    ...(post.blocks.length > 0 && { blocks: post.blocks }),
    ...(post.threadTs && { thread_ts: post.threadTs }),
    ...(post.isEdited && { edited: { user: post.user, ts: post.ts } }),
    ...(post.reactions.length > 0 && { reactions: post.reactions }),
    ...(post.metadata && { metadata: post.metadata }),
    ...(post.files && { files: post.files }),
  };
}
