import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { setUpDatabase } from '../../src/data/set-up';
import { type LentServers, lendServers } from '../../src/local/lend';
import teardown from './teardown';

declare global {
  var lent: { servers: LentServers; folder: string } | undefined;
}

const memory = '/dev/shm';
const enough = 4 * 2 ** 30;
const prefix = 'connectus-test-';

/** Where files are memory a database is cloned in a twentieth of the time. */
function base(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    if (bavail * bsize >= enough) return memory;
  } catch {}
  const beside = join(__dirname, '..', '..', '.data');
  mkdirSync(beside, { recursive: true });
  return beside;
}

/** A place of its own for this run: servers, and a migrated database that every test file clones. */
export default async function setup(): Promise<void> {
  const place = base();
  dropLeftovers(place);
  const folder = mkdtempSync(join(place, `${prefix}${process.pid}-`));
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
  process.env.TMPDIR = folder; // of whatever a test starts, too: it goes with the run
  globalThis.lent = { servers, folder };
  // Interrupted, Jest tears nothing down, and the servers would outlive it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void teardown().finally(() => process.exit(1)));
}

// Of runs that were killed: their process is gone, their folder stayed.
function dropLeftovers(place: string): void {
  for (const name of readdirSync(place).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    try {
      process.kill(pid, 0);
    } catch {
      stopLeftPostgres(join(place, name));
      rmSync(join(place, name), { recursive: true, force: true });
    }
  }
}

function stopLeftPostgres(folder: string): void {
  try {
    const pid = Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(pid, 'SIGQUIT');
  } catch {}
}
