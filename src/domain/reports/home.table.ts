import type { TenantTx } from '../../data/database';

export interface Beginnings {
  /** It says who the company is, and whom people ask about their data. */
  company: boolean;
  contract: boolean;
  /** It said that it promotes, and by which words people permit it. */
  purposes: boolean;
  sender: boolean;
  /** There is somebody who agreed: whoever only wrote may not be written to. */
  people: boolean;
  template: boolean;
  approver: boolean;
  sent: boolean;
}

/** How far a new customer has come. Plan: the first row of each, a customer's own. */
export async function beginnings(tx: TenantTx): Promise<Beginnings> {
  const [row] = await tx.query<Beginnings>(
    `SELECT (SELECT '' NOT IN (t.legal_name, t.rut, t.contact) FROM tenant t WHERE t.tenant_id = $1) AS company,
            EXISTS (SELECT 1 FROM contract WHERE tenant_id = $1 AND '' NOT IN (object, duration, purpose, data, subjects, duties)) AS contract,
            EXISTS (SELECT 1 FROM declared_purpose WHERE tenant_id = $1 AND purpose = 'marketing' AND basis IS NOT NULL)
              AND EXISTS (SELECT 1 FROM consent_text WHERE tenant_id = $1 AND kind = 'statement') AS purposes,
            EXISTS (SELECT 1 FROM sender WHERE tenant_id = $1 AND purpose = 'all') AS sender,
            EXISTS (SELECT 1 FROM consent WHERE tenant_id = $1 AND act = 'given') AS people,
            EXISTS (SELECT 1 FROM template WHERE tenant_id = $1 AND category = 'MARKETING' AND status = 'APPROVED') AS template,
            (SELECT count(*) > 1 AND coalesce(bool_or(roles && ARRAY['approver', 'owner']), false) FROM member
              WHERE tenant_id = $1 AND roles && ARRAY['operator', 'approver', 'owner']) AS approver,
            EXISTS (SELECT 1 FROM campaign WHERE tenant_id = $1 AND started_at IS NOT NULL) AS sent`,
    [tx.tenant],
  );
  return row as Beginnings;
}
