import type { TenantTx } from '../../data/database';

/** What of each person no list overwrites: they had it corrected. */
export const rectifiedTable = {
  /** By contact. Plan: rectified's key. */
  async of(tx: TenantTx, contacts: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const rows = await tx.query<{ contact_id: string; fields: string[] }>(
      'SELECT contact_id, array_agg(field) AS fields FROM rectified WHERE tenant_id = $1 AND contact_id = ANY($2::uuid[]) GROUP BY 1',
      [tx.tenant, contacts],
    );
    return new Map(rows.map(({ contact_id, fields }) => [contact_id, new Set(fields)]));
  },

  async note(tx: TenantTx, contact: string, field: string, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO rectified (tenant_id, contact_id, field, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, contact_id, field) DO UPDATE SET at = excluded.at`,
      [tx.tenant, contact, field, at],
    );
  },
};
