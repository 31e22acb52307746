import Redis from 'ioredis';

/** What a Redis is like. `policy` is missing where it does not tell. */
export interface RedisState {
  version: string;
  policy?: string;
}

/** @throws when it can't be reached or refuses the login */
export async function redisState(url: string): Promise<RedisState> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {}); // the call says it
  try {
    await client.connect();
    await client.ping();
    const info = await client.info().catch(() => '');
    const of = (name: string) => new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(info)?.[1];
    const policy = of('maxmemory_policy');
    return { version: of('redis_version') ?? '', ...(policy && { policy }) };
  } finally {
    client.disconnect();
  }
}
