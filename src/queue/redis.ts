import Redis from 'ioredis';
import type { Log } from '../log';

export type Connection = Redis;

/** Longer than anybody waits for work in one go (5 s). */
const lookMs = 6_000;

/**
 * One connection. Redis may vanish at any moment: it is tried again for ever, at most every two seconds, and said once.
 * Only a connection that waits for work may wait for ever; on any other a command fails within seconds, so that nobody hangs on a Redis that is gone.
 */
export function connect(url: string, log: Log, waits: boolean): Connection {
  const client = new Redis(url, {
    maxRetriesPerRequest: waits ? null : 1,
    ...(!waits && { commandTimeout: 3_000 }),
    enableReadyCheck: false,
    // Asked for it, a line that breaks before the answer is taken for ready, and nobody connects again.
    disableClientInfo: true,
    autoResubscribe: false, // we do nothing by events, and one that can't be renewed would fail where nobody listens
    connectTimeout: 5_000,
    disconnectTimeout: 50,
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times, 6)),
  });
  let away = false;
  client.on('error', () => {
    if (!away) log.warn({ event: 'redis.away' }, 'Redis does not answer; campaigns wait, replies and opt-outs go on');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.info({ event: 'redis.back' }, 'Redis answers again');
    away = false;
  });
  watch(client);
  // BRPOPLPUSH is deprecated and not every server speaks it; BLMOVE is the same since Redis 6.2.
  const blocking = client as unknown as { brpoplpush(from: string, to: string, timeout: number): Promise<unknown> };
  blocking.brpoplpush = (from, to, timeout) => client.blmove(from, to, 'RIGHT', 'LEFT', timeout);
  return client;
}

/** A line may be dead without saying so: if nothing comes between two looks, not even an answer to PING, it is cut and made anew. */
function watch(client: Connection): void {
  let isHeard = true;
  client.on('connect', () => {
    isHeard = true;
    client.stream.on('data', () => {
      isHeard = true;
    });
  });
  const look = (): void => {
    if (client.status !== 'ready') return;
    if (!isHeard) return void client.stream.destroy();
    isHeard = false;
    client.ping().catch(() => {});
  };
  const timer = setInterval(look, lookMs).unref();
  client.on('end', () => clearInterval(timer));
}

export const isReady = (client: Connection): boolean => client.status === 'ready';
