import { createHash } from 'node:crypto';
import type { Content, Sender, SendOutcome, Surface, SurfaceRef } from '../channel';
import type { Database, TenantTx } from '../data/database';
import { newId } from '../data/ids';
import type { Keys } from '../data/keys';
import type { Language } from '../intent';
import type { Log } from '../log';
import type { CardRef, Post } from './posts.table';
import * as table from './posts.table';

/** Slack may be away for hours: once a minute, for a day. */
const mostTries = 24 * 60;
const longestPause = 60;
/** Whatever was on its way has arrived by then, or never will. */
const lookAfter = 5;
/** So often it is looked for before it is made again. */
const looks = 2;
/** What we post beneath or change is not there any more. */
const isGone: ReadonlySet<string> = new Set(
  ['message_not_found', 'thread_not_found', 'invalid_thread_ts', 'cannot_reply_to_message'].map(
    (code) => `SLACK_${code}`,
  ),
);
/** So often the head of a thread is made anew for one line. */
const mostHeads = 8;
/** A post that is a file of somebody's. */
const filePrefix = 'file/';
const fileTopic = 'file';

export interface PostsDeps {
  database: Database;
  keys: Keys;
  log: Log;
  surface: Surface;
  /** The workspace's own token. */
  workspace(tx: TenantTx, team: string): Promise<Sender | undefined>;
  /** Draws a card as it stands now. */
  draw(tx: TenantTx, card: CardRef, language: Language, at: SurfaceRef): Promise<Content>;
  /** Brings a file that a person sent to a place in Slack; `accepted` carries its id there. */
  carry?(file: CarriedFile, workspace: Sender, at: SurfaceRef & { post: string }): Promise<SendOutcome>;
  wake(kind: 'post'): void;
  /** What stands in Slack about something is no longer as it was: people's pages show it, too. */
  onChanged?(tx: TenantTx, isCalm: boolean): void;
  /** What we said of a person is taken down: no page may go on showing it. */
  onRemoved?(tx: TenantTx): Promise<void>;
}

/** A file as its provider keeps it, and the number it came to. */
export interface CarriedFile {
  channel: string;
  app: string;
  sender: string;
  id: string;
  name: string;
}

export interface NewPost {
  at: SurfaceRef;
  language: Language;
  content?: Content;
  card?: CardRef;
  topic?: string;
  /** The person it is about: it goes when they are erased. */
  contact?: string;
  /** In the thread of this post of ours, wherever that stands when its turn comes. */
  beneath?: string;
  /** A file instead of words; those are said where it can't be had. */
  file?: CarriedFile;
}

/** What stands at a place in Slack: its card, and whom it was said to. */
export interface Standing {
  card?: CardRef;
  users: readonly string[];
}

interface Step {
  post: Post;
  hash?: Buffer;
  act(): Promise<SendOutcome>;
}

/** Our posts in Slack: a row first, then the post, then what came of it. A post whose outcome is unknown is never posted again. */
export class Posts {
  readonly kind = 'post';

  constructor(private readonly deps: PostsDeps) {}

  async add(tx: TenantTx, post: NewPost, now: Date): Promise<string> {
    const keys = await this.deps.keys.of(tx);
    const id = newId();
    const { team, channel, user } = post.at;
    const lane = keys.findRaw('lane', `post|${team}|${channel ?? user ?? ''}`);
    const sealed = post.content
      ? keys.seal(JSON.stringify({ ...post.content, ...(post.file && { file: post.file }) }), `slack_post|${id}`)
      : null;
    const { contact, topic, card, language, beneath } = post;
    const row = {
      id,
      lane,
      contact_id: contact ?? null,
      topic: post.file ? fileTopic : (topic ?? null),
      card: card ?? null,
      sealed,
      team,
      place: post.at,
      language,
      beneath: beneath ?? null,
    };
    await table.insertPost(tx, row, now);
    if (card) this.deps.onChanged?.(tx, false);
    const older = topic && card ? await this.retire(tx, { id, at: post.at, topic, card }) : [];
    await this.wake(tx, [lane, ...older]);
    return id;
  }

