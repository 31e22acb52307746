import type { TenantTx } from '../../data/database';

/** What a company sent lately, and what became of it. */
export interface Conduct {
  /** Taken to be sent in the last 24 hours. */
  day: number;
  tried: number;
  failed: number;
  reached: number;
  gone: number;
  /** Campaigns that a guard held. */
  held: number;
}

/** Where it stands on the ladder; without a row, on the first step; null: it has none. */
export async function stepOf(tx: TenantTx): Promise<{ step: number | null; since?: Date }> {
  const [row] = await tx.query<{ step: number | null; since: Date }>(
    'SELECT step, since FROM sending_ladder WHERE tenant_id = $1',
    [tx.tenant],
  );
  return row ?? { step: 0 };
}

/** @param step null: it was known as a sender before */
export async function climb(tx: TenantTx, step: number | null, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO sending_ladder (tenant_id, step, since) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id) DO UPDATE SET step = excluded.step, since = excluded.since`,
    [tx.tenant, step, now],
  );
}

/** Plan: sending_count's key, a day; campaign by its customer, message_count and campaign_left by each batch. */
export async function conductOf(tx: TenantTx, since: Date, now: Date): Promise<Conduct> {
  const [row] = await tx.query<Conduct>(
    `WITH lately AS (SELECT k.id, k.batch_id FROM campaign k
       WHERE k.tenant_id = $1 AND k.started_at IS NOT NULL AND (k.done_at IS NULL OR k.done_at >= $2)),
     states AS (SELECT n.state, sum(n.n) AS n FROM lately l JOIN message_count n ON n.tenant_id = $1 AND n.batch_id = l.batch_id GROUP BY 1)
     SELECT coalesce((SELECT sum(c.messages) FROM sending_count c WHERE c.tenant_id = $1 AND c.hour > $3::timestamptz - interval '24 hours'), 0)::int AS day,
       coalesce(sum(n) FILTER (WHERE state IN ('failed', 'accepted', 'sent', 'delivered', 'read')), 0)::int AS tried,
       coalesce(sum(n) FILTER (WHERE state = 'failed'), 0)::int AS failed,
       coalesce(sum(n) FILTER (WHERE state IN ('accepted', 'sent', 'delivered', 'read')), 0)::int AS reached,
       (SELECT coalesce(sum(g.n), 0)::int FROM lately l JOIN campaign_left g ON g.tenant_id = $1 AND g.batch_id = l.batch_id) AS gone,
       (SELECT count(*)::int FROM lately l JOIN guard_hold h ON h.tenant_id = $1 AND h.campaign_id = l.id) AS held
     FROM states`,
    [tx.tenant, since, now],
  );
  return row as Conduct;
}
