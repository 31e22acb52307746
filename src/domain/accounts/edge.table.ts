import type { SystemTx, TenantTx } from '../../data/database';

/** What is known before a tenant is: which of our addresses, places and users belong to whom. Ids and hashes only. */
export const edgeTable = {
  async addSender(
    tx: SystemTx,
    row: {
      channel: string;
      app: string;
      providerId: string;
      tenant: string;
      token: Buffer;
      label: string;
      senderId?: string;
    },
  ) {
    const [added] = await tx.query<{ tenant_id: string }>(
      `INSERT INTO edge.sender AS s (channel, app, provider_id, tenant_id, token, label, sender_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (channel, app, provider_id) DO UPDATE SET token = excluded.token, sender_id = coalesce(excluded.sender_id, s.sender_id)
         WHERE s.tenant_id = excluded.tenant_id
       RETURNING s.tenant_id`,
      [row.channel, row.app, row.providerId, row.tenant, row.token, row.label, row.senderId ?? null],
    );
    return added !== undefined;
  },

  /** This workspace is our own. */
  async markStaff(tx: SystemTx, app: string, team: string): Promise<void> {
    await tx.query("UPDATE edge.sender SET staff = true WHERE channel = 'slack' AND app = $1 AND provider_id = $2", [
      app,
      team,
    ]);
  },

  async sender(tx: SystemTx, channel: string, app: string, providerId: string) {
    const [row] = await tx.query<{ tenant_id: string; sender_id: string | null; token: Buffer }>(
      'SELECT tenant_id, sender_id, token FROM edge.sender WHERE channel = $1 AND app = $2 AND provider_id = $3',
      [channel, app, providerId],
    );
    return row;
  },

  /** Every address of ours with its sealed token. */
  async senders(tx: SystemTx): Promise<{ channel: string; app: string; provider_id: string; token: Buffer }[]> {
    return tx.query("SELECT channel, app, provider_id, token FROM edge.sender WHERE token <> '' ORDER BY 1, 2, 3");
  },

  /** The same token, sealed anew; not if it was changed meanwhile. */
  async reseal(
    tx: SystemTx,
    row: { channel: string; app: string; provider_id: string; token: Buffer },
    token: Buffer,
  ): Promise<void> {
    await tx.query(
      'UPDATE edge.sender SET token = $5 WHERE channel = $1 AND app = $2 AND provider_id = $3 AND token = $4',
      [row.channel, row.app, row.provider_id, row.token, token],
    );
  },

  /** Everybody who sends from an address of ours. */
  async tenants(tx: SystemTx): Promise<string[]> {
    const rows = await tx.query<{ tenant_id: string }>('SELECT DISTINCT tenant_id FROM edge.sender ORDER BY tenant_id');
    return rows.map((row) => row.tenant_id);
  },

  async addPlace(tx: SystemTx, team: string, channel: string, tenant: string): Promise<boolean> {
    const [row] = await tx.query<{ tenant_id: string }>(
      `INSERT INTO edge.place AS p (team, channel, tenant_id) VALUES ($1, $2, $3)
       ON CONFLICT (team, channel) DO UPDATE SET tenant_id = p.tenant_id RETURNING p.tenant_id`,
      [team, channel, tenant],
    );
    return row?.tenant_id === tenant;
  },

  /** The place's tenant, else the user's only one; of our own people, who have several, the one they chose last. */
  async tenantOf(
    tx: SystemTx,
    team: string,
    users: readonly Buffer[],
    now: Date,
    channel?: string,
  ): Promise<string | undefined> {
    if (channel) {
      const [place] = await tx.query<{ tenant_id: string }>(
        'SELECT tenant_id FROM edge.place WHERE team = $1 AND channel = $2',
        [team, channel],
      );
      if (place) return place.tenant_id;
    }
    const rows = await tx.query<{ tenant_id: string; chosen: boolean; open: boolean }>(
      `SELECT tenant_id, bool_or(chosen_at IS NOT NULL) AS chosen, bool_or(until IS NULL OR until > $3) AS open
       FROM edge.member WHERE team = $1 AND user_hash = ANY($2::bytea[]) GROUP BY 1 ORDER BY max(chosen_at) DESC NULLS LAST LIMIT 50`,
      [team, users, now],
    );
    const among = rows.filter((row) => row.open);
    return among.length === 1 || among[0]?.chosen ? among[0]?.tenant_id : undefined;
  },

  /** Counts a try and says how many there were today, this one included. */
  async countAttempt(tx: SystemTx, who: Buffer, day: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `INSERT INTO edge.attempt AS a (hash, day, count) VALUES ($1, $2::date, 1)
       ON CONFLICT (hash, day) DO UPDATE SET count = a.count + 1 RETURNING count`,
      [who, day],
    );
    return row?.count ?? 1;
  },

  /** Takes the code for this user: nobody else can use it from here on. One for our own people works in our own workspace alone. */
  /** @param turn the turn in which it is said: one that was used may be used there again */
  async takeLink(
    tx: SystemTx,
    hashes: readonly Buffer[],
    kind: string,
    who: Buffer,
    team: string,
    now: Date,
    turn: string | null = null,
  ) {
    const [row] = await tx.query<{ tenant_id: string; grants: string; spent: boolean }>(
      `UPDATE edge.link SET used_by = $3
       WHERE hash = ANY($1::bytea[]) AND kind = $2 AND expires_at > $4 AND (used_by IS NULL OR used_by = $3)
         AND (spent_in IS NULL OR spent_in = $6::uuid)
         AND (split_part(grants, ':', 1) NOT IN ('support', 'platform')
           OR EXISTS (SELECT 1 FROM edge.sender s WHERE s.channel = 'slack' AND s.provider_id = $5 AND s.staff))
       RETURNING tenant_id, grants, spent_in IS NOT NULL AS spent`,
      [hashes, kind, who, now, team, turn],
    );
    return row;
  },

  /** Whose it is, without taking it. */
  async link(tx: SystemTx, hashes: readonly Buffer[], kind: string, now: Date) {
    const [row] = await tx.query<{ tenant_id: string; grants: string }>(
      'SELECT tenant_id, grants FROM edge.link WHERE hash = ANY($1::bytea[]) AND kind = $2 AND expires_at > $3',
      [hashes, kind, now],
    );
    return row;
  },

  async offerLink(tx: TenantTx, hash: Buffer, kind: string, grants: string, expires: Date): Promise<void> {
    await tx.query('SELECT edge.offer_link($1, $2, $3, $4)', [hash, kind, grants, expires]);
  },
  async spendLink(tx: TenantTx, hashes: readonly Buffer[]): Promise<void> {
    await tx.query('SELECT edge.spend_link($1::bytea[])', [hashes]);
  },
  async spendCode(tx: TenantTx, hashes: readonly Buffer[], turn: string): Promise<void> {
    await tx.query('SELECT edge.spend_code($1::bytea[], $2)', [hashes, turn]);
  },
  async joinTeam(tx: TenantTx, team: string, user: Buffer): Promise<void> {
    await tx.query('SELECT edge.join_team($1, $2)', [team, user]);
  },
  async letIn(tx: TenantTx, team: string, users: readonly Buffer[], until: Date): Promise<void> {
    await tx.query('SELECT edge.let_in($1, $2::bytea[], $3)', [team, users, until]);
  },
  async companiesOf(
    tx: TenantTx,
    team: string,
    users: readonly Buffer[],
    now: Date,
  ): Promise<{ tenant_id: string; name: string }[]> {
    return tx.query('SELECT tenant_id, name FROM edge.companies_of($1, $2::bytea[], $3)', [team, users, now]);
  },
  async chooseCompany(
    tx: TenantTx,
    team: string,
    users: readonly Buffer[],
    tenant: string,
    now: Date,
  ): Promise<boolean> {
    const [row] = await tx.query<{ done: boolean }>('SELECT edge.choose_company($1, $2::bytea[], $3, $4) AS done', [
      ...[team, users, tenant, now],
    ]);
    return row?.done ?? false;
  },
  async leaveTeam(tx: TenantTx, team: string, users: readonly Buffer[]): Promise<void> {
    await tx.query('SELECT edge.leave_team($1, $2::bytea[])', [team, users]);
  },
  /** @param now for a workspace that may be ours: whether anybody there is let in */
  async tokenOf(
    tx: TenantTx,
    channel: string,
    app: string,
    providerId: string,
    now?: Date,
  ): Promise<Buffer | undefined> {
    const [row] = await tx.query<{ token: Buffer | null }>('SELECT edge.token_of($1, $2, $3, $4) AS token', [
      ...[channel, app, providerId, now ?? null],
    ]);
    return row?.token ?? undefined;
  },
};
