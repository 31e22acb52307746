import { errors as statuses } from 'smpp';
import type { ProviderError } from '../../src/channel';
import { readErrors } from '../../src/channel-errors';

const known = readErrors(__dirname);
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(statuses).map(([name, status]) => [status, name.replace(/^ESME_/, '')]),
);
/** How long a line that says "too fast" is left alone; SMPP has no way to say it. */
const pauses: Readonly<Record<string, number>> = { RTHROTTLED: 1_000, RMSGQFUL: 5_000 };

/** `RTHROTTLED`; of a carrier's own, the number. */
const nameOf = (status: number): string => names.get(status) ?? String(status);

/** Our name for a status of SMPP or for what a receipt says, and what to do about it. @param saying the surest first: `GSM_27`, `UNDELIV` */
export function providerError(...saying: readonly (number | string | undefined)[]): ProviderError {
  const given = saying.flatMap((one) => (one === undefined ? [] : [typeof one === 'number' ? nameOf(one) : one]));
  const name = given.find((one) => known.has(one)) ?? given.at(-1) ?? 'UNKNOWN';
  const { treatment = 'permanent', elsewhere } = known.get(name) ?? {};
  const retryAfterMs = pauses[name];
  return {
    code: `SMS_${name}`,
    treatment,
    ...(elsewhere && { elsewhere }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
