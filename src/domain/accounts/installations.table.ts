import type { SystemTx, TenantTx } from '../../data/database';

export interface InstallationRow {
  app: string;
  team: string;
  tenant: string;
  bot_user: string;
  scopes: readonly string[];
  refresh: Buffer | null;
  ends_at: Date | null;
}

/** A workspace showed us out: what it called that, when by Slack's clock (whole seconds), and when we heard it by ours. */
export interface ShownOut {
  why: string;
  at: Date;
  heard: Date;
}

/** Workspaces that let us in by themselves. Ids, scopes and sealed tokens; before a tenant is known. */
export const installationsTable = {
  async offerState(tx: SystemTx, hash: Buffer, browser: Buffer, invitation: Buffer | null, until: Date): Promise<void> {
    await tx.query('INSERT INTO edge.oauth_state (hash, browser, invitation, expires_at) VALUES ($1, $2, $3, $4)', [
      ...[hash, browser, invitation, until],
    ]);
  },

  /** Once: who takes it deletes it. */
  async takeState(tx: SystemTx, hashes: readonly Buffer[], now: Date) {
    const [row] = await tx.query<{ browser: Buffer; invitation: Buffer | null; expires_at: Date }>(
      'DELETE FROM edge.oauth_state WHERE hash = ANY($1::bytea[]) RETURNING browser, invitation, expires_at',
      [hashes],
    );
    return row && row.expires_at > now ? row : undefined;
  },

  async keep(tx: SystemTx, row: InstallationRow, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO edge.installation (app, team, tenant_id, bot_user, scopes, refresh, ends_at, installed_at)
       VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8)
       ON CONFLICT (app, team) DO UPDATE
         SET tenant_id = excluded.tenant_id, bot_user = excluded.bot_user, scopes = excluded.scopes,
             refresh = excluded.refresh, ends_at = excluded.ends_at, installed_at = excluded.installed_at,
             over_at = NULL, over_why = NULL`,
      [...[row.app, row.team, row.tenant, row.bot_user, row.scopes], ...[row.refresh, row.ends_at, now]],
    );
  },

  /** The next one whose token ends before then, but for those. It is held: whoever else looks passes over it. */
  async lockEnding(tx: SystemTx, before: Date, not: readonly string[]): Promise<InstallationRow | undefined> {
    const [row] = await tx.query<InstallationRow>(
      `SELECT app, team, tenant_id AS tenant, bot_user, scopes, refresh, ends_at FROM edge.installation
       WHERE refresh IS NOT NULL AND over_at IS NULL AND ends_at < $1 AND team <> ALL ($2::text[])
       ORDER BY ends_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [before, not],
    );
    return row;
  },

  /** The next token in place of the one before: both, or none. */
  async renewed(
    tx: SystemTx,
    { app, team }: InstallationRow,
    next: { token: Buffer; refresh: Buffer | null; endsAt: Date | null; scopes: readonly string[] },
  ): Promise<void> {
    await tx.query(
      'UPDATE edge.installation SET refresh = $3, ends_at = $4, scopes = $5::text[] WHERE app = $1 AND team = $2',
      [app, team, next.refresh, next.endsAt, next.scopes],
    );
    await tx.query(
      "UPDATE edge.sender SET token = $3 WHERE channel = 'slack' AND app = $1 AND provider_id = $2 AND token <> ''",
      [app, team, next.token],
    );
  },

  /** Nobody renews it any more. */
  async giveUp(tx: SystemTx, { app, team }: InstallationRow, why: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE edge.installation SET refresh = NULL, ends_at = NULL, over_at = $4, over_why = $3
       WHERE app = $1 AND team = $2`,
      [app, team, why, now],
    );
  },

  /** The current tenant's workspace has shown us out. @returns false: it had already, or let us in again since */
  async end(tx: TenantTx, app: string, team: string, out: ShownOut): Promise<boolean> {
    const [row] = await tx.query<{ ended: boolean }>('SELECT edge.end_installation($1, $2, $3, $4, $5) AS ended', [
      ...[app, team, out.why, out.at, out.heard],
    ]);
    return row?.ended === true;
  },

  async sealed(tx: SystemTx): Promise<{ app: string; team: string; refresh: Buffer }[]> {
    return tx.query('SELECT app, team, refresh FROM edge.installation WHERE refresh IS NOT NULL ORDER BY 1, 2');
  },
  async reseal(tx: SystemTx, row: { app: string; team: string; refresh: Buffer }, refresh: Buffer): Promise<void> {
    await tx.query('UPDATE edge.installation SET refresh = $4 WHERE app = $1 AND team = $2 AND refresh = $3', [
      ...[row.app, row.team, row.refresh, refresh],
    ]);
  },
};