  /** Where a post of ours is to stand, for what goes beneath it. */
  async headOf(tx: TenantTx, id: string): Promise<{ at: SurfaceRef; language: Language } | undefined> {
    const head = await table.headOf(tx, id);
    return head && { at: head.place, language: head.language };
  }

  /** Where the same card stands already, its buttons go: nobody is to press what they no longer look at. @returns the lanes of those */
  private async retire(
    tx: TenantTx,
    { id, at, topic, card }: { id: string; at: SurfaceRef; topic: string; card: CardRef },
  ): Promise<Buffer[]> {
    const older = (await table.twinsOf(tx, topic, card, id)).filter(({ place }) => talkOf(place) === talkOf(at));
    if (older.length > 0)
      await table.markOlder(
        tx,
        older.map((one) => one.id),
      );
    return older.map(({ lane }) => lane);
  }

  /** Live posts about this topic are drawn again, at most once a second each. */
  async refresh(tx: TenantTx, topic: string): Promise<void> {
    this.deps.onChanged?.(tx, false);
    await this.wake(tx, await table.markStale(tx, { topic }, 1));
  }

  /** Every card about a person is drawn again. */
  async refreshAbout(tx: TenantTx, about: string): Promise<void> {
    this.deps.onChanged?.(tx, false);
    await this.wake(tx, await table.markStale(tx, { about }, 1));
  }

  /** The same for what only moves along: Slack takes some fifty updates a minute from one workspace. */
  async refreshCalmly(tx: TenantTx, topic: string, seconds = 3): Promise<void> {
    this.deps.onChanged?.(tx, true);
    await this.wake(tx, await table.markStale(tx, { topic }, seconds));
  }

  /** What of ours is there, or in the thread beneath: the card, whom it was said to, and whose it is. @param at `channel/ts` */
  async at(tx: TenantTx, team: string, at: string): Promise<Standing> {
    const found = await table.postsAt(tx, team, at);
    const root = found.find(({ isRoot }) => isRoot);
    const users = (root ? [root] : found).flatMap(({ place }) => place.user ?? []);
    return { ...(root?.card && { card: root.card }), users };
  }

  /** Whether a live post about this stands already. */
  hasCard(tx: TenantTx, topic: string): Promise<boolean> {
    return table.hasCard(tx, topic);
  }

  /** Takes down what we posted about a person. Returns how many posts may stand in Slack. */
  async removeAbout(tx: TenantTx, contact: string): Promise<number> {
    await this.deps.onRemoved?.(tx);
    const lanes = await table.markForRemoval(tx, contact);
    await this.wake(tx, lanes);
    return lanes.length;
  }

  /** Takes down what we wrote to one member alone. */
  async removeTo(tx: TenantTx, team: string, user: string): Promise<void> {
    await this.wake(tx, await table.markForRemovalTo(tx, team, user));
  }

  standing(tx: TenantTx, contact: string): Promise<number> {
    return table.standingAbout(tx, contact);
  }

