import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './ports';
import { findBinaries, type LineOf } from './postgres-binaries';

const run = promisify(execFile);

export interface LocalPostgres {
  /** The owner's login to a database of this cluster. */
  url(database: string): string;
  stop(): Promise<void>;
}

const settings = (durable: boolean): string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    // A statement and its error can carry a person's data: only why the server itself gave up is written down.
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    wal_level: 'minimal',
    max_wal_senders: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/** Starts a cluster in `<dataDir>/postgres`, made on first use. One that outlived its parent is stopped and started anew. */
export async function startPostgres(options: { dataDir: string; durable?: boolean }): Promise<LocalPostgres> {
  const home = resolve(options.dataDir, 'postgres');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const cluster = join(home, 'cluster');
  const lineOf = await findBinaries();
  const password = ownerPassword(home);
  if (!existsSync(cluster)) await makeCluster(lineOf, home, cluster);
  await stopOrphan(cluster);
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
    const line = lineOf('postgres', ['-D', cluster, '-p', String(port), ...settings(options.durable ?? true)]);
    try {
      await launch(line, url('postgres'), join(home, 'log'));
      return { url, stop: () => stop(cluster) };
    } catch (error) {
      // Somebody else took the port, or sessions of a killed server still end.
      if (tries === 5) throw error;
      await pause(tries * 200);
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function ownerPassword(home: string): string {
  const file = join(home, 'owner');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

/** Beside its place, and moved there when it is whole: initdb may be interrupted. */
async function makeCluster(lineOf: LineOf, home: string, cluster: string): Promise<void> {
  const made = `${cluster}.new`;
  rmSync(made, { recursive: true, force: true });
  const [command, ...args] = lineOf('initdb', [
    ...['-D', made, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    ...['-A', 'scram-sha-256', `--pwfile=${join(home, 'owner')}`],
  ]);
  await run(command, args, { timeout: 120_000 });
  renameSync(made, cluster);
}

/** Until it answers; after a crash it recovers first. @throws why it ended */
async function launch([command, ...args]: ReturnType<LineOf>, url: string, logFile: string): Promise<void> {
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.unref();
  try {
    await answers(url, child);
  } catch (cause) {
    child.kill('SIGQUIT');
    throw new Error(`Postgres did not start. ${readFileSync(logFile, 'utf8').trim()}`, { cause });
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (tries >= 1_200 || child.exitCode !== null || child.signalCode !== null) throw error;
      await pause(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** What stands in the cluster's pid file, whoever has that number now. */
function writtenPid(cluster: string): number {
  const file = join(cluster, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
}

function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

const isServer = (pid: number, cluster: string): boolean => pid > 1 && commandOf(pid).includes(cluster);

/** The owner's login to the cluster of a system that runs here now; starts nothing. */
export function runningPostgres(dataDir: string, database: string): string | undefined {
  const home = resolve(dataDir, 'postgres');
  const cluster = join(home, 'cluster');
  if (!isServer(writtenPid(cluster), cluster)) return undefined;
  // Line 4 of the file is the port.
  const port = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://postgres:${ownerPassword(home)}@127.0.0.1:${port}/${database}`;
}

async function stopOrphan(cluster: string): Promise<void> {
  const pid = writtenPid(cluster);
  if (isServer(pid, cluster)) await stop(cluster);
  // Another program has that number by now, and Postgres would take it for its own. Otherwise the file is Postgres' to judge.
  else if (pid > 1 && commandOf(pid) !== '') rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** Fast shutdown: sessions end, everything is written. Immediate after ten seconds. */
async function stop(cluster: string): Promise<void> {
  const pid = writtenPid(cluster);
  if (!isServer(pid, cluster)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 15_000; waited += 50) {
    await pause(50);
    if (!isServer(pid, cluster)) return;
    if (waited === 10_000) process.kill(pid, 'SIGQUIT');
  }
  throw new Error(`Postgres (process ${pid}) does not stop`);
}
