import type { TenantTx } from '../../data/database';

export interface KeptRow {
  category: string;
  ground: string;
  /** null: as long as its ground lasts. */
  until: Date | null;
  hold_id: string | null;
}

/** What an erasure left standing, and why. Rows stay as the record of it when the data has gone. */
export const keptTable = {
  /** What stands now. Plan: erasure_kept_standing. */
  async of(tx: TenantTx, id: string): Promise<KeptRow[]> {
    return tx.query<KeptRow>(
      'SELECT category, ground, until, hold_id FROM erasure_kept WHERE case_id = $1 AND erased_at IS NULL ORDER BY category',
      [id],
    );
  },

  /** The first reason stays; a hold that comes while the erasure is under way is added. */
  async put(tx: TenantTx, id: string, row: KeptRow): Promise<void> {
    await tx.query(
      `INSERT INTO erasure_kept (tenant_id, case_id, category, ground, until, hold_id) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, case_id, category) DO NOTHING`,
      [tx.tenant, id, row.category, row.ground, row.until, row.hold_id],
    );
  },

  async erased(tx: TenantTx, id: string, category: string, at: Date): Promise<void> {
    await tx.query('UPDATE erasure_kept SET erased_at = $3 WHERE case_id = $1 AND category = $2', [id, category, at]);
  },

  /** Cases that are over and of which something still stands. @param contact of one person alone */
  async cases(tx: TenantTx, contact?: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT DISTINCT p.id FROM erasure_kept k JOIN privacy_case p ON p.tenant_id = k.tenant_id AND p.id = k.case_id
       WHERE k.erased_at IS NULL AND p.state = 'closed' AND ($1::uuid IS NULL OR p.contact_id = $1)`,
      [contact ?? null],
    );
    return rows.map(({ id }) => id);
  },
};
