import { createHash } from 'node:crypto';

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

/** Where a tenant's chain begins. */
export const origin = (tenant: string): Buffer => createHash('sha256').update(`connectus audit|${tenant}`).digest();

/** The hash of an entry at its place: over the hash before it, so that no place can change without all later ones. */
export const linkHash = (previous: Buffer, entry: Entry): Buffer =>
  createHash('sha256')
    .update(previous)
    .update(JSON.stringify([entry.id, entry.at, entry.actor, entry.act, entry.subject, sorted(entry.detail)]))
    .digest();
