import { hkdfSync, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { headOf } from './sealed-file';

/** Where backups stand and what seals them: `<folder>/<time>.data`, and `<folder>/keys/<customer>/<generation>.keys`. */
export interface BackupPlace {
  folder: string;
  key: Buffer;
}

/** A backup's own key, where one was given; else derived from the master key. @param given base64 */
export const backupKeyOf = (masterKey: string, given?: string): Buffer =>
  given
    ? Buffer.from(given, 'base64')
    : Buffer.from(hkdfSync('sha256', Buffer.from(masterKey, 'base64'), Buffer.alloc(0), 'connectus backup', 32));

const stamp = (at: Date): string => at.toISOString().replaceAll(':', '-');
const timeOf = (name: string): Date => new Date(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:').slice(0, 24));

export const dataFile = ({ folder }: BackupPlace, at: Date): string => join(folder, `${stamp(at)}.data`);
export const keysFolder = ({ folder }: BackupPlace, tenant: string): string => join(folder, 'keys', tenant);

/** By what a folder of keys is known wherever it is mounted: it goes where the folder goes. */
export async function keysPlace({ folder }: BackupPlace): Promise<{ place: string; called: string }> {
  const keys = join(folder, 'keys');
  const path = join(keys, 'place');
  await mkdir(keys, { recursive: true, mode: 0o700 });
  await writeFile(path, randomUUID(), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { place: await readFile(path, 'utf8'), called: `${hostname()}:${folder}` };
}

/** Data backups, the newest first. */
export async function dataBackups({ folder }: BackupPlace): Promise<{ path: string; at: Date }[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => name.endsWith('.data'))
    .sort()
    .reverse()
    .map((name) => ({ path: join(folder, name), at: timeOf(name) }));
}

/** The newest key backup of each customer. */
export async function keyBackups({ folder }: BackupPlace): Promise<{ tenant: string; path: string }[]> {
  const found: { tenant: string; path: string }[] = [];
  for (const tenant of await readdir(join(folder, 'keys')).catch(() => [] as string[])) {
    const [newest] = await generations(join(folder, 'keys', tenant));
    if (newest) found.push({ tenant, path: join(folder, 'keys', tenant, newest) });
  }
  return found;
}

/** Of one customer, the newest first. */
export async function generations(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => name.endsWith('.keys'))
    .sort()
    .reverse();
}

/** Data backups that were made before that go. @returns how many */
export async function pruneBackups(place: BackupPlace, before: Date): Promise<number> {
  const old = (await dataBackups(place)).filter(({ at }) => at < before);
  for (const { path } of old) await rm(path, { force: true });
  // What a crash left behind half-written.
  for (const name of await readdir(place.folder).catch(() => [] as string[]))
    if (name.endsWith('.part') && timeOf(name) < before) await rm(join(place.folder, name), { force: true });
  return old.length;
}

/** By the name of a time, or the newest. */
export async function findBackup(place: BackupPlace, wanted?: string): Promise<string | undefined> {
  const all = await dataBackups(place);
  const found = wanted ? all.find(({ path }) => path.includes(wanted)) : all[0];
  if (found) await headOf(found.path);
  return found?.path;
}
