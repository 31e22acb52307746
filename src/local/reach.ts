import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readDotEnv } from '../config';
import { missingMigrations } from '../data/migrate';
import { appUrl } from '../data/roles';
import { root } from '../load';
import { runningPostgres } from './postgres';

/** A database that is there already, and what opens what it holds. */
export interface Reach {
  /** The program's own login. */
  appUrl: string;
  /** base64: the current one first. */
  masterKeys: string[];
}

/** Where this machine keeps things. */
export const dataDirOf = (environment = process.env): string =>
  resolve(root, { ...readDotEnv(root), ...environment }.DATA_DIR || '.data/start');

/** The database that the settings name, else the one this machine lends to a system that runs. Starts nothing. @throws saying how to have one */
export async function reachDatabase(environment = process.env): Promise<Reach> {
  const given = { ...readDotEnv(root), ...environment };
  const dataDir = dataDirOf(environment);
  const owner = given.DATABASE_URL || runningPostgres(dataDir, 'connectus');
  const url = given.DATABASE_APP_URL || (owner && appUrl(owner));
  if (!url)
    throw new Error(
      'There is no database to read. Start the system with “npm start” and run this beside it, or set DATABASE_URL and MASTER_KEY.',
    );
  const key = given.MASTER_KEY || keyIn(dataDir);
  if (!key) throw new Error('MASTER_KEY is missing: what is kept is sealed, and can’t be read without it.');
  const missing = await missingMigrations(url);
  if (missing.length > 0) throw new Error(`The schema lacks ${missing.join(', ')}. Run “npm run migrate” first.`);
  return { appUrl: url, masterKeys: [key, ...(given.MASTER_KEY_PREVIOUS ? [given.MASTER_KEY_PREVIOUS] : [])] };
}

function keyIn(dataDir: string): string | undefined {
  const file = join(dataDir, 'master.key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
