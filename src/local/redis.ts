import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import Redis from 'ioredis';
import { freePort } from './postgres';

export interface LocalRedis {
  url: string;
  kind: 'given' | 'redis' | 'packaged';
  stop(): Promise<void>;
}

const real = ['redis-server', 'valkey-server'];

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A real Redis or Valkey found on the machine, else the one in JavaScript that is packaged: slower, same protocol. Nothing is kept on disk. */
export async function startRedis(): Promise<LocalRedis> {
  const binary = real.map(onPath).find((path) => path !== undefined);
  const port = await freePort();
  const started = binary ? startReal(binary, port) : { child: startPackaged(port), url: `redis://127.0.0.1:${port}` };
  const failed = new Promise<never>((_, reject) =>
    started.child.once('exit', (code) => reject(new Error(`Redis ended with code ${code}`))),
  );
  await Promise.race([answers(started.url), failed]);
  failed.catch(() => {});
  return { url: started.url, kind: binary ? 'redis' : 'packaged', stop: () => end(started.child) };
}

function startReal(binary: string, port: number): { child: ChildProcess; url: string } {
  const password = randomBytes(24).toString('hex');
  const child = spawn(binary, ['-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  // By standard input, so that the password is in no process list.
  child.stdin?.end(
    `bind 127.0.0.1\nport ${port}\nsave ""\nappendonly no\nrequirepass ${password}\nmaxmemory-policy noeviction\n`,
  );
  return { child, url: `redis://:${password}@127.0.0.1:${port}` };
}

function startPackaged(port: number): ChildProcess {
  return fork(join(__dirname, 'packaged-redis.cjs'), [String(port)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

async function answers(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (times > 200 ? null : 50),
  });
  client.on('error', () => {});
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(timer);
}
