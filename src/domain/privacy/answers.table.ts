import type { TenantTx } from '../../data/database';

/** The messages that carry letters of cases. */
export const answersTable = {
  async nextSeq(tx: TenantTx): Promise<string> {
    const [row] = await tx.query<{ seq: string }>("SELECT nextval('message_seq')::text AS seq");
    return row?.seq ?? '0';
  },

  /** @param purpose `case`: the words themselves; `notice`: an approved template that leads to them */
  async queue(
    tx: TenantTx,
    row: {
      seq: string;
      contact: string;
      sender: string;
      purpose: 'case' | 'notice';
      caseId: string;
      sealed: Buffer;
      hash: Buffer;
    },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, bound_to, sealed, body_hash, created_at)
       SELECT $1, 0, $2, $3, s.id, s.channel, $9, 'queued', $5, $6, $7, $8 FROM sender s WHERE s.id = $4`,
      [tx.tenant, row.seq, row.contact, row.sender, row.caseId, row.sealed, row.hash, now, row.purpose],
    );
    await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), interval '0')", [row.contact]);
  },

  /** It never left: another is written when it may. */
  async remove(tx: TenantTx, seq: string): Promise<void> {
    await tx.query('DELETE FROM message WHERE batch_id = 0 AND seq = $1', [seq]);
  },
};
