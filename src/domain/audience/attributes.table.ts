import type { TenantTx } from '../../data/database';

export const attributesTable = {
  /** One value a key. */
  async set(tx: TenantTx, contact: string, key: string, value: string): Promise<void> {
    await tx.query('DELETE FROM attribute WHERE contact_id = $1 AND key = $2', [contact, key]);
    await tx.query('INSERT INTO attribute (tenant_id, key, value, contact_id) VALUES ($1, $2, $3, $4)', [
      tx.tenant,
      key,
      value,
      contact,
    ]);
  },

  async of(tx: TenantTx, contact: string): Promise<Record<string, string>> {
    const rows = await tx.query<{ key: string; value: string }>(
      'SELECT key, value FROM attribute WHERE contact_id = $1 ORDER BY key',
      [contact],
    );
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  },
};
