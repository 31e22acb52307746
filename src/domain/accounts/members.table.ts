import type { TenantTx } from '../../data/database';

export interface MemberRow {
  id: string;
  team: string;
  slack_user: string;
  name: string;
  roles: string[];
  language: string;
  granted_until: Date | null;
  zone: string | null;
  quiet: boolean;
}

const columns = 'id, team, slack_user, name, roles, language, granted_until, zone, quiet';

export const membersTable = {
  /** Adds roles to the member of this user; made if there is none. */
  async join(tx: TenantTx, row: MemberRow, now: Date): Promise<MemberRow> {
    const [member] = await tx.query<MemberRow>(
      `INSERT INTO member AS m (tenant_id, id, team, slack_user, name, roles, language, granted_until, created_at)
       VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9)
       ON CONFLICT (tenant_id, team, slack_user) DO UPDATE
         SET roles = ARRAY(SELECT DISTINCT r FROM unnest(m.roles || excluded.roles) r ORDER BY r),
             granted_until = coalesce(excluded.granted_until, m.granted_until)
       RETURNING ${columns}`,
      [tx.tenant, row.id, row.team, row.slack_user, row.name, row.roles, row.language, row.granted_until, now],
    );
    return member as MemberRow;
  },

  async byUser(tx: TenantTx, team: string, user: string): Promise<MemberRow | undefined> {
    const [row] = await tx.query<MemberRow>(`SELECT ${columns} FROM member WHERE team = $1 AND slack_user = $2`, [
      team,
      user,
    ]);
    return row;
  },

  async byId(tx: TenantTx, id: string): Promise<MemberRow | undefined> {
    const [row] = await tx.query<MemberRow>(`SELECT ${columns} FROM member WHERE id = $1`, [id]);
    return row;
  },

  async list(tx: TenantTx): Promise<MemberRow[]> {
    return tx.query<MemberRow>(`SELECT ${columns} FROM member ORDER BY created_at, id`);
  },

  /** Those who run the account, held until the transaction ends: of two who take it from each other at once one is told that they can't. */
  async lockOwners(tx: TenantTx): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      "SELECT id FROM member WHERE 'owner' = ANY (roles) ORDER BY id FOR UPDATE",
    );
    return rows.map(({ id }) => id);
  },

  async setRoles(tx: TenantTx, id: string, roles: readonly string[]): Promise<void> {
    await tx.query('UPDATE member SET roles = $2::text[] WHERE id = $1', [id, roles]);
  },

  async setLanguage(tx: TenantTx, id: string, language: string): Promise<void> {
    await tx.query('UPDATE member SET language = $2 WHERE id = $1', [id, language]);
  },

  async set(tx: TenantTx, id: string, its: Pick<MemberRow, 'language' | 'zone' | 'quiet'>): Promise<void> {
    await tx.query('UPDATE member SET language = $2, zone = $3, quiet = $4 WHERE id = $1', [
      id,
      its.language,
      its.zone,
      its.quiet,
    ]);
  },

  async grantUntil(tx: TenantTx, id: string, until: Date): Promise<void> {
    await tx.query('UPDATE member SET granted_until = $2 WHERE id = $1', [id, until]);
  },

  /** Those of whom it is over stand without one, so each is told of once. */
  async endGrants(tx: TenantTx, now: Date): Promise<Pick<MemberRow, 'team' | 'slack_user' | 'roles'>[]> {
    return tx.query(
      'UPDATE member SET granted_until = NULL WHERE granted_until <= $1 RETURNING team, slack_user, roles',
      [now],
    );
  },

  async remove(tx: TenantTx, id: string): Promise<void> {
    await tx.query('DELETE FROM member WHERE id = $1', [id]);
  },
};
