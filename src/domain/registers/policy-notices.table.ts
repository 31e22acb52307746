import type { TenantTx } from '../../data/database';

export const policyNoticesTable = {
  /** Those of a team who were not told of this version. */
  async untold(tx: TenantTx, version: string): Promise<{ id: string }[]> {
    return tx.query(
      `SELECT m.id FROM member m WHERE NOT EXISTS (
         SELECT 1 FROM policy_notice n WHERE n.member_id = m.id AND n.version = $1) ORDER BY m.created_at, m.id`,
      [version],
    );
  },

  /** @returns false when they were told already */
  async told(tx: TenantTx, member: string, version: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO policy_notice (tenant_id, member_id, version, told_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, member, version, now],
    );
    return rows.length > 0;
  },

  /** Once is enough. Whoever was not told and says so has read it all the same. */
  async read(tx: TenantTx, member: string, version: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO policy_notice AS n (tenant_id, member_id, version, told_at, read_at) VALUES ($1, $2, $3, $4, $4)
       ON CONFLICT (tenant_id, member_id, version) DO UPDATE SET read_at = coalesce(n.read_at, excluded.read_at)`,
      [tx.tenant, member, version, now],
    );
  },

  async list(
    tx: TenantTx,
    version: string,
  ): Promise<{ member: string; name: string; told_at: Date | null; read_at: Date | null }[]> {
    return tx.query(
      `SELECT m.id AS member, m.name, n.told_at, n.read_at FROM member m
       LEFT JOIN policy_notice n ON n.tenant_id = m.tenant_id AND n.member_id = m.id AND n.version = $1 ORDER BY m.created_at, m.id`,
      [version],
    );
  },
};
