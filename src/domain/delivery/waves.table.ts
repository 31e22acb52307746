import type { TenantTx } from '../../data/database';

export interface WaveFigures {
  sent: number;
  failed: number;
  /** Of whom it reached. */
  left: number;
}

/** How many people it is for: not those who were left out, or whose message was cancelled. Plan: message_count's key, a few rows. */
export async function meantRows(tx: TenantTx, batch: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT coalesce(sum(n), 0)::int AS count FROM message_count
     WHERE tenant_id = $1 AND batch_id = $2 AND state NOT IN ('left_out', 'cancelled')`,
    [tx.tenant, batch],
  );
  return row?.count ?? 0;
}

/** Where so many of whom it is for are passed. Plan: message's key, up to there. @returns undefined: there are fewer */
export async function seqOf(tx: TenantTx, batch: string, people: number): Promise<number | undefined> {
  const [row] = await tx.query<{ seq: string }>(
    `SELECT seq FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state NOT IN ('left_out', 'cancelled')
     ORDER BY seq OFFSET $3 LIMIT 1`,
    [tx.tenant, batch, people - 1],
  );
  return row && Number(row.seq);
}

/** How many up to there have not been decided, counted up to `most`. Plan: message's key. */
export async function waitingUpTo(tx: TenantTx, batch: string, end: number, most: number): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM message WHERE tenant_id = $1 AND batch_id = $2 AND seq <= $3 AND state IN ('planned', 'sending') LIMIT $4) w`,
    [tx.tenant, batch, end, most],
  );
  return row?.count ?? 0;
}

const reached = "('accepted', 'sent', 'delivered', 'read')";

/** What became of everything so far: no wave after this one has begun. Plan: message_count's key; of those who left, message_contact. */
export async function waveFigures(tx: TenantTx, batch: string, since: Date): Promise<WaveFigures> {
  const [row] = await tx.query<WaveFigures>(
    `SELECT coalesce(sum(n) FILTER (WHERE state IN ${reached}), 0)::int AS sent, coalesce(sum(n) FILTER (WHERE state = 'failed'), 0)::int AS failed,
       (SELECT count(DISTINCT m.contact_id)::int FROM consent w JOIN message m ON m.tenant_id = $1 AND m.contact_id = w.contact_id
        WHERE w.tenant_id = $1 AND w.act = 'withdrawn' AND w.at >= $3 AND m.batch_id = $2 AND m.state IN ${reached}) AS left
     FROM message_count WHERE tenant_id = $1 AND batch_id = $2`,
    [tx.tenant, batch, since],
  );
  return row ?? { sent: 0, failed: 0, left: 0 };
}
