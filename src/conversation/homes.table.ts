import type { TenantTx } from '../data/database';

export interface HomeRow {
  member_id: string;
  team: string;
  slack_user: string;
  wanted: number;
  drawn: number;
  shown_hash: Buffer | null;
  attempts: number;
}

/** Whoever has not looked for so long is shown the newest when they look again. */
const watched = '12 hours';

export const homesTable = {
  /** Somebody looks at their page: it is wanted at once. */
  async open(tx: TenantTx, member: { id: string; team: string; slackUser: string }): Promise<void> {
    await tx.query(
      `WITH opened AS (
         INSERT INTO slack_home AS h (tenant_id, member_id, team, slack_user, opened_at) VALUES ($1, $2, $3, $4, clock_timestamp())
         ON CONFLICT (tenant_id, member_id) DO UPDATE
           SET opened_at = excluded.opened_at, wanted = h.wanted + 1, attempts = 0, shown_hash = NULL
         RETURNING member_id)
       SELECT edge.wake('home', uuid_send(member_id), '0') FROM opened`,
      [tx.tenant, member.id, member.team, member.slackUser],
    );
  },

  /** Something on them has changed: those that may still be looked at, so many seconds after they were last drawn. @returns how many. Plan: slack_home's key, a team's rows */
  async markStale(tx: TenantTx, seconds: number): Promise<number> {
    const rows = await tx.query(
      `WITH stale AS (
         UPDATE slack_home SET wanted = wanted + 1 WHERE tenant_id = $1 AND opened_at > clock_timestamp() - interval '${watched}'
         RETURNING member_id, shown_at)
       SELECT edge.wake('home', uuid_send(member_id), greatest(shown_at + make_interval(secs => $2) - clock_timestamp(), '0')) FROM stale`,
      [tx.tenant, seconds],
    );
    return rows.length;
  },

  /** All of them, now. In order, so that two who do so wait for each other. Plan: slack_home's key, a team's rows */
  async markAll(tx: TenantTx): Promise<void> {
    await tx.query(
      `WITH all_of_them AS (SELECT member_id FROM slack_home WHERE tenant_id = $1 ORDER BY member_id FOR UPDATE),
         stale AS (
           UPDATE slack_home h SET wanted = wanted + 1 FROM all_of_them a
           WHERE h.tenant_id = $1 AND h.member_id = a.member_id RETURNING h.member_id)
       SELECT edge.wake('home', uuid_send(member_id), '0') FROM stale`,
      [tx.tenant],
    );
  },

  async get(tx: TenantTx, member: string): Promise<HomeRow | undefined> {
    const [row] = await tx.query<HomeRow>(
      'SELECT member_id, team, slack_user, wanted, drawn, shown_hash, attempts FROM slack_home WHERE tenant_id = $1 AND member_id = $2',
      [tx.tenant, member],
    );
    return row;
  },

  /** It stands as drawn; a wish that came meanwhile has woken its lane already. */
  async markShown(tx: TenantTx, row: HomeRow, hash: Buffer): Promise<void> {
    await tx.query(
      `UPDATE slack_home SET drawn = $3, shown_hash = $4, shown_at = clock_timestamp(), attempts = 0
       WHERE tenant_id = $1 AND member_id = $2`,
      [tx.tenant, row.member_id, row.wanted, hash],
    );
  },

  async postpone(tx: TenantTx, row: HomeRow, seconds: number): Promise<void> {
    await tx.query(
      `WITH later AS (
         UPDATE slack_home SET attempts = attempts + 1 WHERE tenant_id = $1 AND member_id = $2 RETURNING member_id)
       SELECT edge.wake('home', uuid_send(member_id), make_interval(secs => $3)) FROM later`,
      [tx.tenant, row.member_id, seconds],
    );
  },

  async remove(tx: TenantTx, member: string): Promise<void> {
    await tx.query('DELETE FROM slack_home WHERE tenant_id = $1 AND member_id = $2', [tx.tenant, member]);
  },
};
