import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from 'smpp';
import { parse } from 'yaml';
import type { ProviderError, Treatment } from '../../src/channel';

const treatments: ReadonlyMap<string, Treatment> = new Map(
  Object.entries(
    parse(readFileSync(join(__dirname, 'errors.yaml'), 'utf8')) as Record<Treatment, readonly string[]>,
  ).flatMap(([treatment, codes]) => codes.map((code): [string, Treatment] => [code, treatment as Treatment])),
);
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(errors).map(([name, status]) => [status, name.replace(/^ESME_/, '')]),
);
/** How long a line that says "too fast" is left alone; SMPP has no way to say it. */
const pauses: Readonly<Record<string, number>> = { RTHROTTLED: 1_000, RMSGQFUL: 5_000 };

/** `RTHROTTLED`; of a carrier's own, the number. */
const nameOf = (status: number): string => names.get(status) ?? String(status);

/** Our name for a status of SMPP or for the state of a receipt, and what to do about it. */
export function providerError(status: number | string): ProviderError {
  const name = typeof status === 'number' ? nameOf(status) : status;
  const retryAfterMs = pauses[name];
  return {
    code: `SMS_${name}`,
    treatment: treatments.get(name) ?? 'permanent',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
