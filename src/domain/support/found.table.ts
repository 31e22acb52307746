import type { TenantTx } from '../../data/database';

/** Whose request that is: `SOL-000204`. Plan: privacy_case's number. */
export async function contactOfCase(tx: TenantTx, number: number): Promise<string | undefined> {
  const [row] = await tx.query<{ contact: string | null }>(
    'SELECT contact_id AS contact FROM privacy_case WHERE tenant_id = $1 AND number = $2',
    [tx.tenant, number],
  );
  return row?.contact ?? undefined;
}
