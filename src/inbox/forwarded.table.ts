import type { TenantTx } from '../data/database';

/** Mails to our own mailbox that are still to be handed to whoever holds data of their writer. */
export const forwardedTable = {
  /** Kept beside the row it came in, and its lane woken: the row itself says what to forward. */
  async note(tx: TenantTx, lane: Buffer, inbox: string, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO forwarded_mail (tenant_id, lane, inbox_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [tx.tenant, lane, inbox, now],
    );
    await tx.query("SELECT edge.wake('forward', $1, interval '0')", [lane]);
  },

  /** The oldest of a lane. */
  async next(tx: TenantTx, lane: Buffer): Promise<{ id: string; at: Date; sealed: Buffer } | undefined> {
    const [row] = await tx.query<{ id: string; at: Date; sealed: Buffer }>(
      `SELECT i.id, i.at, i.sealed FROM forwarded_mail f JOIN inbox i ON i.tenant_id = f.tenant_id AND i.lane = f.lane AND i.id = f.inbox_id
       WHERE f.tenant_id = $1 AND f.lane = $2 AND f.done_at IS NULL ORDER BY f.inbox_id LIMIT 1`,
      [tx.tenant, lane],
    );
    return row;
  },

  async done(tx: TenantTx, lane: Buffer, inbox: string, holders: number, now: Date): Promise<void> {
    await tx.query(
      'UPDATE forwarded_mail SET done_at = $4, holders = $5 WHERE tenant_id = $1 AND lane = $2 AND inbox_id = $3',
      [tx.tenant, lane, inbox, now, holders],
    );
  },
};
