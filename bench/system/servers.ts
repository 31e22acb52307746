import { freePort } from '../../src/local/ports';
import { startRedis } from '../../src/local/redis';
import { lendModels } from '../../test/support/models';
import type { BenchPlace } from '../frame';
import { benchStart } from '../frame';
import { type Product, type ProductOrder, startProduct } from './product';

export const secret = 'bench-app-secret';

/** Everything a process of the product needs to know of its surroundings. */
export interface Surroundings {
  secret: string;
  redis: { url: string; kind: string; stop(): Promise<void> };
  settings: Readonly<Record<string, string>>;
}

/** A Redis, real where the machine has one, and the settings of a product that lives between it, this database and the stand-in. */
export async function surround(place: BenchPlace, graphUrl: string): Promise<Surroundings> {
  const redis = process.env.REDIS_URL
    ? { url: process.env.REDIS_URL, kind: 'given', stop: async () => {} }
    : await startRedis();
  return { secret, redis, settings: settingsFor(place, redis.url, graphUrl) };
}

/** The settings of a product that lives between these servers and this stand-in. */
export function settingsFor(
  place: Pick<BenchPlace, 'appUrl' | 'master' | 'folder'>,
  redisUrl: string,
  graphUrl: string,
): Record<string, string> {
  lendModels(place.folder);
  return {
    ...{ DATABASE_APP_URL: place.appUrl, REDIS_URL: redisUrl, MASTER_KEY: place.master, DATA_DIR: place.folder },
    ...{ WHATSAPP_GRAPH_URL: graphUrl, WHATSAPP_APP_SECRET: secret, WHATSAPP_VERIFY_TOKEN: 'bench' },
    ...{
      SLACK_API_URL: `${graphUrl}/api/`,
      SLACK_SIGNING_SECRET: 'bench',
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    },
  };
}

/** A process of the product on a port of its own. */
export async function aProduct(
  { settings }: Pick<Surroundings, 'settings'>,
  role: 'all' | 'web' | 'worker',
  order: Partial<ProductOrder> = {},
): Promise<Product & { url: string }> {
  const port = String(await freePort());
  const own = { ...settings, ROLE: role, PORT: port, ...order.settings };
  const product = await startProduct({ at: benchStart.toISOString(), ...order, settings: own });
  return { ...product, url: `http://127.0.0.1:${port}` };
}

/** The processes of one set-up, all at work. The first takes the webhooks. */
export async function aSetUp(
  around: Surroundings,
  workers: number,
  plain = false,
): Promise<(Product & { url: string })[]> {
  // As `npm start` does where nobody says otherwise: one process for everything.
  const roles =
    workers === 0 ? (['all'] as const) : (['web', ...Array(workers).fill('worker')] as ('web' | 'worker')[]);
  const products = [];
  for (const role of roles) products.push(await aProduct(around, role, { plain }));
  await Promise.all(products.map((product) => product.go()));
  return products;
}

/** As when somebody presses Ctrl-C. */
export async function stopAll(products: readonly Product[]): Promise<void> {
  for (const product of products) product.kill('SIGTERM');
  await Promise.all(products.map(({ ended }) => ended));
}
