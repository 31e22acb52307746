import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Consent } from '../consent/consent.service';
import { type OnNotice, ring } from './case-clocks';
import { waitsForMandate } from './case-moves';
import { type CaseEvent, isUndecided } from './case-state';
import { type CaseChange, type CaseRow, casesTable } from './cases.table';
import { claimUntil, deadlines } from './deadlines';
import type { Execution, Executions } from './execution';
import { isEnough } from './identity-policy';
import { lettersTable } from './letters.table';
import type { Privacy } from './privacy.service';
import { settlePromotions } from './promotions';
import { rights } from './rights';

export interface CaseWorkerDeps {
  database: Database;
  clock: Clock;
  consent: Consent;
  privacy: Privacy;
  executions(): Executions;
  /** Something was to have happened and has not: whoever has to hear of it does, in the same transaction. */
  onNotice: OnNotice;
}
type Progress = 'more' | 'wait' | 'over';

const dayMs = 86_400_000;
const searchAgainSeconds = 60;

/** Carries out what was decided, one small transaction after another; a crash at any moment loses no step and does none twice. */
export class CaseWorker {
  readonly kind = 'case';

  constructor(private readonly deps: CaseWorkerDeps) {}

  async run(tenant: string, lane: Buffer, _tries = 0): Promise<'done' | 'again'> {
    const id = uuidOf(lane);
    for (;;) {
      const progress = await this.deps.database.withTenant(tenant, (tx) => this.step(tx, id));
      if (progress !== 'more') return 'done';
    }
  }

  /** A case is never set aside: its answer is owed. It comes back, and the log says each time why it failed. */
  async parked(): Promise<void> {}

  private async step(tx: TenantTx, id: string): Promise<Progress> {
    const found = await casesTable.lock(tx, id);
    const now = this.deps.clock.now();
    if (!found) return 'over';
    const { privacy } = this.deps;
    const row = await ring(tx, privacy.moves, found, now, this.deps.onNotice);
    const besides = await this.otherLetters(tx, row, now);
    const progress = await this.advance(tx, row, now);
    if (progress === 'over' && besides === 'wait') return this.lookAgain(tx, row, now, row.extended_at ?? now);
    return progress;
  }

  private async advance(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    if (isUndecided(row.state)) return this.undecided(tx, row, now);
    if (row.state === 'accepted') return this.begin(tx, row, now);
    if (row.state === 'executing') return this.carryOut(tx, row, now);
    if (row.state === 'rejected') return this.tell(tx, row, now);
    if (row.state === 'answered') return this.close(tx, row, now);
    if (row.state === 'closed') await this.execution(row)?.resume?.(tx, row, now);
    return 'over';
  }

  // Whoever asks may have proved who they are meanwhile. Silence goes to the controller as unconfirmed.
  private async undecided(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const after = await this.deps.privacy.decisions.decideAhead(tx, row, now);
    if (!isUndecided(after.state)) return 'more';
    if (row.state !== 'received' || !rights[row.right].confirm) return 'over';
    const left = row.received_at.getTime() + deadlines.confirmMinutes * 60_000 - now.getTime();
    if (left <= 0) return this.move(tx, row, { act: 'lapse' }, now);
    await casesTable.wake(tx, row.id, Math.min(60, Math.ceil(left / 1_000)));
    return 'wait';
  }

  /** Nothing is done for somebody who is not known well enough: it waits, and the clock does not. */
  private async begin(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const isIdentified = isEnough(row.id_level, row.id_needed);
    if (!isIdentified || waitsForMandate(row)) return 'over';
    return this.move(tx, row, { act: 'execute', isIdentified }, now);
  }

  private async carryOut(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    if (row.traces !== null) return this.close(tx, row, now); // nobody is left to write to
    const changes = row.right === 'erase' || row.right === 'rectify';
    if (changes && (await casesTable.waitsForCopy(tx, row))) return this.lookAgain(tx, row, now, row.decided_at ?? now);
    const progress = await this.execution(row)?.next(tx, row, now);
    if (progress === 'wait') return this.lookAgain(tx, row, now, row.decided_at ?? now);
    if (progress === 'done') return 'more';
    return this.tell(tx, row, now);
  }

