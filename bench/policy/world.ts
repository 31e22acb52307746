import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { lendServers } from '../../src/local/lend';
import { lendModels } from '../../test/support/models';
import { startSystem } from '../../test/support/system';
import { Outside } from '../../test/tour/outside';
import { type Cast, castOf } from './cast';
import { Eyes, noSettings } from './sight';

/** A whole system on servers, ports and data of its own, and a cast that plays in it. */
export interface World {
  cast: Cast;
  eyes: Eyes;
  /** Copies of the database as it is now, each fresh from it; the product goes on. */
  withCopies(work: (withCopy: WithCopy) => Promise<void>): Promise<void>;
}
type WithCopy = <T>(work: (copy: Eyes) => Promise<T>) => Promise<T>;

/** Started, and ended with everything it opened, however that happens. */
export async function withWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'connectus-policy-'));
  const open: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const one of open.splice(0).reverse()) await one().catch(() => {});
  };
  const interrupted = () => void close().then(() => process.exit(130));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupted);
  try {
    return await work(await openWorld(folder, open));
  } finally {
    await close();
    for (const signal of signals) process.off(signal, interrupted);
  }
}

async function openWorld(folder: string, open: (() => Promise<void>)[]): Promise<World> {
  const servers = await lendServers({ dataDir: join(folder, 'servers'), given: {}, durable: false });
  open.push(servers.stop);
  const kept = join(folder, 'start');
  lendModels(kept);
  const own = {
    ...{ DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl },
    ...{ MASTER_KEY: randomBytes(32).toString('base64'), DATA_DIR: kept, LOG_LEVEL: 'info' },
  };
  const system = await startSystem({ dataDir: kept, environment: own, within: 300_000 });
  open.push(() => system.close());
  let written = system.output();
  for (const stream of [system.child.stdout, system.child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      written += chunk;
    });
  const outside = new Outside(system.worldUrl, () => {});
  const eyes = new Eyes({
    ...{ databaseUrl: servers.databaseUrl, productUrl: system.productUrl, outside, folder: kept },
    environment: { ...noSettings, ...own, NODE_ENV: 'development' },
    log: () => written,
  });
  open.push(() => eyes.close());
  await outside.post('/__sim/slack/delivery', { burst: 10_000 }); // Slack's one post a second is not what is looked at
  return {
    eyes,
    cast: await castOf(outside, eyes),
    withCopies: (work) => copies(eyes, work),
  };
}

async function copies(eyes: Eyes, work: (withCopy: WithCopy) => Promise<void>): Promise<void> {
  const admin = new URL(eyes.databaseUrl);
  const original = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  const client = new Client({ connectionString: admin.toString() });
  await client.connect();
  const names: string[] = [];
  const copyOf = async (from: string): Promise<string> => {
    const name = `copy_${randomBytes(4).toString('hex')}`;
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);
    names.push(name);
    return name;
  };
  try {
    const still = await stillCopy(client, original, copyOf);
    await work(async (look) => {
      const url = new URL(eyes.databaseUrl);
      url.pathname = `/${await copyOf(still)}`;
      const copy = eyes.beside(url.toString());
      return look(copy).finally(() => copy.close());
    });
  } finally {
    for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.end();
  }
}

/** Whoever is connected would keep it from being copied: for that moment nobody is. The product connects again, as after any break. */
async function stillCopy(client: Client, original: string, copyOf: (from: string) => Promise<string>): Promise<string> {
  await client.query(`ALTER DATABASE ${original} WITH ALLOW_CONNECTIONS false`);
  try {
    for (let tries = 0; ; tries++) {
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [original]);
      const name = await copyOf(original).catch((error: { code?: string }) => {
        if (tries > 100 || error.code !== '55006') throw error;
        return undefined;
      });
      if (name) return name;
      await new Promise((done) => setTimeout(done, 50));
    }
  } finally {
    await client.query(`ALTER DATABASE ${original} WITH ALLOW_CONNECTIONS true`);
  }
}
