import { createHash } from 'node:crypto';
import type { OutboundContent } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { type GateCode, isWindowOpen } from '../delivery/gate';
import { answersTable } from './answers.table';
import { type CaseEvent, next } from './case-state';
import { type CaseView, viewOf } from './case-view';
import { type CaseChange, type CaseRow, casesTable } from './cases.table';
import { byCategory } from './data-map';
import { deadlines } from './deadlines';
import type { Erasure } from './erasure';
import { erasureTable } from './erasure.table';
import { endHold } from './promotions';
import { rights } from './rights';

export interface AnswerFacts {
  outcome: 'granted' | 'refused';
  language: string;
  zone: string;
  ground?: string;
  facts?: string;
  /** By category, of an erasure. */
  erased: readonly { category: string; count: number }[];
}
export interface CaseWorkerPorts {
  /** What is written to the person. */
  answer(tx: TenantTx, view: CaseView, facts: AnswerFacts): Promise<OutboundContent>;
  onChanged(tx: TenantTx, view: CaseView, now: Date): Promise<void>;
  /** After the commit: a single message waits. */
  wakeReply(): void;
}
interface Deps {
  database: Database;
  keys: Keys;
  clock: Clock;
  audit: Audit;
  consent: Consent;
  erasure: Erasure;
  ports: CaseWorkerPorts;
}
type Progress = 'more' | 'wait' | 'over';

const sent: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read']);
const lost: ReadonlySet<string> = new Set(['failed', 'cancelled', 'left_out']);
const tooLateForProvider: GateCode = 'WINDOW_CLOSED';
const dayMs = 86_400_000;

/** Carries out what was decided, one small transaction after another; a crash at any moment loses no step and does none twice. */
export class CaseWorker {
  readonly kind = 'case';

  constructor(private readonly deps: Deps) {}

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
    const row = await casesTable.lock(tx, id);
    const now = this.deps.clock.now();
    if (!row) return 'over';
    if (row.state === 'received') return this.lapse(tx, row, now);
    if (row.state === 'accepted') return this.move(tx, row, 'execute', now, { executed_at: now });
    if (row.state === 'executing') return this.carryOut(tx, row, now);
    if (row.state === 'rejected') return this.tell(tx, row, now);
    if (row.state === 'answered') return this.close(tx, row, now);
    return 'over';
  }

  // Silence goes to the controller as unconfirmed.
  private async lapse(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    if (!rights[row.right].confirm) return 'over';
    const left = row.received_at.getTime() + deadlines.confirmMinutes * 60_000 - now.getTime();
    if (left <= 0) return this.move(tx, row, 'lapse', now);
    await casesTable.wake(tx, row.id, Math.min(60, Math.ceil(left / 1_000)));
    return 'wait';
  }

  private async carryOut(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const { erasure } = this.deps;
    if (row.right === 'erase') {
      const progress = await erasure.next(tx, row, now);
      if (progress === 'wait') return this.lookAgain(tx, row, now, row.decided_at ?? now);
      if (progress === 'done') return 'more';
    }
    if (row.right === 'object') await this.keepOut(tx, row, now);
    return this.tell(tx, row, now);
  }

  /** Sends the answer once, then waits for its proof. While the provider takes none, it waits for the person to write again. */
  private async tell(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const since = row.decided_at ?? now;
    const isTooLate = now.getTime() - since.getTime() > deadlines.answerDays * dayMs;
    if (!row.answer_seq) {
      const mayLeave = row.last_inbound_at !== null && isWindowOpen(row.last_inbound_at, now);
      if (mayLeave && (await this.queue(tx, row, now))) return 'more';
      return mayLeave || isTooLate ? this.close(tx, row, now) : this.lookAgain(tx, row, now, since);
    }
    const message = await answersTable.state(tx, row.answer_seq);
    if (message && sent.has(message.state))
      return this.move(tx, row, 'answer', now, { answered_at: message.accepted_at ?? now });
    if (message?.reason === tooLateForProvider) {
      await answersTable.remove(tx, row.answer_seq);
      await casesTable.change(tx, row.id, { answer_seq: null, answer_hash: null, answer_sealed: null });
      return 'more';
    }
    if (!message || lost.has(message.state) || isTooLate) return this.close(tx, row, now);
    return this.lookAgain(tx, row, now, since);
  }

  private async queue(tx: TenantTx, row: CaseRow, now: Date): Promise<boolean> {
    const { keys, ports } = this.deps;
    const facts: AnswerFacts = {
      outcome: row.state === 'rejected' ? 'refused' : 'granted',
      language: row.language,
      zone: row.zone,
      erased: byCategory(await erasureTable.counts(tx, row.id)),
      ...(row.ground && { ground: row.ground }),
      ...(row.facts && { facts: row.facts }),
    };
    if (!row.sender_id) return false;
    const content = await ports.answer(tx, viewOf(row), facts);
    const seq = await answersTable.nextSeq(tx);
    const text = JSON.stringify(content);
    const hash = createHash('sha256').update(text).digest();
    const sealed = (await keys.person(tx, row.contact_id)).seal(text, `message|0|${seq}`);
    const message = { seq, contact: row.contact_id, sender: row.sender_id, caseId: row.id, sealed, hash };
    await answersTable.queue(tx, message, now);
    const proof = (await keys.of(tx)).seal(text, `privacy_case|${row.id}`);
    await casesTable.change(tx, row.id, { answer_seq: seq, answer_hash: hash, answer_sealed: proof });
    tx.afterCommit(() => ports.wakeReply());
    return true;
  }

  private async close(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress> {
    const { erasure, consent } = this.deps;
    const isErasure = row.right === 'erase' && !row.ground;
    if (isErasure) return this.move(tx, row, 'close', now, { erased: await erasure.finish(tx, row, now) });
    if (rights[row.right].after === 'release') await endHold(tx, consent, row, now);
    else await this.keepOut(tx, row, now); // refused or not, they wished to be left alone
    return this.move(tx, row, 'close', now);
  }

  private async keepOut(tx: TenantTx, row: CaseRow, now: Date): Promise<void> {
    const { consent } = this.deps;
    if ((await consent.suppression(tx, row.contact_id)) === 'stop') return;
    await consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, now });
  }

  private async move(
    tx: TenantTx,
    row: CaseRow,
    event: CaseEvent,
    now: Date,
    change: CaseChange = {},
  ): Promise<Progress> {
    await casesTable.change(tx, row.id, { ...change, state: next(row.state, event) });
    const entry = { actor: 'system:cases', act: `case.${event}`, subject: `case:${row.id}` };
    await this.deps.audit.record(tx, entry, now);
    const after = await casesTable.get(tx, row.id);
    if (after) await this.deps.ports.onChanged(tx, viewOf(after), now);
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