  /** A summary needs nothing to be made first. */
  private execution(row: CaseRow): Execution | undefined {
    return row.scope === 'summary' ? undefined : this.deps.executions()[row.right];
  }

  /** Sends the answer once, then waits for its proof. While nothing may leave it waits for the person to write again. */
  private async tell(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const { privacy } = this.deps;
    const since = row.decided_at ?? now;
    const isTooLate = now.getTime() - since.getTime() > deadlines.answerDays * dayMs;
    const written = (await lettersTable.ofCase(tx, row.id)).find((one) => one.kind === 'answer');
    if (!written) {
      if (await privacy.letters.wayFor(tx, row, now)) {
        await privacy.decisions.answerOf(tx, row, now);
        return 'more';
      }
      return isTooLate ? this.close(tx, row, now) : this.lookAgain(tx, row, now, since);
    }
    const progress = await privacy.letters.push(tx, row, written, now);
    const [letter = written] = (await lettersTable.ofCase(tx, row.id)).filter((one) => one.id === written.id);
    if (letter.seq !== row.answer_seq) await casesTable.change(tx, row.id, { answer_seq: letter.seq });
    if (progress === 'sent') return this.proved(tx, row, letter.sent_at ?? now, letter.sent_hash, now);
    if (progress === 'lost' || isTooLate) return this.close(tx, row, now);
    return this.lookAgain(tx, row, now, since);
  }

  // From the day they read a refusal, the person may complain for so many days.
  private async proved(tx: TenantTx, row: CaseRow, at: Date, hash: Buffer | null, now: Date): Promise<Progress> {
    const claim_until = row.outcome === 'granted' ? null : (claimUntil(row.authorities, at) ?? null);
    const proof = hash ? { hash, at } : undefined;
    return this.move(tx, row, { act: 'answer', proof }, now, { claim_until });
  }

  /** Extensions and questions leave as answers do, beside whatever the case is doing. */
  private async otherLetters(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const waiting = (await lettersTable.ofCase(tx, row.id)).filter(
      (one) => one.kind !== 'answer' && !one.sent_at && !one.lost_at,
    );
    let some: Progress = 'over';
    for (const letter of waiting)
      if ((await this.deps.privacy.letters.push(tx, row, letter, now)) === 'wait') some = 'wait';
    return some;
  }

  private async close(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const { consent } = this.deps;
    const wasDone = row.executed_at !== null;
    if (wasDone && !row.verified_at) {
      const execution = this.execution(row);
      const erased = (await execution?.finish?.(tx, row, now)) || undefined;
      if (erased) await casesTable.change(tx, row.id, { erased });
      if (row.right === 'erase') {
        const traces = (await execution?.verify?.(tx, row, now)) ?? 0;
        await this.move(tx, row, { act: 'verify', traces }, now);
        if (traces === 0) return 'more';
        await casesTable.wake(tx, row.id, searchAgainSeconds);
        return 'wait';
      }
    }
    if (!(row.right === 'erase' && wasDone)) await settlePromotions(tx, consent, row, now); // nobody is left to settle them for
    return this.move(tx, row, { act: 'close' }, now);
  }

  private async move(
    tx: TenantTx,
    row: CaseRow,
    event: CaseEvent,
    now: Date,
    beside: CaseChange = {},
  ): Promise<Progress> {
    await this.deps.privacy.moves.move(tx, row, event, { actor: 'system:cases', now, beside });
    return 'more';
  }

  // Often at first, rarely later: a proof comes within seconds or not for days.
  private async lookAgain(tx: TenantTx, row: CaseRow, now: Date, since: Date): Promise<Progress> {
    const waited = (now.getTime() - since.getTime()) / 1_000;
    await casesTable.wake(tx, row.id, Math.min(300, Math.max(0.5, waited / 10)));
    return 'wait';
  }
}

function uuidOf(lane: Buffer): string {
  const hex = lane.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