  /** One post of one Slack channel: found in one transaction, acted upon outside, written down in another. */
  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const { database } = this.deps;
    const step = await database.withTenant(tenant, (tx) => this.prepare(tx, lane));
    if (!step) return 'done';
    const outcome = await step.act();
    await database.withTenant(tenant, (tx) => this.conclude(tx, step, outcome));
    return 'again';
  }

  private async wake(tx: TenantTx, lanes: readonly Buffer[]): Promise<void> {
    for (const lane of lanes) await table.wakeNow(tx, lane);
    if (lanes.length > 0) tx.afterCommit(() => this.deps.wake('post'));
  }

  private async prepare(tx: TenantTx, lane: Buffer): Promise<Step | undefined> {
    const post = await table.nextPending(tx, lane);
    if (!post) {
      const ms = await table.wakeWhenDue(tx, lane);
      // People watch this: not only at the next poll.
      if (ms !== undefined) tx.afterCommit(() => void setTimeout(() => this.deps.wake('post'), ms + 5).unref());
      return undefined;
    }
    const { surface } = this.deps;
    const sender = await this.deps.workspace(tx, post.team);
    const lost = post.state === 'posting' || (post.state === 'removing' && !post.provider_id); // a crash between the call and its outcome
    const find = surface.find?.bind(surface);
    if (sender && find && isLookedFor(post)) {
      const { id, created_at: since } = post;
      const place = post.beneath ? await this.beneath(tx, post.beneath, post.place) : post.place;
      return { post, act: () => find(sender, place, id, since) };
    }
    if (!sender || lost) return { post, act: async () => ({ outcome: 'unknown', code: 'SLACK_OUTCOME_LOST' }) };
    if (post.state === 'removing') return { post, act: () => this.remove(sender, post) };
    const { file, ...content } = await this.content(tx, post);
    const hash = createHash('sha256').update(JSON.stringify(content)).digest();
    if (post.state === 'queued') {
      await table.markPosting(tx, post.id);
      const place = post.beneath ? await this.beneath(tx, post.beneath, post.place) : post.place;
      return { post, hash, act: () => this.put(sender, place, { content, file, reference: post.id }) };
    }
    if (post.shown_hash?.equals(hash))
      return { post, act: async () => ({ outcome: 'accepted', providerId: post.provider_id ?? '' }) };
    return { post, hash, act: () => surface.update(sender, placed(post), content) };
  }

  /** In the thread, if its head stands; what was said is never lost for want of one. */
  private async beneath(tx: TenantTx, id: string, place: SurfaceRef): Promise<SurfaceRef> {
    const [channel, thread] = (await table.headOf(tx, id))?.provider_id?.split('/') ?? [];
    return channel && thread ? { ...place, channel, thread } : place;
  }

  private async put(
    sender: Sender,
    place: SurfaceRef,
    { content, file, reference }: { content: Content; file: CarriedFile | undefined; reference: string },
  ): Promise<SendOutcome> {
    const { surface, carry } = this.deps;
    if (file && carry && place.thread) {
      const put = await carry(file, sender, { ...place, post: place.thread });
      if (put.outcome === 'accepted') return { ...put, providerId: `${filePrefix}${put.providerId}` };
      if (put.outcome !== 'refused' || isGone.has(put.code) || ['retry', 'wait'].includes(put.treatment)) return put;
    }
    return surface.post(sender, place, content, reference);
  }

  private async remove(sender: Sender, post: Post): Promise<SendOutcome> {
    const { surface } = this.deps;
    const file = post.provider_id?.startsWith(filePrefix) ? post.provider_id.slice(filePrefix.length) : undefined;
    if (file === undefined) return surface.remove(sender, placed(post));
    return surface.removeFile ? surface.removeFile(sender, file) : { outcome: 'unknown', code: 'SLACK_OUTCOME_LOST' };
  }

  private async content(tx: TenantTx, post: Post): Promise<Content & { file?: CarriedFile }> {
    if (post.card) return this.deps.draw(tx, post.card, post.language, post.place);
    if (!post.sealed) return { text: '…' };
    return JSON.parse((await this.deps.keys.of(tx)).open(post.sealed, `slack_post|${post.id}`).toString('utf8'));
  }

  /** What came of looking for a post that may stand. */
  private async looked(tx: TenantTx, post: Post, outcome: SendOutcome): Promise<void> {
    if (outcome.outcome === 'accepted') return table.markFound(tx, post.id, outcome.providerId);
    const isGone = outcome.outcome === 'refused' && outcome.code === notFound;
    if (isGone && post.state === 'removing') return table.settle(tx, post.id, 'deleted');
    if (isGone && post.attempts + 1 >= looks) return table.makeAgain(tx, post.id);
    const mayLookAgain = isGone || outcome.outcome !== 'refused' || isForNow(outcome);
    if (mayLookAgain && post.attempts < mostTries) return table.postpone(tx, post, pauseFor(post, outcome));
    return table.settle(tx, post.id, 'unknown');
  }

  private async conclude(tx: TenantTx, { post, hash }: Step, outcome: SendOutcome): Promise<void> {
    if (this.deps.surface.find && isLookedFor(post)) return this.looked(tx, post, outcome);
    if (outcome.outcome === 'accepted') {
      if (post.state === 'removing') return table.settle(tx, post.id, 'deleted');
      return table.markShown(tx, post, post.provider_id ?? outcome.providerId, hash);
    }
    this.deps.log.warn(
      { event: `post.${outcome.outcome}`, code: outcome.code, tenant: tx.tenant },
      'Slack did not take a post',
    );
    if (outcome.outcome === 'refused' && isGone.has(outcome.code) && (await this.anew(tx, post))) return;
    const later = outcome.outcome === 'not_sent' || (outcome.outcome === 'refused' && isForNow(outcome));
    // Updating or removing twice changes nothing, posting twice would.
    const harmless = post.state !== 'queued' && outcome.outcome === 'unknown' && outcome.code !== 'SLACK_OUTCOME_LOST';
    if ((later || harmless) && post.attempts < mostTries) return table.postpone(tx, post, pauseFor(post, outcome));
    if (outcome.outcome === 'unknown' && this.deps.surface.find && mayBeFound(post))
      return table.lookFor(tx, post.id, lookAfter);
    if (post.state === 'posted') return table.settle(tx, post.id, 'posted');
    await table.settle(tx, post.id, outcome.outcome === 'unknown' ? 'unknown' : 'failed');
  }

  /** The head of a thread was deleted in Slack: it stands again, and what is said goes on beneath it. @returns whether it was one */
  private async anew(tx: TenantTx, post: Post): Promise<boolean> {
    const isHead = post.state === 'posted' && (await table.hasThread(tx, post.id));
    const head = isHead ? post.id : post.state === 'queued' ? post.beneath : null;
    if (!head || post.attempts >= mostHeads) return false;
    await table.postAnew(tx, head);
    if (!isHead) await table.postpone(tx, post, 0);
    return true;
  }
}

