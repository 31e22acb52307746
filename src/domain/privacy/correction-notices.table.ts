import type { TenantTx } from '../../data/database';

export interface NoticeRow {
  subprocessor: string;
  fields: string[];
  told_at: Date | null;
}

/** Who is to be told of what a case corrected. */
export const correctionNoticesTable = {
  async note(
    tx: TenantTx,
    row: { case: string; subprocessor: string; fields: readonly string[] },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO correction_notice AS n (tenant_id, case_id, subprocessor, fields, noted_at) VALUES ($1, $2, $3, $4::text[], $5)
       ON CONFLICT (tenant_id, case_id, subprocessor) DO UPDATE
         SET fields = ARRAY(SELECT DISTINCT f FROM unnest(n.fields || excluded.fields) f ORDER BY f)`,
      [tx.tenant, row.case, row.subprocessor, row.fields, now],
    );
  },

  async of(tx: TenantTx, caseId: string): Promise<NoticeRow[]> {
    return tx.query<NoticeRow>(
      'SELECT subprocessor, fields, told_at FROM correction_notice WHERE tenant_id = $1 AND case_id = $2 ORDER BY subprocessor',
      [tx.tenant, caseId],
    );
  },

  /** @returns how many were not told yet */
  async told(tx: TenantTx, caseId: string, member: string, now: Date): Promise<number> {
    const rows = await tx.query(
      `UPDATE correction_notice SET told_at = $4, told_by = $3
       WHERE tenant_id = $1 AND case_id = $2 AND told_at IS NULL RETURNING subprocessor`,
      [tx.tenant, caseId, member, now],
    );
    return rows.length;
  },
};
