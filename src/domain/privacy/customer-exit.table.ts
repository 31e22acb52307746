import type { TenantTx } from '../../data/database';

export interface ExitRow {
  asked_by: string;
  asked_at: Date;
  exported_at: Date | null;
  export_sha256: Buffer | null;
  people: number | null;
  refusals: number | null;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  erase_from: Date | null;
  erase_until: Date | null;
  begun_at: Date | null;
  /** Rows that are gone already. */
  erased: string;
}

/** A customer who leaves: one row, the last of theirs to go. */
export const customerExitTable = {
  async lock(tx: TenantTx): Promise<ExitRow | undefined> {
    const [row] = await tx.query<ExitRow>(
      `SELECT asked_by, asked_at, exported_at, export_sha256, people, refusals, confirmed_by, confirmed_at, erase_from, erase_until, begun_at, erased
       FROM customer_exit FOR UPDATE`,
    );
    return row;
  },

  async isDue(tx: TenantTx, now: Date): Promise<boolean> {
    return (await tx.query('SELECT 1 AS one FROM customer_exit WHERE erase_from <= $1', [now])).length > 0;
  },

  async ask(tx: TenantTx, by: string, at: Date): Promise<void> {
    await tx.query(
      'INSERT INTO customer_exit (tenant_id, asked_by, asked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [tx.tenant, by, at],
    );
  },

  /** Another export takes the place of the one before: it has to be confirmed anew. */
  async exported(tx: TenantTx, sha256: Buffer, { people, refusals }: { people: number; refusals: number }, at: Date) {
    await tx.query(
      `UPDATE customer_exit SET exported_at = $2, export_sha256 = $3, people = $4, refusals = $5, confirmed_by = NULL, confirmed_at = NULL,
         erase_from = NULL, erase_until = NULL WHERE tenant_id = $1 AND begun_at IS NULL`,
      [tx.tenant, at, sha256, people, refusals],
    );
  },

  async confirmed(tx: TenantTx, by: string, at: Date, from: Date, until: Date): Promise<void> {
    await tx.query(
      'UPDATE customer_exit SET confirmed_by = $2, confirmed_at = $3, erase_from = $4, erase_until = $5 WHERE tenant_id = $1',
      [tx.tenant, by, at, from, until],
    );
  },

  async begun(tx: TenantTx, at: Date): Promise<void> {
    await tx.query('UPDATE customer_exit SET begun_at = coalesce(begun_at, $2) WHERE tenant_id = $1', [tx.tenant, at]);
  },

  async drop(tx: TenantTx): Promise<void> {
    await tx.query('DELETE FROM customer_exit WHERE tenant_id = $1 AND begun_at IS NULL', [tx.tenant]);
  },

  /** Takes so many rows of each table away. @returns how many went, and how many are left besides the customer and this row */
  async erase(tx: TenantTx, most: number): Promise<{ gone: number; left: number }> {
    const [row] = await tx.query<{ gone: number; left: number }>(
      'SELECT gone::float8 AS gone, left_over::float8 AS left FROM edge.erase_customer($1)',
      [most],
    );
    const { gone = 0, left = 0 } = row ?? {};
    await tx.query('UPDATE customer_exit SET erased = erased + $2 WHERE tenant_id = $1', [tx.tenant, gone]);
    return { gone, left };
  },

  async forget(tx: TenantTx): Promise<void> {
    await tx.query('SELECT edge.forget_customer()');
  },

  /** What forbids that anything is destroyed now: complaints that are open with an authority, and legal holds. */
  async obstacles(tx: TenantTx): Promise<{ claims: number; holds: number }> {
    const [row] = await tx.query<{ claims: number; holds: number }>(
      `SELECT (SELECT count(*) FROM agency_claim WHERE closed_at IS NULL)::int AS claims,
              (SELECT count(*) FROM legal_hold WHERE released_at IS NULL)::int AS holds`,
    );
    return row ?? { claims: 0, holds: 0 };
  },

  /** People of whom something stands, by their id. */
  async people(tx: TenantTx, after: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ contact_id: string }>(
      'SELECT contact_id FROM contact_key WHERE contact_id > $1 ORDER BY contact_id LIMIT $2',
      [after, limit],
    );
    return rows.map((row) => row.contact_id);
  },

  async refusals(tx: TenantTx): Promise<
    {
      token: string;
      channel: string;
      purpose: string;
      strength: string;
      effective_at: Date;
      source: string;
      key_version: number;
    }[]
  > {
    return tx.query(
      `SELECT encode(token, 'hex') AS token, channel, purpose, strength, effective_at, source, key_version FROM suppression ORDER BY token, channel, purpose, source`,
    );
  },

  /** Rows of a table that tells nothing of a single person. @param columns names of the schema, never input */
  async rows(tx: TenantTx, table: string, columns: readonly string[]): Promise<Record<string, unknown>[]> {
    return tx.query(`SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM "${table}" ORDER BY 1`);
  },

  /** Names of blobs, in whatever table they stand. */
  async blobs(tx: TenantTx): Promise<string[]> {
    const places = await tx.query<{ name: string; column: string }>(
      `SELECT c.relname AS name, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'blob' AND has_table_privilege(c.oid, 'SELECT')`,
    );
    const names: string[] = [];
    for (const { name, column } of places)
      names.push(
        ...(
          await tx.query<{ blob: string }>(`SELECT "${column}" AS blob FROM "${name}" WHERE "${column}" IS NOT NULL`)
        ).map(({ blob }) => blob),
      );
    return names;
  },

  /** People whom a post of ours in Slack speaks of. */
  async postedAbout(tx: TenantTx): Promise<string[]> {
    const rows = await tx.query<{ contact_id: string }>(
      "SELECT DISTINCT contact_id FROM slack_post WHERE contact_id IS NOT NULL AND state NOT IN ('deleted', 'removing')",
    );
    return rows.map((row) => row.contact_id);
  },

  async standingPosts(tx: TenantTx): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM slack_post WHERE contact_id IS NOT NULL AND state = 'removing'",
    );
    return row?.count ?? 0;
  },
};
