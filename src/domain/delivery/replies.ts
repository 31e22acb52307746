import type { OutboundContent, SendOutcome } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Senders } from '../accounts/senders.service';
import type { Audience } from '../audience/audience.service';
import { claimSingle, type OutcomeRow, type SingleRow, wakeReplies, writeOutcomes } from './messages.table';
import { referenceOf } from './reference';
import type { Transport } from './transport';

const mostAttempts = 6;

export interface RepliesDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  senders: Senders;
  audience: Audience;
  transport: Transport;
  /** A case's answer left, or never will. */
  onCaseAnswer(tx: TenantTx, row: { caseId: string; contact: string; state: string }, now: Date): Promise<void>;
}

/** Single messages to one person, in order, without Redis: replies never wait behind a campaign. */
export class Replies {
  readonly kind = 'reply';

  constructor(private readonly deps: RepliesDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const contact = toUuid(lane);
    const { database } = this.deps;
    const step = await database.withTenant(tenant, (tx) => this.prepare(tx, contact));
    if (!step) return 'done';
    const outcome = await step.send();
    await database.withTenant(tenant, (tx) => this.conclude(tx, step.row, outcome));
    return 'again';
  }

  private async prepare(
    tx: TenantTx,
    contact: string,
  ): Promise<{ row: SingleRow; send(): Promise<SendOutcome | undefined> } | undefined> {
    const { keys, clock, senders, audience, transport } = this.deps;
    const row = await claimSingle(tx, contact, clock.now());
    if (row === 'wait') await wakeReplies(tx, contact, 1);
    if (!row || row === 'wait') return undefined;
    if (row.refused) return { row, send: async () => undefined };
    const person = await audience.read(tx, contact).catch((error) => {
      if (error instanceof AppError && error.code === 'PERSON_ERASED') return undefined;
      throw error;
    });
    if (!person || !row.sealed)
      return { row, send: async () => ({ outcome: 'refused', code: 'PERSON_ERASED', treatment: 'permanent' }) };
    const content = JSON.parse(
      (await keys.person(tx, contact)).open(row.sealed, `message|0|${row.seq}`).toString('utf8'),
    ) as OutboundContent;
    const sender = await senders.sender(tx, row.sender);
    const reference = referenceOf(await keys.of(tx), { batch: '0', seq: row.seq });
    return { row, send: () => transport.send(sender, person.identity, content, reference) };
  }

  private async conclude(tx: TenantTx, row: SingleRow, outcome: SendOutcome | undefined): Promise<void> {
    const now = this.deps.clock.now();
    const written = outcome
      ? outcomeOf(
          await this.deps.keys.of(tx),
          row.seq,
          outcome,
          row.attempts + 1 < mostAttempts ? 'queued' : 'failed',
          row.attempts,
        )
      : undefined;
    if (written) await writeOutcomes(tx, '0', [written], now);
    const state = written?.state ?? 'failed';
    if (row.purpose === 'case' && state !== 'queued')
      await this.deps.onCaseAnswer(tx, { caseId: row.boundTo, contact: row.contact, state }, now);
  }
}

/** A channel's outcome as what is written down. `again`: the state of what may be tried once more. */
export function outcomeOf(
  keys: { findRaw(purpose: string, value: string): Buffer },
  seq: string,
  outcome: SendOutcome,
  again: OutcomeRow['state'],
  attempts: number,
): OutcomeRow {
  const none = { seq, provider: null, sealed: null, pause: 0 };
  // A provider's message id holds the number: only its token is kept.
  if (outcome.outcome === 'accepted')
    return { ...none, state: 'accepted', reason: null, provider: keys.findRaw('message id', outcome.providerId) };
  if (outcome.outcome === 'unknown') return { ...none, state: 'unknown', reason: outcome.code };
  const later = outcome.outcome === 'not_sent' || outcome.treatment === 'retry';
  if (!later) return { ...none, state: 'failed', reason: outcome.code };
  const asked = outcome.outcome === 'refused' ? (outcome.retryAfterMs ?? 0) / 1000 : 0;
  return {
    ...none,
    state: again,
    reason: outcome.code,
    pause: Math.min(300, Math.max(asked, 2 ** Math.min(attempts, 8))),
  };
}

export function toUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
