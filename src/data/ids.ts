import { randomBytes } from 'node:crypto';

/** UUIDv7 (RFC 9562): sorts by the time it was made, so rows that are made together lie together. */
export function newId(at: Date = new Date()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids that come from outside are checked before they reach a query. */
export const isId = (value: string): boolean => uuid.test(value);

/** Where events of senders we do not know are kept, sealed, for seven days. */
export const unknownTenant = '00000000-0000-7000-8000-000000000000';
