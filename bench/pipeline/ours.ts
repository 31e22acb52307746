import Redis from 'ioredis';
import type { BenchPlace } from '../frame';
import { bringPeople } from '../lists';
import type { Ack, Pace } from '../stand-in/order';
import type { StandIn } from '../stand-in/stand-in';
import { aCustomer, type Customer, domainOf, launch } from '../system/customer';
import { aSetUp, type Surroundings, stopAll } from '../system/servers';
import { cpuBetween, residentOf, usageNow } from '../system/usage';

/** What one run of one system took. */
export interface OtherRun {
  messages: number;
  seconds: number;
  perSecond: number;
  /** Microseconds of CPU a message, by who used it. */
  cpuMicros: Record<string, number>;
  /** The most that was seen, by part, in MB. */
  residentMB: Record<string, number>;
  ack: Ack;
}
/** The product says more of itself. */
export interface Run extends OtherRun {
  workers: number;
  /** From the wish to send until everything is ready to leave. */
  launchMs: number;
  redisMB: number;
  pace: Pace;
}

/** A customer with so many people, to whom campaigns are sent again and again. */
export async function aCrowd(place: BenchPlace, people: number): Promise<Crowd> {
  const domain = domainOf(place);
  const customer = await aCustomer(place, domain);
  await bringPeople(place, customer.tenant, { count: people, group: 'todos' });
  await place.owner.query('VACUUM (ANALYZE)');
  return { place, domain, customer, people };
}
export interface Crowd {
  place: BenchPlace;
  domain: ReturnType<typeof domainOf>;
  customer: Customer;
  people: number;
}

/**
 * The product: from the approval to the last receipt, folded.
 * @param workers 0: one process for everything · perSecond: the pace of the number, by itself more than any machine sends
 */
export async function runOurs(
  { place, domain, customer, people }: Crowd,
  around: Surroundings,
  standIn: StandIn,
  { workers, perSecond = unbounded, plain = false }: { workers: number; perSecond?: number; plain?: boolean },
): Promise<Run> {
  await place.owner.query('UPDATE sender SET rate_per_second = $2 WHERE id = $1', [customer.sender, perSecond]);
  const products = await aSetUp(around, workers, plain);
  await standIn.wish({ do: 'forget' });
  await standIn.wish({ do: 'aim', url: `${products[0]?.url}/webhooks/whatsapp` });
  await standIn.ack();
  try {
    const { batch, launchMs } = await launch(place, domain, customer, 'todos');
    const began = performance.now();
    const before = usageNow();
    const most = watchMemory();
    const seconds = await untilAllRead(place, standIn, customer, batch, people, began);
    const usage = cpuBetween(before, usageNow());
    const redisMB = await redisMemory(around.redis.url);
    return {
      ...{ messages: people, workers, launchMs, seconds, perSecond: people / seconds, redisMB },
      ...{ cpuMicros: perMessage(usage, people), residentMB: most() },
      ...{ ack: await standIn.ack(), pace: await standIn.pace() },
    };
  } finally {
    await stopAll(products);
  }
}

const unbounded = 20_000;

/** What it holds at its fullest, in MB. */
async function redisMemory(url: string): Promise<number> {
  const redis = new Redis(url, { lazyConnect: true });
  try {
    const [, bytes = ''] = /used_memory_peak:(\d+)/.exec(await redis.info('memory')) ?? [];
    return Number(bytes) / 1_048_576;
  } finally {
    redis.disconnect();
  }
}

export const perMessage = (cpuMs: Record<string, number>, messages: number): Record<string, number> =>
  Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, Math.round((ms * 1_000) / messages)]));

/** Looks at the memory of every process from time to time. */
export function watchMemory(): () => Record<string, number> {
  const most: Record<string, number> = {};
  const look = (): void => {
    for (const [part, megabytes] of Object.entries(residentOf(usageNow())))
      most[part] = Math.max(most[part] ?? 0, megabytes);
  };
  const timer = setInterval(look, 1_000);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

const lookMs = 250;

/** Until every message of the batch is known to be read. Returns after how many seconds. @throws when nothing moves for a minute */
async function untilAllRead(
  { owner, tell }: BenchPlace,
  standIn: StandIn,
  { tenant }: Customer,
  batch: string,
  messages: number,
  began: number,
): Promise<number> {
  for (let last = { at: performance.now(), sends: -1 }; ; ) {
    await new Promise((done) => setTimeout(done, lookMs));
    const { sends, open } = await standIn.count();
    const { rows } = await owner.query("SELECT EXISTS (SELECT 1 FROM inbox WHERE kind = 'receipts') AS waits");
    if (sends >= messages && open === 0 && !rows[0].waits) break;
    if (sends !== last.sends || open > 0 || rows[0].waits) last = { at: performance.now(), sends };
    if (performance.now() - last.at > 60_000)
      throw new Error(
        `nothing moves any more: ${sends} of ${messages} sent, ${JSON.stringify(await statesOf(owner, tenant, batch))}`,
      );
  }
  const seconds = (performance.now() - began) / 1_000;
  const states = await statesOf(owner, tenant, batch);
  if (states.read !== messages) throw new Error(`not everything was read: ${JSON.stringify(states)}`);
  tell(`${messages} messages in ${seconds.toFixed(1)} s`);
  return seconds;
}

async function statesOf(owner: BenchPlace['owner'], tenant: string, batch: string): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ state: string; n: number }>(
    'SELECT state, count(*)::int AS n FROM message WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1',
    [tenant, batch],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}
