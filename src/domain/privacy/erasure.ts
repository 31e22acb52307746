import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audience } from '../audience/audience.service';
import type { Consent } from '../consent/consent.service';
import type { CaseRow } from './cases.table';
import { deadlines } from './deadlines';
import { type Erased, erasureTable } from './erasure.table';

export interface ErasurePorts {
  /** Takes down our posts about a person. */
  removePosts(tx: TenantTx, contact: string): Promise<void>;
  /** How many of them may still stand. */
  standingPosts(tx: TenantTx, contact: string): Promise<number>;
}
/** `wait`: something outside has to happen first. */
export type Progress = 'done' | 'wait';
type Step = (tx: TenantTx, row: CaseRow, now: Date) => Promise<Progress>;

/** What is destroyed, in this order. Each step is a transaction of its own, written down in it, and changes nothing when it runs again. */
export class Erasure {
  readonly before: readonly (readonly [name: string, step: Step])[];

  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly ports: ErasurePorts,
  ) {
    this.before = [
      ['stop', this.stop],
      ['posts', this.posts],
      ['messages', this.messages],
      ['inbox', this.inbox],
      ['profile', this.profile],
    ];
  }

  /** Runs the first step that is not done, before the answer. `undefined`: there is none left. */
  async next(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress | undefined> {
    const done = await erasureTable.done(tx, row.id);
    const step = this.before.find(([name]) => !done.has(name));
    if (!step) return undefined;
    const [name, run] = step;
    const progress = await run(tx, row, now);
    if (progress === 'done') await erasureTable.note(tx, row.id, name, 1, now);
    return progress;
  }

  /** After the answer is proved, or can no longer be sent: the number, the person's key, and what came in meanwhile. Returns all that was erased. */
  async finish(tx: TenantTx, row: CaseRow, now: Date): Promise<Erased> {
    const contact = row.contact_id;
    const lanes = await this.audience.findTokens(tx, contact);
    await this.count(tx, row, await erasureTable.messages(tx, contact, null), now);
    await this.count(tx, row, await erasureTable.inbox(tx, contact, lanes), now);
    await this.count(tx, row, await erasureTable.profile(tx, contact), now);
    await this.ports.removePosts(tx, contact);
    await this.forgetPosts(tx, row, now);
    await this.count(tx, row, await erasureTable.identity(tx, contact), now);
    await this.keys.destroyPerson(tx, contact);
    return erasureTable.counts(tx, row.id);
  }

  private readonly stop: Step = async (tx, row, now) => {
    await this.consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, now });
    const tokens = await this.audience.stopTokens(tx, row.contact_id);
    await erasureTable.remember(tx, row.id, tokens, (await this.keys.current(tx)).stopVersion, now);
    await this.ports.removePosts(tx, row.contact_id);
    return 'done';
  };

  private readonly posts: Step = async (tx, row, now) => {
    const patience = deadlines.postMinutes * 60_000;
    const asked = now.getTime() - (row.decided_at ?? now).getTime();
    if ((await this.ports.standingPosts(tx, row.contact_id)) > 0 && asked < patience) return 'wait';
    await this.forgetPosts(tx, row, now);
    return 'done';
  };

  private readonly messages: Step = async (tx, row, now) => {
    if ((await erasureTable.held(tx, row.contact_id)) > 0) return 'wait';
    await this.count(tx, row, await erasureTable.messages(tx, row.contact_id, row.answer_seq), now);
    return 'done';
  };

  private readonly inbox: Step = async (tx, row, now) => {
    const lanes = await this.audience.findTokens(tx, row.contact_id);
    await this.count(tx, row, await erasureTable.inbox(tx, row.contact_id, lanes), now);
    return 'done';
  };

  private readonly profile: Step = async (tx, row, now) => {
    await this.count(tx, row, await erasureTable.profile(tx, row.contact_id), now);
    return 'done';
  };

  private async forgetPosts(tx: TenantTx, row: CaseRow, now: Date): Promise<void> {
    const { removed, left } = await erasureTable.posts(tx, row.contact_id);
    await this.count(tx, row, removed, now);
    if (left > 0) await erasureTable.note(tx, row.id, 'left:slack_post', left, now);
  }

  private async count(tx: TenantTx, row: CaseRow, erased: Erased, now: Date): Promise<void> {
    for (const [table, count] of Object.entries(erased))
      if (count > 0) await erasureTable.note(tx, row.id, `erased:${table}`, count, now);
  }
}
