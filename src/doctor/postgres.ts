import type { Config } from '../config';
import { Database } from '../data/database';
import { unknownTenant } from '../data/ids';
import { Keys } from '../data/keys';
import { missingMigrations } from '../data/migrate';
import { checkAppRole } from '../data/roles';
import { serverState } from '../data/server-state';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { codeOf, type Finding, look, well, wrong } from './finding';

const mostOffSeconds = 5;
const leastVersion = 15;

/** What the rest can be read with, where it can. */
export interface Opened {
  database: Database;
  keys: Keys;
  systemKeys: SystemKeys;
}

/** Reach, the program's login, the schema, what the server's log would keep, its clock; then whether the master key opens what is there. Each asks for the one before. */
export async function examinePostgres(config: Config): Promise<{ findings: Finding[]; opened?: Opened }> {
  const setting = 'DATABASE_APP_URL';
  const url = config.DATABASE_APP_URL;
  if (!url) return { findings: [wrong('NO_DATABASE', setting)] };
  const findings: Finding[] = [];
  try {
    const { version, ahead, telling } = await serverState(url);
    findings.push(version < leastVersion ? wrong('DATABASE_OLD', setting, { version }) : well('DATABASE', { version }));
    const seconds = Math.round(Math.abs(ahead));
    findings.push(seconds > mostOffSeconds ? wrong('DATABASE_CLOCK', setting, { seconds }) : well('DATABASE_CLOCK'));
    if (telling.length > 0) findings.push(look('DATABASE_LOG', setting, { settings: telling.join(', ') }));
  } catch (error) {
    return { findings: [wrong('DATABASE', setting, { why: codeOf(error) })] };
  }
  const role = await checkAppRole(url).catch((error: Error) => error);
  if (role instanceof Error) return { findings: [...findings, wrong('DATABASE_ROLE', setting, { why: role.message })] };
  const missing = await missingMigrations(url).catch(() => ['?']);
  if (missing.length > 0) {
    const vars = { count: missing.length, first: missing[0] ?? '' };
    return { findings: [...findings, well('DATABASE_ROLE'), wrong('MIGRATIONS', 'DATABASE_URL', vars)] };
  }
  findings.push(well('DATABASE_ROLE'), well('MIGRATIONS'));
  return openKeys(config, url, findings);
}

async function openKeys(
  config: Config,
  url: string,
  findings: Finding[],
): Promise<{ findings: Finding[]; opened?: Opened }> {
  const masters = [config.MASTER_KEY, config.MASTER_KEY_PREVIOUS].filter((key): key is string => key !== undefined);
  if (masters.length === 0) return { findings: [...findings, wrong('NO_MASTER_KEY', 'MASTER_KEY')] };
  const vault = localVault(masters);
  const database = new Database(url, { pool: 2 });
  const keys = new Keys(database, vault);
  try {
    await keys.tenant(unknownTenant);
  } catch (error) {
    // A schema that nothing has started on yet has no keys, and nothing to open.
    if (codeOf(error) === 'TENANT_REQUIRED') findings.push(look('NEVER_STARTED', undefined));
    else {
      await database.close();
      return { findings: [...findings, wrong('MASTER_KEY', 'MASTER_KEY')] };
    }
    return { findings, opened: { database, keys, systemKeys: new SystemKeys(masters, vault) } };
  }
  return {
    findings: [...findings, well('MASTER_KEY')],
    opened: { database, keys, systemKeys: new SystemKeys(masters, vault) },
  };
}
