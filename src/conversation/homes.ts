import { createHash } from 'node:crypto';
import type { Content, Sender, SendOutcome, Surface } from '../channel';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import type { Member } from '../domain/accounts/members.service';
import type { Language } from '../intent';
import { describeError, type Log } from '../log';
import { type HomeRow, homesTable } from './homes.table';
import { sayError, sayHouse } from './texts';

/** What changes now is shown now, what only moves along less often: Slack takes some hundred pages a minute from one workspace. */
const soon = { gatherMs: 300, everySeconds: 2 };
const calm = { gatherMs: 2_500, everySeconds: 10 };
const mostAttempts = 6;

export interface HomesDeps {
  database: Database;
  clock: Clock;
  log: Log;
  surface: Surface;
  member(tx: TenantTx, id: string, now: Date): Promise<Member | undefined>;
  workspace(tx: TenantTx, team: string): Promise<Sender | undefined>;
  /** Draws somebody's page as things stand. */
  draw(tx: TenantTx, member: Member): Promise<Content>;
  wake(kind: 'home'): void;
}

interface Step {
  row: HomeRow;
  hash: Buffer;
  /** Nobody has this page any more. */
  isLast: boolean;
  act(): Promise<SendOutcome>;
}

/** Everybody's page with us (Slack's home tab): drawn when they look, and again while they may be looking. To draw it twice is harmless, so nothing here is lost for good. */
export class Homes {
  readonly kind = 'home';
  private readonly waiting = new Map<string, { pace: typeof soon; timer: NodeJS.Timeout }>();

  constructor(private readonly deps: HomesDeps) {}

  /** A member looks at theirs. */
  async opened(tx: TenantTx, member: Pick<Member, 'id' | 'team' | 'slackUser'>): Promise<void> {
    await homesTable.open(tx, member);
    tx.afterCommit(() => this.deps.wake('home'));
  }

  /** Somebody looks whom no customer knows: how they come in. */
  async turnAway(team: string, user: string, sender: Sender | undefined): Promise<void> {
    const { surface, log } = this.deps;
    if (!sender || !surface.home) return;
    const who = await surface.who?.(sender, user);
    const language = who?.outcome === 'accepted' ? who.value.language : undefined;
    const outcome = await surface.home(sender, user, unknownTo(language));
    if (outcome.outcome !== 'accepted')
      log.warn({ event: 'home.not_shown', code: outcome.code, team }, 'a page was not shown to somebody unknown');
  }

  /**
   * Something that stands on these pages has changed. They are marked after this transaction, in one of their own: what changes a campaign must not
   * wait for, nor hold up, what changes a request.
   */
  touch(tx: TenantTx, isCalm = false): void {
    tx.afterCommit(() => this.gather(tx.tenant, isCalm ? calm : soon));
  }

  /** Somebody is erased: every page that was ever looked at is drawn again, and that is part of their erasure. */
  async redraw(tx: TenantTx): Promise<void> {
    await homesTable.markAll(tx);
    tx.afterCommit(() => this.deps.wake('home'));
  }

  /** Time has passed: what stands on these pages by the clock alone (today, days that are left) may be another. */
  turned(tenants: readonly string[]): void {
    for (const tenant of tenants) this.gather(tenant, soon);
  }

  /** No more is marked; whoever looks again sees the newest. */
  stop(): void {
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    const { database } = this.deps;
    const step = await database.withTenant(tenant, (tx) => this.prepare(tx, memberOf(lane)));
    if (!step) return 'done';
    const outcome = await step.act();
    await database.withTenant(tenant, (tx) => this.conclude(tx, step, outcome));
    return 'done';
  }

  private gather(tenant: string, pace: typeof soon): void {
    const before = this.waiting.get(tenant);
    if (before && before.pace.gatherMs <= pace.gatherMs) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => void this.mark(tenant, pace), pace.gatherMs).unref();
    this.waiting.set(tenant, { pace, timer });
  }

  private async mark(tenant: string, { everySeconds }: typeof soon): Promise<void> {
    this.waiting.delete(tenant);
    const { database, log, wake } = this.deps;
    try {
      if ((await database.withTenant(tenant, (tx) => homesTable.markStale(tx, everySeconds))) > 0) wake('home');
    } catch (error) {
      log.warn({ event: 'home.not_marked', tenant, ...describeError(error) }, 'pages stay as they are until opened');
    }
  }

  private async prepare(tx: TenantTx, id: string): Promise<Step | undefined> {
    const { surface, workspace, member, draw, clock } = this.deps;
    const row = await homesTable.get(tx, id);
    if (!row || row.wanted === row.drawn) return undefined;
    const sender = await workspace(tx, row.team);
    if (!sender || !surface.home) {
      await homesTable.remove(tx, id);
      return undefined;
    }
    const found = await member(tx, id, clock.now());
    const isLast = !found || found.roles.length === 0;
    const content = isLast ? unknownTo() : await draw(tx, found);
    const hash = createHash('sha256').update(JSON.stringify(content)).digest();
    const isShown = row.shown_hash?.equals(hash) === true;
    const done: SendOutcome = { outcome: 'accepted', providerId: row.slack_user };
    const act = async () => (isShown ? done : ((await surface.home?.(sender, row.slack_user, content)) ?? done));
    return { row, hash, isLast, act };
  }

  private async conclude(tx: TenantTx, { row, hash, isLast }: Step, outcome: SendOutcome): Promise<void> {
    if (outcome.outcome === 'accepted')
      return isLast ? homesTable.remove(tx, row.member_id) : homesTable.markShown(tx, row, hash);
    this.deps.log.warn(
      { event: `home.${outcome.outcome}`, code: outcome.code, tenant: tx.tenant },
      'Slack did not take a page',
    );
    const isFinal = outcome.outcome === 'refused' && !['retry', 'wait'].includes(outcome.treatment);
    if (isFinal || row.attempts >= mostAttempts) return homesTable.remove(tx, row.member_id);
    const asked = outcome.outcome === 'refused' ? (outcome.retryAfterMs ?? 0) / 1_000 : 0;
    await homesTable.postpone(tx, row, Math.max(asked, 2 ** row.attempts));
  }
}

/** What somebody without a role reads there. */
const unknownTo = (language: Language = 'es'): Content => {
  const reader = { language, zone: 'UTC' };
  return { title: sayHouse({ text: 'notice.title' }, reader), text: sayError('NOT_LINKED', reader) };
};

/** A lane of this kind is a member's id, as Postgres sends it. */
function memberOf(lane: Buffer): string {
  const hex = lane.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
