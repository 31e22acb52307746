import type { TenantTx } from '../../data/database';

/** How the provider says that it charged messages of campaigns: noted where it is otherwise than their template says. Plan: message's key, one row each. */
export async function noteCharges(
  tx: TenantTx,
  rows: readonly { batch: string; seq: string; as: string }[],
): Promise<void> {
  await tx.query(
    `UPDATE message m SET charged_as = g.charged
     FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS g(batch, seq, charged)
     WHERE m.tenant_id = $1 AND m.batch_id = g.batch AND m.seq = g.seq AND m.batch_id <> 0 AND m.charged_as IS DISTINCT FROM g.charged
       AND NOT EXISTS (SELECT 1 FROM campaign k JOIN template p ON p.tenant_id = k.tenant_id AND p.id = k.template_id
         WHERE k.tenant_id = $1 AND k.batch_id = m.batch_id AND p.category = g.charged)`,
    [tx.tenant, rows.map(({ batch }) => batch), rows.map(({ seq }) => seq), rows.map(({ as }) => as)],
  );
}
