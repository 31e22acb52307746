import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { ProviderError, Treatment } from './channel';

/** What happened, and what to do about it, as a member of the team reads it. */
export interface Advice {
  means: string;
  do: string;
}
type Language = 'es' | 'en' | 'pt';
/** One meaning of a provider's: the codes that say it, and the words for it. */
type Meaning = { codes: readonly Code[]; elsewhere?: true } & Record<Language, Advice>;
/** A code, or the first and last of a range: `200-299`. */
type Code = string | number;
/** By what is done about them: codes with their meanings, or codes alone where nobody is told. */
type Table = Partial<Record<Treatment, Readonly<Record<string, Meaning>> | readonly Code[]>>;

export interface KnownError extends Pick<ProviderError, 'treatment' | 'elsewhere'> {
  advice?: Record<Language, Advice>;
}

/** Everything that `errors.yaml` of an adapter knows, by the provider's code. @param folder of the adapter */
export function readErrors(folder: string): ReadonlyMap<string, KnownError> {
  const table = load(readFileSync(join(folder, 'errors.yaml'), 'utf8')) as Table;
  return new Map(
    Object.entries(table).flatMap(([treatment, all]) =>
      known(treatment as Treatment, all).flatMap(({ codes, ...error }) =>
        codes.flatMap(range).map((code): [string, KnownError] => [code, error]),
      ),
    ),
  );
}

function known(treatment: Treatment, all: NonNullable<Table[Treatment]>): ({ codes: readonly Code[] } & KnownError)[] {
  if (Array.isArray(all)) return [{ codes: all as readonly Code[], treatment }];
  return Object.values(all as Readonly<Record<string, Meaning>>).map(({ codes, elsewhere, ...advice }) => ({
    codes,
    treatment,
    ...(elsewhere && { elsewhere }),
    advice,
  }));
}

function range(codes: Code): string[] {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(String(codes)) ?? [];
  if (!first || !last) return [String(codes)];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, step) => String(Number(first) + step));
}
