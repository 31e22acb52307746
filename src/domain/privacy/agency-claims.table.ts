import type { TenantTx } from '../../data/database';

export interface ClaimRow {
  id: string;
  case_id: string;
  about: 'refusal' | 'silence' | 'block';
  reference: string;
  notified_at: Date;
  due_at: Date;
  extended_at: Date | null;
  answered_at: Date | null;
  closed_at: Date | null;
  ruling: string | null;
}
export type ClaimChange = Partial<Pick<ClaimRow, 'due_at' | 'extended_at' | 'answered_at' | 'closed_at' | 'ruling'>>;

const columns = 'id, case_id, about, reference, notified_at, due_at, extended_at, answered_at, closed_at, ruling';

export const agencyClaimsTable = {
  /** @returns false when the authority's number is known for this case already */
  async insert(
    tx: TenantTx,
    row: Pick<ClaimRow, 'id' | 'case_id' | 'about' | 'reference' | 'notified_at' | 'due_at'>,
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO agency_claim (tenant_id, id, case_id, about, reference, notified_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, case_id, reference) DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, row.id, row.case_id, row.about, row.reference, row.notified_at, row.due_at],
    );
    return rows.length > 0;
  },

  async ofCase(tx: TenantTx, id: string): Promise<ClaimRow[]> {
    return tx.query<ClaimRow>(
      `SELECT ${columns} FROM agency_claim WHERE tenant_id = $1 AND case_id = $2 ORDER BY notified_at, id`,
      [tx.tenant, id],
    );
  },

  async lock(tx: TenantTx, id: string): Promise<ClaimRow | undefined> {
    const [row] = await tx.query<ClaimRow>(
      `SELECT ${columns} FROM agency_claim WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tx.tenant, id],
    );
    return row;
  },

  async change(tx: TenantTx, id: string, change: ClaimChange): Promise<void> {
    const given = Object.entries(change);
    // The names are this type's own keys, never input.
    const sets = given.map(([column], at) => `${column} = $${at + 2}`);
    await tx.query(`UPDATE agency_claim SET ${sets.join(', ')} WHERE id = $1`, [
      id,
      ...given.map(([, value]) => value),
    ]);
  },
};
