import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import Redis from 'ioredis';
import { freePort } from './ports';

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

/** A real Redis or Valkey found on the machine, else the one in JavaScript that is packaged: slower, same protocol. Nothing is kept on disk. @param password of one that was stopped, whose address is known */
export async function startRedis(password = randomBytes(24).toString('hex')): Promise<LocalRedis> {
  const binary = real.map(onPath).find((path) => path !== undefined);
  const port = await freePort();
  const child = fork(join(__dirname, 'redis-keeper.cjs'), [String(port), ...(binary ? [binary] : [])], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.send(password);
  const url = `redis://:${password}@127.0.0.1:${port}`;
  await answers(url, child);
  return { url, kind: binary ? 'redis' : 'packaged', stop: () => end(child) };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (times > 400 ? null : 50),
  });
  client.on('error', () => {});
  const failed = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`Redis ended with code ${code}`))),
  );
  failed.catch(() => {});
  try {
    await Promise.race([client.ping(), failed]);
  } finally {
    client.disconnect();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(timer);
}
