import type { TenantTx } from '../../data/database';
import type { Outcome } from './case-state';

export interface LetterRow {
  id: string;
  case_id: string;
  kind: 'answer' | 'extension' | 'question';
  outcome: Outcome | null;
  says: string[];
  /** The words; and what left, exactly: the same, or a notice that leads to them. Sealed under the tenant's key. */
  sealed: Buffer;
  hash: Buffer;
  written_at: Date;
  seq: string | null;
  channel: string | null;
  sent_sealed: Buffer | null;
  sent_hash: Buffer | null;
  /** Of the provider's id for it. */
  provider: Buffer | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  lost_at: Date | null;
}
type NewLetter = Pick<LetterRow, 'id' | 'case_id' | 'kind' | 'outcome' | 'says' | 'sealed' | 'hash' | 'written_at'>;

/** As its message stands. */
export interface Sending {
  state: string;
  reason: string | null;
  accepted_at: Date | null;
  provider_find: Buffer | null;
}

const columns =
  'id, case_id, kind, outcome, says, sealed, hash, written_at, seq::text, channel, sent_sealed, sent_hash, provider, sent_at, delivered_at, lost_at';

/** What was written to people about their cases. Its words can't be changed: nobody has the right to. */
export const lettersTable = {
  async insert(tx: TenantTx, row: NewLetter): Promise<void> {
    await tx.query(
      `INSERT INTO case_letter (tenant_id, id, case_id, kind, outcome, says, sealed, hash, written_at)
       VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9)`,
      [tx.tenant, row.id, row.case_id, row.kind, row.outcome, row.says, row.sealed, row.hash, row.written_at],
    );
  },

  /** In the order in which they were written. Plan: case_letter_case. */
  async ofCase(tx: TenantTx, id: string): Promise<LetterRow[]> {
    return tx.query<LetterRow>(
      `SELECT ${columns} FROM case_letter WHERE tenant_id = $1 AND case_id = $2 ORDER BY written_at, id`,
      [tx.tenant, id],
    );
  },

  async get(tx: TenantTx, id: string): Promise<LetterRow | undefined> {
    const [row] = await tx.query<LetterRow>(`SELECT ${columns} FROM case_letter WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  async queued(
    tx: TenantTx,
    id: string,
    sent: { seq: string; channel: string; sealed: Buffer; hash: Buffer },
  ): Promise<void> {
    await tx.query('UPDATE case_letter SET seq = $2, channel = $3, sent_sealed = $4, sent_hash = $5 WHERE id = $1', [
      id,
      sent.seq,
      sent.channel,
      sent.sealed,
      sent.hash,
    ]);
  },

  /** It did not leave, and may yet. */
  async unqueue(tx: TenantTx, id: string): Promise<void> {
    await tx.query(
      'UPDATE case_letter SET seq = NULL, channel = NULL, sent_sealed = NULL, sent_hash = NULL WHERE id = $1',
      [id],
    );
  },

  async sent(tx: TenantTx, id: string, at: Date, provider: Buffer | null): Promise<void> {
    await tx.query('UPDATE case_letter SET sent_at = $2, provider = $3 WHERE id = $1 AND sent_at IS NULL', [
      id,
      at,
      provider,
    ]);
  },

  async delivered(tx: TenantTx, id: string, at: Date): Promise<void> {
    await tx.query('UPDATE case_letter SET delivered_at = $2 WHERE id = $1 AND delivered_at IS NULL', [id, at]);
  },

  async lost(tx: TenantTx, id: string, at: Date): Promise<void> {
    await tx.query('UPDATE case_letter SET lost_at = $2 WHERE id = $1', [id, at]);
  },

  async sending(tx: TenantTx, seq: string): Promise<Sending | undefined> {
    const [row] = await tx.query<Sending>(
      'SELECT state, reason, accepted_at, provider_find FROM message WHERE batch_id = 0 AND seq = $1',
      [seq],
    );
    return row;
  },

  /** The channel of the number that the case came by. */
  async channelOf(tx: TenantTx, sender: string): Promise<string | undefined> {
    const [row] = await tx.query<{ channel: string }>('SELECT channel FROM sender WHERE id = $1', [sender]);
    return row?.channel;
  },

  async lastInbound(tx: TenantTx, contact: string): Promise<Date | undefined> {
    const [row] = await tx.query<{ at: Date | null }>('SELECT last_inbound_at AS at FROM contact WHERE id = $1', [
      contact,
    ]);
    return row?.at ?? undefined;
  },
};
