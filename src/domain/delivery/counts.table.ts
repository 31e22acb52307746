import type { TenantTx } from '../../data/database';

export interface StateCount {
  state: string;
  reason: string | null;
  count: number;
}

/** How many of a campaign's messages are in which state, and why: from counters that the rows themselves keep (migration 0024). Plan: message_count's key, a few rows a shard. */
export async function countStates(tx: TenantTx, batch: string): Promise<StateCount[]> {
  return tx.query<StateCount>(
    `SELECT state, nullif(reason, '') AS reason, sum(n)::int AS count FROM message_count WHERE tenant_id = $1 AND batch_id = $2
     GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 3 DESC, 1, 2`,
    [tx.tenant, batch],
  );
}

/** What is still to be decided in a campaign. Plan: as `countStates`; the rows are not looked at. */
export async function openRows(tx: TenantTx, batch: string): Promise<{ planned: boolean; sending: boolean }> {
  const states = (await countStates(tx, batch)).map(({ state }) => state);
  return { planned: states.includes('planned'), sending: states.includes('sending') };
}
