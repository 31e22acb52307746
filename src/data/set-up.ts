import { Client } from 'pg';
import { migrate } from './migrate';
import { ensureRoles } from './roles';

/**
 * A database ready for the program: made if there is none, roles, schema. Needs the owner's login; may be repeated.
 * @param withRoles false where somebody else made the roles (deploy/roles.sql)
 * @returns names of the migrations that were applied
 */
export async function setUpDatabase(ownerUrl: string, withRoles = true): Promise<string[]> {
  await ensureDatabase(ownerUrl);
  if (withRoles) await ensureRoles(ownerUrl);
  return migrate(ownerUrl);
}

/** The database, made if there is none. */
export async function ensureDatabase(ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  const direct = new Client({ connectionString: ownerUrl });
  try {
    await direct.connect();
    return;
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error; // 3D000: no such database
  } finally {
    await direct.end().catch(() => {});
  }
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.toString() });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error; // somebody else was first
  } finally {
    await client.end();
  }
}
