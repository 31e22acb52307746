import type { TenantTx } from '../../data/database';

/**
 * People of this campaign who left since it was frozen, whether theirs was sent or cancelled. From those who left, not from its people: they are few.
 * Plan: consent_withdrawn, then message_contact a person.
 */
export async function countLeft(tx: TenantTx, batch: string, since: Date | null): Promise<number> {
  if (!since) return 0;
  const [row] = await tx.query<{ count: number }>(
    `WITH gone AS MATERIALIZED (SELECT DISTINCT w.contact_id FROM consent w WHERE w.tenant_id = $1 AND w.act = 'withdrawn' AND w.at >= $3)
     SELECT count(*)::int AS count FROM gone g JOIN message m ON m.tenant_id = $1 AND m.contact_id = g.contact_id
     WHERE m.batch_id = $2 AND m.state <> 'left_out'`,
    [tx.tenant, batch, since],
  );
  return row?.count ?? 0;
}
