import type { TenantTx } from '../../data/database';

/** Campaigns that began then, and those that are not over, the newest first. Plan: a customer's campaigns, hundreds. */
export async function campaignsBetween(tx: TenantTx, from: Date, until: Date, most: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM campaign WHERE tenant_id = $1 AND started_at < $3
       AND (started_at >= $2 OR state IN ('sending', 'paused', 'held')) ORDER BY number DESC LIMIT $4`,
    [tx.tenant, from, until, most],
  );
  return rows.map(({ id }) => id);
}

/** Plan: campaign's number. */
export async function campaignByNumber(tx: TenantTx, number: number): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>('SELECT id FROM campaign WHERE tenant_id = $1 AND number = $2', [
    tx.tenant,
    number,
  ]);
  return row?.id;
}

/** Why answers to people failed then, of the last ones. Plan: message's key, backwards. */
export async function failedAnswers(
  tx: TenantTx,
  from: Date,
  until: Date,
  lookedAt: number,
): Promise<{ code: string; count: number }[]> {
  return tx.query(
    `SELECT coalesce(reason, '') AS code, count(*)::int AS count
     FROM (SELECT state, reason, created_at FROM message WHERE tenant_id = $1 AND batch_id = 0 ORDER BY seq DESC LIMIT $4) last
     WHERE state = 'failed' AND created_at >= $2 AND created_at < $3 GROUP BY 1 ORDER BY 2 DESC, 1`,
    [tx.tenant, from, until, lookedAt],
  );
}
