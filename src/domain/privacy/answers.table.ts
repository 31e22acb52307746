import type { TenantTx } from '../../data/database';

interface AnswerState {
  state: string;
  reason: string | null;
  accepted_at: Date | null;
}

/** The one message that carries the answer of a case. */
export const answersTable = {
  async nextSeq(tx: TenantTx): Promise<string> {
    const [row] = await tx.query<{ seq: string }>("SELECT nextval('message_seq')::text AS seq");
    return row?.seq ?? '0';
  },

  async queue(
    tx: TenantTx,
    row: { seq: string; contact: string; sender: string; caseId: string; sealed: Buffer; hash: Buffer },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, bound_to, sealed, body_hash, created_at)
       SELECT $1, 0, $2, $3, s.id, s.channel, 'case', 'queued', $5, $6, $7, $8 FROM sender s WHERE s.id = $4`,
      [tx.tenant, row.seq, row.contact, row.sender, row.caseId, row.sealed, row.hash, now],
    );
    await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), interval '0')", [row.contact]);
  },

  async state(tx: TenantTx, seq: string): Promise<AnswerState | undefined> {
    const [row] = await tx.query<AnswerState>(
      'SELECT state, reason, accepted_at FROM message WHERE batch_id = 0 AND seq = $1',
      [seq],
    );
    return row;
  },

  /** It never left: another is written when it may. */
  async remove(tx: TenantTx, seq: string): Promise<void> {
    await tx.query('DELETE FROM message WHERE batch_id = 0 AND seq = $1', [seq]);
  },
};
