import { createHmac, timingSafeEqual } from 'node:crypto';

const toleranceSeconds = 300;

export interface SignedHeaders {
  signature: string | undefined;
  timestamp: string | undefined;
}

/** Whether Slack signed exactly these bytes, not long ago and not in the future. @returns the reason when not */
export function checkSignature(
  body: Buffer,
  headers: SignedHeaders,
  secrets: readonly string[],
  now: Date,
): 'ok' | 'missing' | 'stale' | 'wrong' {
  const { signature, timestamp } = headers;
  if (!signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return 'missing';
  if (Math.abs(Number(timestamp) - now.getTime() / 1000) > toleranceSeconds) return 'stale';
  const given = Buffer.from(signature);
  const fits = secrets.some((secret) => {
    const ours = Buffer.from(
      `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
    );
    return secret !== '' && given.length === ours.length && timingSafeEqual(given, ours);
  });
  return fits ? 'ok' : 'wrong';
}
