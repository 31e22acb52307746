import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether Meta signed exactly these bytes with one of our app secrets. Meta signs escaped bytes: a body that was parsed and written again never fits.
 * @returns the reason when not
 */
export function checkSignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
): 'ok' | 'missing' | 'malformed' | 'wrong' {
  if (!header) return 'missing';
  const given = /^sha256=([0-9a-f]{64})$/.exec(header)?.[1];
  if (!given) return 'malformed';
  const bytes = Buffer.from(given, 'hex');
  const fits = secrets.some(
    (secret) => secret !== '' && timingSafeEqual(bytes, createHmac('sha256', secret).update(body).digest()),
  );
  return fits ? 'ok' : 'wrong';
}

/** The handshake of a subscription: the challenge to echo, or undefined. */
export function handshake(query: URLSearchParams, verifyToken: string): string | undefined {
  const token = Buffer.from(query.get('hub.verify_token') ?? '');
  const ours = Buffer.from(verifyToken);
  const fits = token.length === ours.length && timingSafeEqual(token, ours);
  return query.get('hub.mode') === 'subscribe' && fits ? (query.get('hub.challenge') ?? '') : undefined;
}
