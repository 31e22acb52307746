import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startPostgres } from './postgres';
import { type LocalRedis, startRedis } from './redis';

export interface LentServers {
  /** The owner's login. */
  databaseUrl: string;
  redisUrl: string;
  redisKind: LocalRedis['kind'];
  stop(): Promise<void>;
}

/** Servers for whoever has none: those that are given win, then what the machine has, then what is packaged. */
export async function lendServers(options: {
  dataDir: string;
  given: Readonly<Partial<Record<'DATABASE_URL' | 'REDIS_URL', string | undefined>>>;
  durable?: boolean;
  database?: string;
}): Promise<LentServers> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = await takeFolder(dataDir);
  const { DATABASE_URL, REDIS_URL } = options.given;
  const stops: (() => Promise<void>)[] = [];
  try {
    const postgres = DATABASE_URL ? undefined : await startPostgres({ dataDir, durable: options.durable ?? true });
    if (postgres) stops.push(() => postgres.stop());
    const redis = REDIS_URL ? undefined : await startRedis();
    if (redis) stops.unshift(() => redis.stop());
    return {
      databaseUrl: DATABASE_URL ?? (postgres?.url(options.database ?? 'connectus') as string),
      redisUrl: REDIS_URL ?? (redis?.url as string),
      redisKind: redis?.kind ?? 'given',
      stop: async () => {
        for (const stop of stops) await stop();
        release();
      },
    };
  } catch (error) {
    for (const stop of stops) await stop().catch(() => {});
    release();
    throw error;
  }
}

/** One start a data folder; a lock whose process is gone is taken over. */
async function takeFolder(dataDir: string): Promise<() => void> {
  const lock = join(dataDir, 'running.pid');
  for (let tries = 0; tries < 20; tries++) {
    try {
      symlinkSync(String(process.pid), lock); // comes into being together with what it says
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = holder(lock);
      if (isAlive(pid)) throw new FolderTaken(pid, dataDir);
      rmSync(lock, { force: true });
      // Two starts may have found the same dead lock: neither may remove the other's new one.
      await new Promise((done) => setTimeout(done, 50 + Math.random() * 150));
    }
  }
  throw new Error(`cannot lock ${lock}`);
}

function holder(lock: string): number {
  try {
    return Number(readlinkSync(lock));
  } catch {
    return 0; // let go of in this moment
  }
}

/** Another start already works in this data folder. */
class FolderTaken extends Error {
  override readonly name = 'FolderTaken';
  constructor(pid: number, dataDir: string) {
    super(
      `Connectus is already running here (process ${pid}, data in ${dataDir}). Stop it, or set DATA_DIR and PORT for a second one.`,
    );
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    // The number of a process that is gone may be another program's by now.
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('boot.cjs');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
