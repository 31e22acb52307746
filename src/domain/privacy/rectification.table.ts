import type { TenantTx } from '../../data/database';

export interface RectificationRow {
  field: string;
  /** What stands and what should, as JSON. */
  sealed: Buffer;
  confirmed_at: Date | null;
  applied_at: Date | null;
}

/** What is to be corrected by a case, a row a field. */
export const rectificationTable = {
  async of(tx: TenantTx, caseId: string): Promise<RectificationRow[]> {
    return tx.query<RectificationRow>(
      `SELECT field, sealed, confirmed_at, applied_at FROM rectification
       WHERE tenant_id = $1 AND case_id = $2 ORDER BY said_at, field`,
      [tx.tenant, caseId],
    );
  },

  /** Said otherwise, it is to be confirmed anew. */
  async put(tx: TenantTx, caseId: string, field: string, sealed: Buffer, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO rectification (tenant_id, case_id, field, sealed, said_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, case_id, field) DO UPDATE SET sealed = excluded.sealed, said_at = excluded.said_at, confirmed_at = NULL`,
      [tx.tenant, caseId, field, sealed, now],
    );
  },

  /** @returns how many waited for it */
  async confirm(tx: TenantTx, caseId: string, now: Date): Promise<number> {
    const rows = await tx.query(
      `UPDATE rectification SET confirmed_at = $3
       WHERE tenant_id = $1 AND case_id = $2 AND confirmed_at IS NULL RETURNING field`,
      [tx.tenant, caseId, now],
    );
    return rows.length;
  },

  async applied(tx: TenantTx, caseId: string, field: string, now: Date): Promise<void> {
    await tx.query('UPDATE rectification SET applied_at = $4 WHERE tenant_id = $1 AND case_id = $2 AND field = $3', [
      tx.tenant,
      caseId,
      field,
      now,
    ]);
  },

  /** What the person did not say yes to. */
  async dropUnconfirmed(tx: TenantTx, caseId: string): Promise<void> {
    await tx.query('DELETE FROM rectification WHERE tenant_id = $1 AND case_id = $2 AND confirmed_at IS NULL', [
      tx.tenant,
      caseId,
    ]);
  },
};
