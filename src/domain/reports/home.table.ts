import type { TenantTx } from '../../data/database';

export interface Beginnings {
  sender: boolean;
  people: boolean;
  template: boolean;
  approver: boolean;
  sent: boolean;
}

/** How far a new customer has come. Plan: the first row of each, a customer's own. */
export async function beginnings(tx: TenantTx): Promise<Beginnings> {
  const [row] = await tx.query<Beginnings>(
    `SELECT EXISTS (SELECT 1 FROM sender WHERE tenant_id = $1 AND purpose = 'all') AS sender,
            EXISTS (SELECT 1 FROM contact WHERE tenant_id = $1) AS people,
            EXISTS (SELECT 1 FROM template WHERE tenant_id = $1 AND category = 'MARKETING' AND status = 'APPROVED') AS template,
            (SELECT count(*) > 1 AND coalesce(bool_or(roles && ARRAY['approver', 'owner']), false) FROM member
              WHERE tenant_id = $1 AND roles && ARRAY['operator', 'approver', 'owner']) AS approver,
            EXISTS (SELECT 1 FROM campaign WHERE tenant_id = $1 AND started_at IS NOT NULL) AS sent`,
    [tx.tenant],
  );
  return row as Beginnings;
}