const notFound = 'SURFACE_NOT_FOUND';

/** Nobody knows whether it stands. */
const isLookedFor = ({ state, provider_id }: Post): boolean =>
  state === 'unknown' || (state === 'removing' && provider_id === null);

/** What only one person is shown is kept nowhere, and a file bears no mark of ours: nobody finds them again. */
const mayBeFound = ({ provider_id, place, topic }: Post): boolean =>
  provider_id === null && topic !== fileTopic && !(place.private && place.channel && !place.channel.startsWith('D'));

const isForNow = ({ treatment }: SendOutcome & { outcome: 'refused' }): boolean =>
  treatment === 'retry' || treatment === 'wait';

/** Longer each time, and never shorter than what Slack asked for. @returns seconds */
const pauseFor = ({ attempts }: Post, outcome: SendOutcome): number =>
  Math.max(
    Math.min(longestPause, 2 ** attempts),
    outcome.outcome === 'refused' ? (outcome.retryAfterMs ?? 0) / 1_000 : 0,
  );

/** `channel/ts`, as the surface named it. */
function placed(post: Post): SurfaceRef & { post: string } {
  const [channel = '', ts = ''] = (post.provider_id ?? '').split('/');
  return { ...post.place, channel, post: ts };
}

/** Direct messages are named by their channel or by the person in them. */
const talkOf = ({ team, channel, user }: SurfaceRef): string =>
  `${team}/${channel && !channel.startsWith('D') ? channel : user}`;
