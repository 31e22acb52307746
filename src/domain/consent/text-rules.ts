import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** `bundled`: agreed to together with something else. `silent`: without an act of the person. */
export type TextFault = 'bundled' | 'silent';

const rules = load(readFileSync(join(__dirname, 'text-rules.yaml'), 'utf8')) as Readonly<
  Record<TextFault, Readonly<Record<string, readonly string[]>>>
>;

/** Without accents, capitals and commas. */
const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}|,/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ');

/** Why nobody can agree by these words; none: they can. Languages are mixed in practice, so each is asked. */
export function faultsOf(body: string): readonly TextFault[] {
  const text = fold(body);
  return (['bundled', 'silent'] as const).filter((fault) =>
    Object.values(rules[fault]).some((words) => words.some((word) => text.includes(word))),
  );
}
