import { randomBytes } from 'node:crypto';

/** The run's Redis, and a key prefix that no other test file has. */
export const testRedis = (): { url: string; prefix: string } => ({
  url: process.env.TEST_REDIS_URL as string,
  prefix: `{test-${randomBytes(6).toString('hex')}}`,
});
