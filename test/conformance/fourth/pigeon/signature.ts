import { createHmac, timingSafeEqual } from 'node:crypto';

export function isSigned(body: Buffer, ring: string | undefined, secret: string): boolean {
  const given = /^[0-9a-f]{64}$/.test(ring ?? '') ? Buffer.from(ring as string, 'hex') : undefined;
  return given !== undefined && timingSafeEqual(given, createHmac('sha256', secret).update(body).digest());
}
