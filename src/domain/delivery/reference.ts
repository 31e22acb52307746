import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TenantKeys } from '../../data/keys';

export interface MessageKey {
  batch: string;
  seq: string;
}

const mac = (keys: TenantKeys, key: MessageKey): string =>
  createHmac('sha256', keys.derived('callback')).update(`${key.batch}.${key.seq}`).digest('base64url').slice(0, 22);

/** What travels with a message so that its receipts find it without a look-up, even before the answer to the send. */
export const referenceOf = (keys: TenantKeys, key: MessageKey): string => `${key.batch}.${key.seq}.${mac(keys, key)}`;

/** `undefined` for anything that these keys did not sign: another tenant's, or somebody's own. */
export function readReference(keys: TenantKeys, reference: string | undefined): MessageKey | undefined {
  const [, batch, seq, given] = /^(\d{1,18})\.(\d{1,18})\.([\w-]{22})$/.exec(reference ?? '') ?? [];
  if (!batch || !seq || !given) return undefined;
  return timingSafeEqual(Buffer.from(given), Buffer.from(mac(keys, { batch, seq }))) ? { batch, seq } : undefined;
}
