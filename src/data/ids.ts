import { randomOf } from './random';

let last = { ms: 0, count: 0 };

/** UUIDv7 (RFC 9562): sorts by the time it was made, and those of one millisecond in the order in which this process made them. */
export const newId = (at: Date = new Date()): string => writtenId(newIdBytes(at));

/** The same as its sixteen bytes. */
export function newIdBytes(at: Date): Buffer {
  const bytes = randomOf(16);
  const ms = at.getTime();
  last = { ms, count: ms === last.ms ? last.count + 1 : bytes.readUInt16BE(6) & 0x7ff };
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | (last.count & 0xfff), 6);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}

export function writtenId(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids that come from outside are checked before they reach a query. */
export const isId = (value: string): boolean => uuid.test(value);

/** An id in 22 characters that are safe in an address. */
export const toShort = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

/** The id again; what was none becomes no id. */
export function fromShort(short: string): string {
  const hex = Buffer.from(short, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Ourselves: what is written to our own mailbox, as to any customer's. */
export const houseTenant = '00000000-0000-7000-8000-0000000000c0';

/** Where events of senders we do not know are kept, sealed, for seven days. */
export const unknownTenant = '00000000-0000-7000-8000-000000000000';
