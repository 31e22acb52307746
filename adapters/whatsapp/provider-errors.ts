import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProviderError, Treatment } from '../../src/channel';

const table: Readonly<Record<Treatment, readonly number[]>> = parse(
  readFileSync(join(__dirname, 'errors.yaml'), 'utf8'),
);
const treatments = new Map(
  (Object.entries(table) as [Treatment, readonly number[]][]).flatMap(([treatment, codes]) =>
    codes.map((code) => [code, treatment] as const),
  ),
);

/** Our name for a code of the Graph API, and what to do about it. */
export const providerError = (code: number, retryAfterMs?: number): ProviderError => ({
  code: `WHATSAPP_${code}`,
  treatment: treatments.get(code) ?? 'permanent',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
