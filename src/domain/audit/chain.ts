import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One entry as it is hashed. `at` in microseconds since 1970, as text. */
export interface Entry {
  id: string;
  at: string;
  actor: string;
  act: string;
  subject: string;
  detail: unknown;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
};

const written = ({ id, at, actor, act, subject, detail }: Entry): string =>
  JSON.stringify([id, at, actor, act, subject, sorted(detail)]);

/** Where a tenant's chain begins. */
export const origin = (tenant: string): Buffer => createHash('sha256').update(`connectus audit|${tenant}`).digest();

/**
 * The hash of an entry at its place: over the place, the hash before it and the entry, so that none can change without all later ones. Under the
 * customer's own key: whoever has the database alone can't write a chain anew.
 */
export const linkHash = (key: Buffer, seq: number, previous: Buffer, entry: Entry): Buffer =>
  createHmac('sha256', key).update(`${seq}|`).update(previous).update(written(entry)).digest();

/** What the program itself puts on an entry when it writes it: one that was put in behind its back has none. */
export const entryMac = (key: Buffer, entry: Entry): Buffer =>
  createHmac('sha256', key).update('entry|').update(written(entry)).digest();

/** Entries from before there was a mac; they stand at the beginning of a chain or nowhere. */
export const legacyMac = Buffer.from('legacy');

export const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
