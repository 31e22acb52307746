import type { ProviderError } from '../../src/channel';
import { readErrors } from '../../src/channel-errors';

const errors = readErrors(__dirname);

/** Our name for a code of the Graph API (`131050`, `INVALID`), and what to do about it. */
export function providerError(code: number | string, retryAfterMs?: number): ProviderError {
  const { treatment = 'permanent', elsewhere } = errors.get(String(code)) ?? {};
  return {
    code: `WHATSAPP_${code}`,
    treatment,
    ...(elsewhere && { elsewhere }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** A refusal that bears no code of the Graph API's: something on the way said it, and nothing was taken. */
export const refusalOf = (httpStatus: number, retryAfterMs?: number): ProviderError =>
  providerError(`HTTP_${httpStatus}`, retryAfterMs);
