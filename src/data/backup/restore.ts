import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { AppError } from '../../errors';
import { knownMigrations, migrate } from '../migrate';
import { ensureRoles } from '../roles';
import { ensureDatabase } from '../set-up';
import { type BackupPlace, findBackup, keyBackups, keysPlace } from './backup-folder';
import { copyIn } from './copy';
import type { Manifest } from './dump';
import { checkSealed, type Frame, headOf, readSealed } from './sealed-file';
import { type BackedTable, quoted } from './tables';

export interface RestoreOptions {
  /** The name of one, or its beginning; the newest. */
  wanted?: string;
  /** Where sealed files of templates are put. */
  blobs: string;
  /** Where who was erased stands outside the database; what is there already stays. */
  ledgers: string;
  withRoles?: boolean;
}
export interface Restored {
  file: string;
  tables: number;
  customers: number;
}

/**
 * A data backup and the newest key backups, into a database that holds nothing. Everything is read to its end before anything is written; what fails
 * leaves the database as empty as it was. @throws BACKUP_NOT_FOUND, BACKUP_KEY_WRONG, BACKUP_DAMAGED, BACKUP_SCHEMA, RESTORE_NOT_EMPTY
 */
export async function restore(ownerUrl: string, place: BackupPlace, options: RestoreOptions): Promise<Restored> {
  const file = await findBackup(place, options.wanted);
  if (!file) throw new AppError('BACKUP_NOT_FOUND');
  const keys = await keyBackups(place);
  const manifest = await manifestOf(file, place.key);
  for (const { path } of [{ path: file }, ...keys]) await checkSealed(path, place.key);
  // A file of one customer that lies in another's folder is not what it should be.
  for (const { tenant, path } of keys)
    if ((await headOf(path)).head.tenant !== tenant) throw new AppError('BACKUP_DAMAGED', { file: basename(path) });
  const known = knownMigrations();
  if (manifest.migrations.some((name) => !known.includes(name))) throw new AppError('BACKUP_SCHEMA');

  await ensureDatabase(ownerUrl);
  if (options.withRoles ?? true) await ensureRoles(ownerUrl);
  const client = new Client({ connectionString: ownerUrl, application_name: 'connectus restore' });
  await client.connect();
  try {
    await mustBeEmpty(client);
    await migrate(ownerUrl, { only: manifest.migrations });
    await client.query('CREATE TABLE migration.restoring ()'); // whoever finds it finds half of a restore
    try {
      const tables = await inOneGo(client, () => load(client, file, place.key, manifest, options.blobs));
      await migrate(ownerUrl);
      const customers = await inOneGo(client, () => loadKeys(client, keys, place, manifest, options.ledgers));
      await client.query('DROP TABLE migration.restoring');
      return { file, tables, customers };
    } catch (error) {
      await emptyAgain(client);
      throw error;
    }
  } finally {
    await client.end();
  }
}

/** Statistics hold samples of what is in plain: they are made when whoever was erased since is gone again. */
export async function analyze(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query('ANALYZE').finally(() => client.end());
}

async function manifestOf(file: string, key: Buffer): Promise<Manifest> {
  for await (const { type, body } of readSealed(file, key))
    if (type === 'm') return JSON.parse(body.toString('utf8')) as Manifest;
  throw new AppError('BACKUP_DAMAGED', { file: basename(file) });
}

/** Half of a restore that was broken off counts as nothing. */
async function mustBeEmpty(client: Client): Promise<void> {
  const has = async (name: string): Promise<boolean> =>
    (await client.query('SELECT to_regclass($1) IS NOT NULL AS has', [name])).rows[0].has;
  if (await has('migration.restoring')) return emptyAgain(client);
  if (!(await has('public.tenant'))) return;
  const { rows } = await client.query('SELECT 1 FROM tenant LIMIT 1');
  if (rows.length > 0) throw new AppError('RESTORE_NOT_EMPTY');
}

async function emptyAgain(client: Client): Promise<void> {
  const { rows } = await client.query<{ all: string | null }>(
    `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS all FROM pg_tables WHERE schemaname IN ('public', 'edge')`,
  );
  if (rows[0]?.all) await client.query(`TRUNCATE ${rows[0].all} CASCADE`);
  await client.query('DROP TABLE IF EXISTS migration.restoring');
}

/** One transaction, in which no trigger of ours counts, wakes or refuses: rows come as they were. */
async function inOneGo<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await triggers(client, 'DISABLE');
    const done = await work();
    await triggers(client, 'ENABLE');
    await client.query('COMMIT');
    return done;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the connection may be what failed
    throw error;
  }
}

