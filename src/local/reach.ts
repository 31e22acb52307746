import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readDotEnv } from '../config';
import { backupKeyOf } from '../data/backup/backup-folder';
import { missingMigrations } from '../data/migrate';
import { appUrl } from '../data/roles';
import { root } from '../load';
import { runningPostgres } from './postgres';

/** A database that is there already, and what opens what it holds. */
export interface Reach {
  /** The program's own login. */
  appUrl: string;
  /** The owner's login, where it is known: of the settings, or of the server this machine lends. */
  ownerUrl?: string;
  /** base64: the current one first. */
  masterKeys: string[];
}

/** Where this machine keeps things. */
export const dataDirOf = (environment = process.env): string =>
  resolve(root, { ...readDotEnv(root), ...environment }.DATA_DIR || '.data/start');

/** The database that the settings name, else the one this machine lends to a system that runs. Starts nothing. @throws saying how to have one */
export async function reachDatabase(environment = process.env, known: { ownerUrl?: string } = {}): Promise<Reach> {
  const given = { ...readDotEnv(root), ...environment };
  const dataDir = dataDirOf(environment);
  const owner = known.ownerUrl || given.DATABASE_URL || runningPostgres(dataDir, 'connectus');
  const url = given.DATABASE_APP_URL || (owner && appUrl(owner));
  if (!url)
    throw new Error(
      'There is no database to read. Start the system with “npm start” and run this beside it, or set DATABASE_URL and MASTER_KEY.',
    );
  const key = given.MASTER_KEY || keyIn(dataDir);
  if (!key) throw new Error('MASTER_KEY is missing: what is kept is sealed, and can’t be read without it.');
  const missing = await missingMigrations(url);
  if (missing.length > 0) throw new Error(`The schema lacks ${missing.join(', ')}. Run “npm run migrate” first.`);
  return {
    appUrl: url,
    ...(owner && { ownerUrl: owner }),
    masterKeys: [key, ...(given.MASTER_KEY_PREVIOUS ? [given.MASTER_KEY_PREVIOUS] : [])],
  };
}

/** The same without a word when there is none: the program's login and the master key, as far as they are known here. */
export function reachable(environment = process.env): { url?: string; masterKey?: string } {
  const given = { ...readDotEnv(root), ...environment };
  const dataDir = dataDirOf(environment);
  const owner = given.DATABASE_URL || runningPostgres(dataDir, 'connectus');
  const url = given.DATABASE_APP_URL || (owner && appUrl(owner));
  const masterKey = given.MASTER_KEY || keyIn(dataDir);
  return { ...(url && { url }), ...(masterKey && { masterKey }) };
}

/** The owner's login of the settings, or of the server that runs here, and whether somebody else made the program's own. Starts nothing. */
export function reachOwner(environment = process.env): { url: string | undefined; hasRoles: boolean } {
  const given = { ...readDotEnv(root), ...environment };
  const url = given.DATABASE_URL || runningPostgres(dataDirOf(environment), 'connectus');
  return { url, hasRoles: !!given.DATABASE_APP_URL };
}

/** Where backups stand, and the keys that may have sealed them: the newest first. */
export function reachBackups(environment = process.env): { folder: string; keys: Buffer[] } {
  const given = { ...readDotEnv(root), ...environment };
  const dataDir = dataDirOf(environment);
  const masters = [given.MASTER_KEY || keyIn(dataDir), given.MASTER_KEY_PREVIOUS].filter((one) => one !== undefined);
  if (masters.length === 0 && !given.BACKUP_KEY)
    throw new Error('MASTER_KEY is missing: without it, or BACKUP_KEY, no backup can be sealed or opened.');
  const folder = resolve(root, given.BACKUP_DIR || join(dataDir, 'backups'));
  return {
    folder,
    keys: given.BACKUP_KEY ? [backupKeyOf('', given.BACKUP_KEY)] : masters.map((one) => backupKeyOf(one)),
  };
}

function keyIn(dataDir: string): string | undefined {
  const file = join(dataDir, 'master.key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
