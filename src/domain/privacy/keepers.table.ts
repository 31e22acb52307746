import type { TenantTx } from '../../data/database';

/** Who of the customer looks after a case. */
export const keepersTable = {
  async of(tx: TenantTx, cases: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<{ id: string; name: string }>(
      `SELECT p.id, m.name FROM privacy_case p JOIN member m ON m.tenant_id = p.tenant_id AND m.id = p.handed_to
       WHERE p.tenant_id = $1 AND p.id = ANY($2::uuid[])`,
      [tx.tenant, cases],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  },

  async contact(tx: TenantTx, id: string): Promise<string> {
    const [row] = await tx.query<{ contact_id: string }>(
      'SELECT contact_id FROM privacy_case WHERE tenant_id = $1 AND id = $2',
      [tx.tenant, id],
    );
    return row?.contact_id ?? '';
  },

  async set(tx: TenantTx, id: string, member: string): Promise<void> {
    await tx.query('UPDATE privacy_case SET handed_to = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, member]);
  },
};
