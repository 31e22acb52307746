import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audience } from '../audience/audience.service';
import type { Consent } from '../consent/consent.service';
import { disclosures } from '../registers/disclosures';
import { dayIn } from './calendar';
import type { Kept } from './case-state';
import type { CaseRow } from './cases.table';
import { backupsUntil } from './certificate';
import type { Certificates } from './certificates.service';
import { correctionNoticesTable } from './correction-notices.table';
import { deadlines } from './deadlines';
import type { DeletionLedger } from './deletion-ledger';
import { Destruction, type Whose } from './destruction';
import { type Erased, erasureTable } from './erasure.table';
import { Keeping, type KeepingPorts, type KeptNow, supportOf } from './erasure-kept';
import { tracesOf } from './erasure-scan.table';
import type { Execution, LetterFacts, Progress } from './execution';

/** Other rooms that hold something of a person, each with its own way to destroy it. Repeating it changes nothing. */
export interface Holder {
  name: string;
  category: string;
  /** Destroys what it holds. `wait`: something outside has to happen first. */
  erase(tx: TenantTx, row: CaseRow, now: Date): Promise<Erased | 'wait'>;
  /** When the patience for it is over: what is left is counted, and names nobody any more. */
  giveUp?(tx: TenantTx, row: CaseRow): Promise<number>;
}

export interface ErasurePorts extends KeepingPorts {
  /** Takes down our posts about a person. */
  removePosts(tx: TenantTx, contact: string): Promise<void>;
  /** How many of them may still stand. */
  standingPosts(tx: TenantTx, contact: string): Promise<number>;
  /** Others had their data: the company tells them (art. 11). */
  onToTell?(tx: TenantTx, row: CaseRow, now: Date): Promise<void>;
  /** Whether a copy of their data that they asked for is still owed to them. */
  copyIsOwed?(tx: TenantTx, contact: string, now: Date): Promise<boolean>;
  ledger?: Pick<DeletionLedger, 'remember'>;
  holders?: readonly Holder[];
  /** Whether no backup of keys has the person's any more; asked until it says yes. */
  keyIsGone?(tx: TenantTx, caseId: string, now: Date): Promise<boolean>;
  certificates?: Pick<Certificates, 'issue' | 'link'>;
}
type Step = (tx: TenantTx, row: CaseRow, now: Date, kept: KeptNow) => Promise<Progress>;

/**
 * What is destroyed, in this order. Each step is a transaction of its own, written down in it, and changes nothing when it runs again. What is in a
 * list or a package is known only from the person's rows, so files go before those. The number stays, sealed, until the answer is proved sent.
 */
