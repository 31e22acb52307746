import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProviderError, Treatment } from '../../src/channel';

/** A code, or the first and last of a range: `200-299`. */
type Codes = number | string;

/** What each code of the Graph API means for us: errors.yaml, as it is read. */
export const treatments: ReadonlyMap<number, Treatment> = new Map(
  Object.entries(
    parse(readFileSync(join(__dirname, 'errors.yaml'), 'utf8')) as Record<Treatment, readonly Codes[]>,
  ).flatMap(([treatment, codes]) =>
    codes.flatMap(range).map((code): [number, Treatment] => [code, treatment as Treatment]),
  ),
);

function range(codes: Codes): number[] {
  const [first = Number.NaN, last = first] = String(codes).split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}

/** Our name for a code of the Graph API, and what to do about it. */
export const providerError = (code: number, retryAfterMs?: number): ProviderError => ({
  code: `WHATSAPP_${code}`,
  treatment: treatments.get(code) ?? 'permanent',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** A refusal that bears no code of the Graph API's: something on the way said it, and nothing was taken. */
export const refusalOf = (httpStatus: number, retryAfterMs?: number): ProviderError => ({
  code: `WHATSAPP_HTTP_${httpStatus}`,
  treatment: byStatus.get(httpStatus) ?? 'permanent',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const byStatus: ReadonlyMap<number, Treatment> = new Map([
  [401, 'pause'],
  [403, 'pause'],
  [404, 'pause'],
  [429, 'retry'],
]);
