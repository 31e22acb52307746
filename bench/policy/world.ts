import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { lendServers } from '../../src/local/lend';
import { startSystem } from '../../test/support/system';
import { Outside } from '../../test/tour/outside';
import { type Cast, castOf } from './cast';
import { Eyes, noSettings } from './sight';

const root = join(__dirname, '..', '..');

/** A whole system on servers, ports and data of its own, and a cast that plays in it. */
export interface World {
  cast: Cast;
  eyes: Eyes;
  /** The product ends; its database stays to be looked at. */
  stopProduct(): Promise<void>;
  /** Looks at a copy of the database as it is now; the product must have ended. */
  withCopy<T>(work: (copy: Eyes) => Promise<T>): Promise<T>;
}

/** Started, and ended with everything it opened, however that happens. */
export async function withWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const base = join(root, '.data');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'policy-'));
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
  keepModels(kept);
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
    stopProduct: async () => void (await system.stop()),
    withCopy: (work) => copied(eyes, work),
  };
}

/** What was learnt of the languages is the same for every run. */
function keepModels(folder: string): void {
  const learnt = join(root, '.data', 'models');
  for (const one of [learnt, folder]) mkdirSync(one, { recursive: true });
  symlinkSync(learnt, join(folder, 'models'));
}

async function copied<T>(eyes: Eyes, work: (copy: Eyes) => Promise<T>): Promise<T> {
  const name = `harmed_${randomBytes(4).toString('hex')}`;
  const from = new URL(eyes.databaseUrl);
  const to = new URL(from);
  to.pathname = `/${name}`;
  const admin = new URL(from);
  admin.pathname = '/postgres';
  const client = new Client({ connectionString: admin.toString() });
  await client.connect();
  try {
    // Whoever still looks at the original would keep it from being copied.
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      from.pathname.slice(1),
    ]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${from.pathname.slice(1)}`);
    const copy = eyes.beside(to.toString());
    try {
      return await work(copy);
    } finally {
      await copy.close();
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}
