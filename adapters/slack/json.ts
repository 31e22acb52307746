export type Json = Record<string, unknown>;

/** Whatever came, as something whose fields can be asked for. */
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Text as it may be stored: Postgres knows no NUL, UTF-8 no lone surrogate. Empty is missing. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').toWellFormed() || undefined
    : undefined;

/** Seconds, with or without their fraction. */
export function time(value: unknown): Date | undefined {
  const seconds = Number(text(value) ?? Number.NaN);
  return seconds >= 1 && seconds < 1e11 ? new Date(seconds * 1000) : undefined;
}
