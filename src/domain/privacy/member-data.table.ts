import type { TenantTx } from '../../data/database';

/** Of each table about the team, the column that says whose row it is. A test holds them equal to the data map. */
const memberTables: Readonly<Record<string, string>> = {
  member: 'id',
  policy_notice: 'member_id',
  slack_home: 'member_id',
  service_notice_told: 'member_id',
  standing_instruction: 'signed_by',
};

export interface Activity {
  at: Date;
  act: string;
  campaign: number | null;
  request: number | null;
}

export const memberDataTable = {
  /** Plan: small tables, a team's rows. */
  async count(tx: TenantTx, member: string): Promise<Record<string, number>> {
    const parts = Object.entries(memberTables).map(
      ([table, column]) => `(SELECT count(*) FROM ${table} t WHERE t.${column} = $1)::int AS ${table}`,
    );
    const [row] = await tx.query<Record<string, number>>(`SELECT ${parts.join(', ')}`, [member]);
    return row ?? {};
  },

  async own(tx: TenantTx, member: string): Promise<{ created_at: Date; granted_until: Date | null } | undefined> {
    const sql = 'SELECT created_at, granted_until FROM member WHERE id = $1';
    return (await tx.query<{ created_at: Date; granted_until: Date | null }>(sql, [member]))[0];
  },

  /** What they did, the newest first. Plan: audit's key, backwards from now. */
  async activity(tx: TenantTx, member: string, since: Date, most: number): Promise<Activity[]> {
    return tx.query<Activity>(
      `SELECT a.at, a.act, c.number AS campaign, p.number AS request FROM audit a
       LEFT JOIN campaign c ON c.tenant_id = a.tenant_id AND a.subject = 'campaign:' || c.id
       LEFT JOIN privacy_case p ON p.tenant_id = a.tenant_id AND a.subject = 'case:' || p.id
       WHERE a.tenant_id = $1 AND a.actor = $2 AND a.at >= $3 ORDER BY a.id DESC LIMIT $4`,
      [tx.tenant, `member:${member}`, since, most],
    );
  },
};
