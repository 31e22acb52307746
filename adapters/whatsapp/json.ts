import { createHash } from 'node:crypto';

export type Json = Record<string, unknown>;

/** Whatever came, as something whose fields can be asked for. */
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

/** Text as it may be stored: Postgres knows no NUL, UTF-8 no lone surrogate; one such message must not poison a batch. Empty is missing. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').toWellFormed() || undefined
    : undefined;

/** The first of these that is text. */
export const firstText = (...values: unknown[]): string | undefined => values.map(text).find(Boolean);

/** Seconds, as text or a number; what lies past the year 5000 is no time but milliseconds or a mistake. */
export function time(value: unknown): Date | undefined {
  const seconds = Number(text(value) ?? Number.NaN);
  return seconds >= 1 && seconds < 1e11 ? new Date(seconds * 1000) : undefined;
}

/** An id for what has none: the same update gets the same. */
export const digest = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
