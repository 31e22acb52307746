import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProviderError, Treatment } from '../../src/channel';

const treatments: ReadonlyMap<string, Treatment> = new Map(
  Object.entries(
    parse(readFileSync(join(__dirname, 'errors.yaml'), 'utf8')) as Record<Treatment, readonly (string | number)[]>,
  ).flatMap(([treatment, codes]) => codes.map((code): [string, Treatment] => [String(code), treatment as Treatment])),
);

/** Whoever says "later" is left alone so long: greylists want minutes. */
const pauseMs = 60_000;

/** @param codes what it was called, the surest first: `5.1.1`, `550`, `COMPLAINT` */
export function providerError(...codes: (string | undefined)[]): ProviderError {
  const given = codes.filter((code) => code !== undefined);
  const known = given.find((code) => treatments.has(code));
  const first = given[0] ?? 'UNKNOWN';
  const treatment = (known && treatments.get(known)) || (first.startsWith('4') ? 'retry' : 'permanent');
  return {
    code: `EMAIL_${first.replaceAll('.', '_')}`,
    treatment,
    ...(treatment === 'retry' && { retryAfterMs: pauseMs }),
  };
}

/** What a server said: `550 5.1.1 no such user`. @param status the reply's number */
export function refusalOf(status: number, response: string): ProviderError {
  return providerError(/^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1], String(status));
}
