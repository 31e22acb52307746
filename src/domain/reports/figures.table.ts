import type { TenantTx } from '../../data/database';

export interface StateCount {
  state: string;
  reason: string | null;
  count: number;
}

/** Everything a report says, counted from the rows themselves. Plan: message's key (tenant_id, batch_id). */
export async function countStates(tx: TenantTx, batch: string): Promise<StateCount[]> {
  return tx.query<StateCount>(
    'SELECT state, reason, count(*)::int AS count FROM message WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1, 2 ORDER BY 3 DESC',
    [tx.tenant, batch],
  );
}

/** People of this campaign who left since it was frozen, whether theirs was sent or cancelled. Plan: message's key, consent_contact. */
export async function countLeft(tx: TenantTx, batch: string, since: Date | null): Promise<number> {
  if (!since) return 0;
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM message m WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.state <> 'left_out'
       AND EXISTS (SELECT 1 FROM consent w WHERE w.tenant_id = m.tenant_id AND w.contact_id = m.contact_id AND w.act = 'withdrawn' AND w.at >= $3)`,
    [tx.tenant, batch, since],
  );
  return row?.count ?? 0;
}
