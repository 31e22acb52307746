import type { ProviderError } from '../../src/channel';
import { type KnownError, readErrors } from '../../src/channel-errors';

const errors = readErrors(__dirname);

/** Whoever says "later" is left alone so long: greylists want minutes. */
const pauseMs = 60_000;

/** @param codes what it was called, the surest first: `5.1.1`, `550`, `COMPLAINT` */
export function providerError(...codes: (string | undefined)[]): ProviderError {
  const given = codes.filter((code) => code !== undefined);
  const first = given[0] ?? 'UNKNOWN';
  const known = given.flatMap((code) => errors.get(code) ?? [])[0];
  const { treatment, elsewhere }: KnownError = known ?? { treatment: first.startsWith('4') ? 'retry' : 'permanent' };
  return {
    code: `EMAIL_${first.replaceAll('.', '_')}`,
    treatment,
    ...(elsewhere && { elsewhere }),
    ...(treatment === 'retry' && { retryAfterMs: pauseMs }),
  };
}

/** What a server said: `550 5.1.1 no such user`. @param status the reply's number */
export function refusalOf(status: number, response: string): ProviderError {
  return providerError(/^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1], String(status));
}
