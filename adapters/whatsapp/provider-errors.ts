import type { ProviderError } from '../../src/channel';
import { readErrors } from '../../src/channel-errors';

const errors = readErrors(__dirname);
/** How long whoever says "too fast" is left alone, where it does not say so itself: the number, the pair of both numbers, the account's calls. */
const minute = 60_000;
const pauses: Readonly<Record<string, number>> = {
  130429: 1_000,
  131056: 4_000,
  4: minute,
  17: minute,
  613: minute,
  80007: minute,
};

/** Too many to one person: the number may go on writing to others. */
const pairLimit = '131056';

/** Our name for a code of the Graph API (`131050`, `INVALID`), and what to do about it. */
export function providerError(code: number | string, retryAfterMs = pauses[code]): ProviderError {
  const { treatment = 'permanent', elsewhere } = errors.get(String(code)) ?? {};
  return {
    code: `WHATSAPP_${code}`,
    treatment,
    ...(elsewhere && { elsewhere }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(String(code) === pairLimit && { personal: true }),
  };
}

/** A refusal that bears no code of the Graph API's: something on the way said it, and nothing was taken. */
export const refusalOf = (httpStatus: number, retryAfterMs?: number): ProviderError =>
  providerError(`HTTP_${httpStatus}`, retryAfterMs);