export class Erasure implements Execution {
  readonly before: readonly (readonly [name: string, step: Step])[];
  private readonly keeping: Keeping;
  private readonly destruction: Destruction;

  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly ports: ErasurePorts,
  ) {
    this.keeping = new Keeping(ports);
    this.destruction = new Destruction(keys);
    this.before = [
      ['copy', this.copy],
      ['stop', this.stop],
      ['ledger', this.ledger],
      ['queue', this.queue],
      ...(ports.holders ?? []).map((holder): readonly [string, Step] => [holder.name, this.holding(holder)]),
      ['messages', this.messages],
      ['inbox', this.inbox],
      ['profile', this.profile],
      ['posts', this.posts],
    ];
  }

  /** Runs the first step that is not done, before the answer. `undefined`: there is none left. */
  async next(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress | undefined> {
    const done = await erasureTable.done(tx, row.id);
    const step = this.before.find(([name]) => !done.has(name));
    if (!step) return undefined;
    const [name, run] = step;
    const progress = await run(tx, row, now, await this.keeping.of(tx, row, now));
    if (progress === 'done') await erasureTable.note(tx, row.id, name, 1, now);
    return progress;
  }

  /** After the answer is proved, or can no longer be sent: what came in meanwhile, the number, the person's key. Returns all that was erased. */
  async finish(tx: TenantTx, row: CaseRow, now: Date): Promise<Erased> {
    await this.destroy(tx, row, now);
    await erasureTable.note(tx, row.id, 'finish', 1, now);
    return erasureTable.counts(tx, row.id);
  }

  /** How many places still know the person, beside what may stay. When there is none, it is certified in the same transaction. */
  async verify(tx: TenantTx, row: CaseRow, now: Date): Promise<number> {
    const kept = await this.keeping.of(tx, row, now);
    const since = (await erasureTable.doneAt(tx, row.id, 'finish')) ?? now;
    const whose = { contact: row.contact_id, tokens: await erasureTable.marks(tx, row.id), since };
    const { places, found } = await tracesOf(tx, whose, { categories: [...kept.keys()], tables: supportOf(kept) });
    if (found.length > 0) {
      await this.destroy(tx, row, now); // it came in behind us: the next look finds less
      return found.length;
    }
    const isKeyGone = (await this.ports.keyIsGone?.(tx, row.id, now)) ?? true;
    if (!isKeyGone) return 1; // one place more that could bring them back
    await erasureTable.forgetMarks(tx, row.id);
    await this.ports.certificates?.issue(tx, row, { places, kept: [...kept.values()] }, now);
    return 0;
  }

  /** What the answer says, before the last of it is done: when, and where the certificate will be. */
  async told(tx: TenantTx, row: CaseRow, now: Date): Promise<LetterFacts> {
    const begun = row.executed_at ?? now;
    const certificate = await this.ports.certificates?.link(tx, row.id);
    return { erased_on: begun, backup_on: backupsUntil(begun), ...(certificate && { certificate }) };
  }

  /** What a legal hold covers stays, whoever decides otherwise, until it is released: no day is known for that, but one on which it is looked at again. */
  async keeps(tx: TenantTx, row: CaseRow, now: Date): Promise<readonly Kept[]> {
    const held = await this.keeping.held(tx, row.contact_id, now);
    return held.map(({ category, ground, until }) => ({
      ...{ category, ground },
      ...(until && { review: dayIn(until, row.zone) }),
    }));
  }

  /** What was kept goes as soon as nothing covers it any more, and is certified anew. @returns whether something went */
  async resume(tx: TenantTx, row: CaseRow, now: Date): Promise<boolean> {
    const free = await this.keeping.free(tx, row, now);
    if (free.length === 0) return false;
    await this.keeping.end(tx, row, free, now);
    await this.destroy(tx, row, now);
    return (await this.verify(tx, row, now)) === 0;
  }

  // A copy that was asked for comes first: afterwards there is nothing to copy.
  private readonly copy: Step = async (tx, row, now) =>
    (await this.ports.copyIsOwed?.(tx, row.contact_id, now)) ? 'wait' : 'done';

  private readonly stop: Step = async (tx, row, now, kept) => {
    await this.consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, now });
    // Who had their data is known from their messages, and must still be told (art. 11).
    const had = await disclosures.of(tx, row.contact_id);
    for (const { subprocessor, fields } of had)
      await correctionNoticesTable.note(tx, { case: row.id, subprocessor, fields }, now);
    if (had.length > 0) await this.ports.onToTell?.(tx, row, now);
    if (!kept.has('posts')) await this.ports.removePosts(tx, row.contact_id);
    return 'done';
  };

  // Before anything is destroyed: whatever breaks from here on, a backup brings nobody back.
  private readonly ledger: Step = async (tx, row, now, kept) => {
    await this.mark(tx, row);
    await this.ports.ledger?.remember(tx, row.id, await this.audience.stopTokens(tx, row.contact_id), kept, now);
    return 'done';
  };

  private readonly queue: Step = async (tx, row) => {
    await erasureTable.cancelPlanned(tx, row.contact_id);
    return 'done';
  };

  private holding(holder: Holder): Step {
    return async (tx, row, now, kept) => {
      if (kept.has(holder.category)) return 'done';
      const erased = await holder.erase(tx, row, now);
      if (erased === 'wait' && this.isPatient(row, now)) return 'wait';
      if (erased !== 'wait') await this.count(tx, row, erased, now);
      else await this.left(tx, row, holder.name, (await holder.giveUp?.(tx, row)) ?? 0, now);
      return 'done';
    };
  }

  private readonly posts: Step = async (tx, row, now, kept) => {
    if (kept.has('posts')) return 'done';
    if ((await this.ports.standingPosts(tx, row.contact_id)) > 0 && this.isPatient(row, now)) return 'wait';
    await this.forgetPosts(tx, row, now);
    return 'done';
  };

  private readonly messages: Step = async (tx, row, now, kept) => {
    if ((await erasureTable.held(tx, row.contact_id)) > 0) return 'wait';
    await this.count(tx, row, await this.destruction.messages(tx, await this.whose(tx, row, kept), now), now);
    return 'done';
  };

  private readonly inbox: Step = async (tx, row, now, kept) => {
    await this.count(tx, row, await this.destruction.conversations(tx, await this.whose(tx, row, kept)), now);
    return 'done';
  };

  private readonly profile: Step = async (tx, row, now, kept) => {
    await this.count(tx, row, await this.destruction.profile(tx, await this.whose(tx, row, kept)), now);
    return 'done';
  };

  /** Everything at once, the answer and the number too. */
  private async destroy(tx: TenantTx, row: CaseRow, now: Date): Promise<void> {
    const kept = await this.keeping.of(tx, row, now);
    await this.mark(tx, row);
    for (const holder of this.ports.holders ?? []) {
      const erased = kept.has(holder.category) ? {} : await holder.erase(tx, row, now);
      if (erased === 'wait') await this.left(tx, row, holder.name, (await holder.giveUp?.(tx, row)) ?? 0, now);
      else await this.count(tx, row, erased, now);
    }
    const whose = { ...(await this.whose(tx, row, kept)), answer: null };
    await this.count(tx, row, await this.destruction.all(tx, whose, now), now);
    if (kept.has('posts')) return;
    await this.ports.removePosts(tx, row.contact_id);
    await this.forgetPosts(tx, row, now);
  }

  private async whose(tx: TenantTx, row: CaseRow, kept: KeptNow): Promise<Whose> {
    const lanes = await erasureTable.marks(tx, row.id);
    return { contact: row.contact_id, lanes, kept, answer: row.answer_seq };
  }

  private async mark(tx: TenantTx, row: CaseRow): Promise<void> {
    const found = await this.audience.findTokens(tx, row.contact_id);
    if (found.length > 0) await erasureTable.mark(tx, row.id, found);
  }

  private async forgetPosts(tx: TenantTx, row: CaseRow, now: Date): Promise<void> {
    const { removed, left } = await erasureTable.posts(tx, row.contact_id);
    await this.count(tx, row, removed, now);
    await this.left(tx, row, 'slack_post', left, now);
  }

  private isPatient(row: CaseRow, now: Date): boolean {
    return now.getTime() - (row.executed_at ?? row.decided_at ?? now).getTime() < deadlines.postMinutes * 60_000;
  }

  private async left(tx: TenantTx, row: CaseRow, what: string, count: number, now: Date): Promise<void> {
    if (count > 0) await erasureTable.note(tx, row.id, `left:${what}`, count, now);
  }

  private async count(tx: TenantTx, row: CaseRow, erased: Erased, now: Date): Promise<void> {
    for (const [table, count] of Object.entries(erased))
      if (count > 0) await erasureTable.note(tx, row.id, `erased:${table}`, count, now);
  }
}
