import type { TenantTx } from '../../data/database';

export interface WaveFigures {
  sent: number;
  failed: number;
  /** Of whom it reached. */
  left: number;
}

/** Plan: message's key, backwards, one row. */
export async function lastSeq(tx: TenantTx, batch: string): Promise<number> {
  const [row] = await tx.query<{ seq: string }>(
    'SELECT seq FROM message WHERE tenant_id = $1 AND batch_id = $2 ORDER BY seq DESC LIMIT 1',
    [tx.tenant, batch],
  );
  return Number(row?.seq ?? 0);
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
