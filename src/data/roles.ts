import { createHmac } from 'node:crypto';
import { Client } from 'pg';

const taken = ['tenant_rw', 'intake', 'resolver', 'dispatcher'] as const;
const appRole = 'app';

/** The program's own login, derived from the owner's: no file is needed, and two checkouts on one server agree. */
export function appUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.password = appPassword(decodeURIComponent(url.password));
  url.username = appRole;
  return url.toString();
}

const appPassword = (owner: string): string =>
  createHmac('sha256', owner).update('connectus app login').digest('base64url');

/** Roles belong to the whole server. Safe to repeat, and to run in several processes at once. @throws when the owner may not make roles */
export async function ensureRoles(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = current_user',
    );
    if (!rows[0]?.may)
      throw new Error(
        'The owner login of DATABASE_URL may not make roles. Run deploy/roles.sql as one who may, then set DATABASE_APP_URL.',
      );
    for (const role of taken) await repeat(() => create(client, role, 'NOLOGIN'));
    const password = client.escapeLiteral(appPassword(decodeURIComponent(new URL(ownerUrl).password)));
    await repeat(() => create(client, appRole, `LOGIN NOINHERIT PASSWORD ${password}`));
    await repeat(() => client.query(`ALTER ROLE ${appRole} LOGIN NOINHERIT PASSWORD ${password}`));
    const version = Number((await client.query('SHOW server_version_num')).rows[0].server_version_num);
    // From Postgres 16 on, inheriting and taking a role are granted apart; 15 does not know the words.
    const how = version >= 160_000 ? ' WITH INHERIT FALSE, SET TRUE' : '';
    for (const role of taken) await repeat(() => client.query(`GRANT ${role} TO ${appRole}${how}`));
  } finally {
    await client.end();
  }
}

const create = (client: Client, role: string, options: string) =>
  client.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} ${options}; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);

async function repeat(step: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await step();
      return;
    } catch (error) {
      if (tries >= 20 || !/tuple concurrently updated/.test(String((error as Error).message))) throw error;
      await new Promise((done) => setTimeout(done, 10 + tries * 10));
    }
  }
}

/** Refuses a login that could do more than take one of our roles, for row-level security would not hold it, or one that can't. @throws naming what it may, or lacks */
export async function checkAppRole(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ may: Record<string, boolean>; lacks: string[] }>(
      `SELECT json_build_object(
                'superuser', r.rolsuper,
                'bypasses row-level security', r.rolbypassrls,
                'makes roles', r.rolcreaterole,
                'owns tables', EXISTS (SELECT FROM pg_class WHERE relowner = r.oid),
                'inherits', EXISTS (SELECT FROM pg_roles t WHERE t.rolname = ANY($1) AND pg_has_role(r.oid, t.oid, 'USAGE')),
                'takes other roles', EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles t ON t.oid = m.roleid
                                             WHERE m.member = r.oid AND t.rolname <> ALL($1))) AS may,
              ARRAY(SELECT name FROM unnest($1::text[]) AS name LEFT JOIN pg_roles t ON t.rolname = name
                    WHERE t.oid IS NULL OR NOT pg_has_role(r.oid, t.oid, 'MEMBER')) AS lacks
       FROM pg_roles r WHERE r.rolname = current_user`,
      [taken],
    );
    const { may = {}, lacks = [] } = rows[0] ?? {};
    const found = Object.keys(may).filter((what) => may[what]);
    if (found.length > 0) throw new Error(`The login of DATABASE_APP_URL may too much (${found.join(', ')}). ${cure}`);
    if (lacks.length > 0) throw new Error(`The login of DATABASE_APP_URL can't take ${lacks.join(', ')}. ${cure}`);
  } finally {
    await client.end();
  }
}

const cure = 'deploy/roles.sql makes one that fits.';
