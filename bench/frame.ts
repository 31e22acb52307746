import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Database } from '../src/data/database';
import { Keys } from '../src/data/keys';
import { appUrl } from '../src/data/roles';
import { setUpDatabase } from '../src/data/set-up';
import { SystemKeys } from '../src/data/system-keys';
import { localVault } from '../src/data/vault';
import { Tenants } from '../src/domain/accounts/tenants.service';
import { startPostgres } from '../src/local/postgres';

/** One measured number. @property goal `<= 6`, `>= 12000` */
export interface Figure {
  id: string;
  value: number;
  unit: string;
  goal: string;
  met: boolean;
}
export interface Measured {
  figures: Figure[];
  /** What the figures were computed from, and the plans. */
  raw: Record<string, unknown>;
}
/** An empty migrated database of its own, with one customer. Given to each bench and dropped after it. */
export interface BenchPlace {
  /** The owner's login: bulk building, VACUUM. Row-level security does not hold it. */
  owner: Client;
  ownerUrl: string;
  appUrl: string;
  database: Database;
  keys: Keys;
  /** base64; processes of the product open the same data with it. */
  master: string;
  /** Removed afterwards. */
  folder: string;
  /** The customer's id. */
  tenant: string;
  /** Nobody is left: what was made is made anew. */
  empty(): Promise<void>;
  /** Told on standard error: what is being done. */
  tell(line: string): void;
}
export interface BenchOptions {
  rows?: number;
  messages?: number;
  workers?: readonly number[];
  /** Only as `npm start` runs it. */
  plain?: boolean;
}
export type Bench = (place: BenchPlace, options: BenchOptions) => Promise<Measured>;

/** @param goal `<= 6` or `>= 12000` */
export function figure(id: string, value: number, unit: string, goal: string): Figure {
  const [sign, bound = ''] = goal.split(' ');
  const met = sign === '<=' ? value <= Number(bound) : value >= Number(bound);
  const digits = Math.max(0, 4 - Math.ceil(Math.log10(Math.abs(value) + 1)));
  return { id, value: Number(value.toFixed(digits)), unit, goal, met };
}

export const machine = () => ({
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  memoryMB: Math.round(totalmem() / 1_048_576),
  node: process.version,
});

/** The middle of several runs after one that warms up, in milliseconds. */
export async function medianMs(runs: number, work: () => Promise<unknown>): Promise<{ median: number; all: number[] }> {
  await work();
  const all: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await work();
    all.push(Number((performance.now() - began).toFixed(2)));
  }
  const sorted = [...all].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, all };
}

/**
 * On the server of DATABASE_URL, or on one of its own in a folder that is removed.
 * @param durable as the product's own server is: what is committed outlives the machine
 */
export async function withPlace<T>(work: (place: BenchPlace) => Promise<T>, durable = false): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'connectus-bench-'));
  const ended = endTogether(folder);
  const server = process.env.DATABASE_URL ? undefined : await startPostgres({ dataDir: folder, durable });
  const name = `connectus_bench_${randomBytes(4).toString('hex')}`;
  const url = new URL(process.env.DATABASE_URL || (server?.url(name) as string));
  url.pathname = `/${name}`;
  try {
    return await inDatabase(url.toString(), folder, work);
  } finally {
    url.pathname = '/postgres';
    if (!server) await dropDatabase(url.toString(), name);
    await server?.stop();
    ended();
  }
}

/** A migrated database with one customer on a server that runs. @param ownerUrl of the database to be made */
export async function inDatabase<T>(
  ownerUrl: string,
  folder: string,
  work: (place: BenchPlace) => Promise<T>,
): Promise<T> {
  await setUpDatabase(ownerUrl);
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  owner.on('error', () => {}); // the server may be stopped on purpose
  const master = randomBytes(32).toString('base64');
  const vault = localVault([master]);
  const database = new Database(appUrl(ownerUrl), { pool: 4 });
  const keys = new Keys(database, vault);
  try {
    const tenants = new Tenants(database, keys, new SystemKeys([master], vault));
    const tenant = await tenants.create({ name: 'Bench', legalName: 'Bench SpA' }, benchStart);
    const tell = (line: string): void => void process.stderr.write(`${line}\n`);
    const empty = async (): Promise<void> =>
      void (await owner.query(
        'TRUNCATE contact, standing, suppression, identifier, attribute, consent, contact_key CASCADE',
      ));
    const at = { owner, ownerUrl, appUrl: appUrl(ownerUrl), folder, master };
    return await work({ ...at, database, keys, tenant, empty, tell });
  } finally {
    await database.close();
    await owner.end();
  }
}

/** Tuesday 1 December 2026, 10:30 in Santiago: inside every window. */
export const benchStart = new Date('2026-12-01T13:30:00Z');

/** However this process ends: its server, which would outlive it, ends at once, and the folder goes. */
export function endTogether(folder: string): () => void {
  const end = (): void => {
    try {
      const [pid] = readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGQUIT');
    } catch {} // none runs
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (): void => process.exit(130);
  process.once('exit', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupted);
  return () => {
    process.off('exit', end);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
}
