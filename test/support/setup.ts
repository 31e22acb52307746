import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { setUpDatabase } from '../../src/data/set-up';
import { type LentServers, lendServers } from '../../src/local/lend';
import teardown from './teardown';

declare global {
  var lent: { servers: LentServers; folder: string } | undefined;
}

const memory = '/dev/shm';
const disk = join(__dirname, '..', '..', '.data');
const enough = 4 * 2 ** 30;
const prefix = 'connectus-test-';

/** Whether there is room where files are memory: a database is cloned there in a twentieth of the time. */
function hasMemory(): boolean {
  try {
    const mounted = readFileSync('/proc/mounts', 'utf8').split('\n');
    if (mounted.some((line) => line.includes(` ${memory} `) && /[ ,]noexec[ ,]/.test(line))) return false;
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    return Math.min(bavail * bsize, freemem()) >= enough;
  } catch {
    return false;
  }
}

/** A place of its own for this run: servers, and a migrated database that every test file clones. */
export default async function setup(): Promise<void> {
  mkdirSync(disk, { recursive: true });
  for (const place of [memory, disk]) dropLeftovers(place);
  const isInMemory = hasMemory();
  const folder = mkdtempSync(join(isInMemory ? memory : disk, `${prefix}${process.pid}-`));
  const { DATABASE_URL, REDIS_URL } = process.env;
  const given = { DATABASE_URL, REDIS_URL };
  const servers = await lendServers({ dataDir: folder, given, durable: false, database: 'postgres' });
  const template = `connectus_template_${process.pid}`;
  const url = new URL(servers.databaseUrl);
  const admin = url.toString();
  url.pathname = `/${template}`;
  await setUpDatabase(url.toString());
  const client = new Client({ connectionString: admin });
  await client.connect();
  await client.query(`ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`);
  await client.end();
  process.env.TEST_DATABASE_ADMIN_URL = admin;
  process.env.TEST_DATABASE_TEMPLATE = template;
  process.env.TEST_REDIS_URL = servers.redisUrl;
  process.env.TEST_FOLDER = folder;
  if (isInMemory) process.env.TMPDIR = folder; // of whatever a test starts, too
  globalThis.lent = { servers, folder };
  // Interrupted, Jest tears nothing down, and the servers would outlive it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void teardown().finally(() => process.exit(1)));
}

// Of our own runs that were killed: their process is gone, their folder stayed.
function dropLeftovers(place: string): void {
  for (const name of existsSync(place) ? readdirSync(place) : []) {
    const folder = join(place, name);
    if (!name.startsWith(prefix) || statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    if (isAlive(Number(name.slice(prefix.length).split('-')[0]))) continue;
    stopLeftPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function stopLeftPostgres(folder: string): void {
  try {
    const pid = Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(pid, 'SIGQUIT');
  } catch {}
}