async function triggers(client: Client, how: 'ENABLE' | 'DISABLE'): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname IN ('public', 'edge')`,
  );
  for (const { name } of rows) await client.query(`ALTER TABLE ${name} ${how} TRIGGER USER`);
}

async function load(
  client: Client,
  file: string,
  key: Buffer,
  { sequences }: Manifest,
  blobs: string,
): Promise<number> {
  const frames = readSealed(file, key);
  try {
    const tables = await loadFrames(client, frames, blobs);
    for (const [name, value] of Object.entries(sequences))
      await client.query('SELECT setval($1::regclass, $2)', [name, value]);
    return tables;
  } finally {
    await frames.return(undefined); // lets go of the file
  }
}

/** @returns how many tables */
async function loadFrames(client: Client, frames: AsyncGenerator<Frame>, blobs: string): Promise<number> {
  let next = await frames.next();
  let tables = 0;
  /** The frames of one type that come now; what follows them is in `next`. */
  const bodies = async function* (type: string): AsyncGenerator<Buffer> {
    for (next = await frames.next(); !next.done && next.value.type === type; next = await frames.next())
      yield next.value.body;
  };
  while (!next.done && next.value.type !== 'e') {
    const { type, body }: Frame = next.value;
    if (type === 't') {
      const { name, columns } = JSON.parse(body.toString('utf8')) as BackedTable;
      const listed = columns.map((column) => `"${column}"`).join(', ');
      await copyIn(client, `COPY ${quoted(name)} (${listed}) FROM STDIN`, bodies('d'));
      tables += 1;
    } else if (type === 'b') await writeBlob(join(blobs, body.toString('utf8')), blobs, bodies('f'));
    else next = await frames.next();
  }
  return tables;
}

async function writeBlob(path: string, folder: string, source: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let isEmpty = true;
  const file = createWriteStream(path, { mode: 0o600 });
  for await (const chunk of source) {
    isEmpty = false;
    if (!file.write(chunk)) await new Promise<void>((done) => file.once('drain', () => done()));
  }
  await new Promise<void>((done) => file.end(() => done()));
  if (isEmpty) throw new Error('a sealed file is missing in the backup');
}

/** What was kept as it stood last, of whoever the data knows. @returns of how many customers */
async function loadKeys(
  client: Client,
  files: readonly { tenant: string; path: string }[],
  place: BackupPlace,
  manifest: Manifest,
  ledgers: string,
): Promise<number> {
  const found = files.length > 0 ? await keysPlace(place) : undefined;
  // Nobody who worked then works now.
  await client.query('UPDATE edge.ready SET leased_until = NULL, worker = NULL, tries = 0');
  let customers = 0;
  for (const { tenant, path } of files) {
    if ((await client.query('SELECT 1 FROM tenant WHERE tenant_id = $1', [tenant])).rows.length === 0) continue;
    let table = '';
    for await (const { type, body } of readSealed(path, place.key)) {
      if (type === 't') table = body.toString('utf8');
      else if (type === 'r') await insertRows(client, table, body.toString('utf8'));
      else if (type === 'l') await putLedger(ledgers, tenant, body);
    }
    // They are still there, and whoever is erased from now on has to go from there.
    await client.query('INSERT INTO key_place (tenant_id, place, called) VALUES ($1, $2, $3)', [
      ...[tenant, found?.place, found?.called],
    ]);
    await goOnFrom(client, tenant, manifest.handled[tenant]);
    customers += 1;
  }
  return customers;
}

/** Only where there is none: the one that is there may know more. */
async function putLedger(folder: string, tenant: string, lines: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${tenant}.ledger`), lines, { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Rows whose parents are not in the data are left out: it is older than they are. */
async function insertRows(client: Client, table: string, rows: string): Promise<void> {
  const columns = Object.keys((JSON.parse(rows) as object[])[0] ?? {});
  const { rows: refers } = await client.query<{ parent: string; own: string[]; theirs: string[] }>(
    `SELECT k.confrelid::regclass::text AS parent,
       (SELECT array_agg(quote_ident(a.attname) ORDER BY x.place) FROM unnest(k.conkey) WITH ORDINALITY x(num, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num) AS own,
       (SELECT array_agg(quote_ident(a.attname) ORDER BY x.place) FROM unnest(k.confkey) WITH ORDINALITY x(num, place) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num) AS theirs
     FROM pg_constraint k WHERE k.conrelid = $1::regclass AND k.contype = 'f'`,
    [quoted(table)],
  );
  const parents = refers.map(({ parent, own, theirs }) => {
    const match = own.map((column, at) => `p.${theirs[at]} = r.${column}`).join(' AND ');
    return `(${own.map((column) => `r.${column} IS NULL`).join(' OR ')} OR EXISTS (SELECT 1 FROM ${parent} p WHERE ${match}))`;
  });
  const listed = columns.map((column) => `"${column}"`).join(', ');
  await client.query(
    `INSERT INTO ${quoted(table)} (${listed}) SELECT ${listed} FROM json_populate_recordset(NULL::${quoted(table)}, $1::json) r
     WHERE ${['true', ...parents].join(' AND ')} ON CONFLICT DO NOTHING`,
    [rows],
  );
}

/**
 * What people wrote since the data was kept is handled again, so that no request and no wish to leave is lost; what the team ordered is not, for it may
 * have been done. What was on its way may have arrived: it is not sent again. Campaigns wait for a person.
 */
async function goOnFrom(client: Client, tenant: string, handled: string | undefined): Promise<void> {
  await client.query(
    `UPDATE inbox SET handled_at = NULL, outcome = NULL WHERE tenant_id = $1 AND kind = 'turn' AND channel <> 'slack' AND handled_at > $2`,
    [tenant, handled ?? '-infinity'],
  );
  await client.query(
    `INSERT INTO edge.ready (kind, tenant_id, lane, due_at) SELECT DISTINCT kind, tenant_id, lane, clock_timestamp() FROM inbox
     WHERE tenant_id = $1 AND handled_at IS NULL ON CONFLICT DO NOTHING`,
    [tenant],
  );
  await client.query(
    `UPDATE slack_post SET state = 'unknown', pending = false WHERE tenant_id = $1 AND state IN ('queued', 'posting')`,
    [tenant],
  );
  await client.query(
    "UPDATE campaign SET state = 'paused', held_why = NULL WHERE tenant_id = $1 AND state IN ('scheduled', 'sending', 'held')",
    [tenant],
  );
  // Their counters follow.
  await client.query('ALTER TABLE message ENABLE TRIGGER message_moved');
  await client.query(
    `UPDATE message SET state = 'unknown', reason = NULL, lease_until = NULL, worker = NULL
     WHERE tenant_id = $1 AND state IN ('queued', 'claimed', 'sending')`,
    [tenant],
  );
  await client.query('ALTER TABLE message DISABLE TRIGGER message_moved');
}
