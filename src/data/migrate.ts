import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Umzug } from 'umzug';

const migrationsFolder = join(__dirname, '..', '..', 'migrations');
const lockKey = 7_216_190_628; // any fixed number: one migrating process at a time

/** Brings a database to the newest schema under the owner's login. @param options.only these alone: the schema as it was. @returns names of what was applied */
export async function migrate(
  ownerUrl: string,
  options: { dir?: string; only?: readonly string[] } = {},
): Promise<string[]> {
  const dir = options.dir ?? migrationsFolder;
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query('CREATE SCHEMA IF NOT EXISTS migration');
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration.applied (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
    );
    await client.query('GRANT USAGE ON SCHEMA migration TO resolver; GRANT SELECT ON migration.applied TO resolver');
    const applied = await new Umzug({
      migrations: files(dir)
        .filter((name) => options.only?.includes(name) ?? true)
        .map((name) => ({ name, up: () => apply(client, join(dir, name), name) })),
      logger: undefined,
      storage: {
        // Each file writes its own row, in its own transaction.
        logMigration: async () => {},
        unlogMigration: async () => {},
        executed: async () =>
          (await client.query<{ name: string }>('SELECT name FROM migration.applied')).rows.map((row) => row.name),
      },
    }).up();
    return applied.map((one) => one.name);
  } finally {
    await client.end();
  }
}

/** What a database still lacks, seen by the program's own login. */
export async function missingMigrations(appUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: appUrl });
  await client.connect();
  try {
    await client.query('SET ROLE resolver');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migration.applied');
    const applied = new Set(rows.map((row) => row.name));
    return files(migrationsFolder).filter((name) => !applied.has(name));
  } catch (error) {
    if ((error as { code?: string }).code === '3F000' || (error as { code?: string }).code === '42P01')
      return files(migrationsFolder); // never migrated
    throw error;
  } finally {
    await client.end();
  }
}

/** The names of all that this program knows. */
export const knownMigrations = (): string[] => files(migrationsFolder);

const files = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort();

async function apply(client: Client, file: string, name: string): Promise<void> {
  const sql = readFileSync(file, 'utf8');
  const log = () => client.query('INSERT INTO migration.applied (name) VALUES ($1)', [name]);
  if (sql.startsWith('-- no transaction')) {
    await client.query(sql);
    await log();
    return;
  }
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await log();
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name}: ${(cause as Error).message}`, { cause });
  }
}
