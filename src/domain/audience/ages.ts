import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export type MinorBand = 'lt14' | '14_15' | '16_17';
interface Rules {
  bands: Readonly<Record<MinorBand, number>>;
  words: Readonly<Record<string, Readonly<Record<string, number>>>>;
  before: readonly string[];
  after: readonly string[];
}

const rules = load(readFileSync(join(__dirname, 'ages.yaml'), 'utf8')) as Rules;
const words = new Map(Object.values(rules.words).flatMap((one) => Object.entries(one)));
const age = `(1[0-7]|[1-9]|${[...words.keys()].join('|')})`;
const said = new RegExp(
  `(?:^|[^\\p{L}\\p{N}])(?:(?:${rules.before.join('|')}) (?:solo |only |just |apenas |recien |so )?${age}(?![\\p{L}\\p{N}])|${age} ?(?:${rules.after.join('|')})(?![\\p{L}\\p{N}]))`,
  'gu',
);

/** The band of the youngest who is spoken of; the strictest where no age is said. */
export function bandOf(text: string): MinorBand {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[.,;:!?¡¿()]+/g, ' ')
    .replace(/\s+/g, ' ');
  const ages = [...plain.matchAll(said)].map(([, one, two]) => {
    const found = one ?? two ?? '';
    return words.get(found) ?? Number(found);
  });
  const youngest = Math.min(...ages);
  const [band] = (Object.entries(rules.bands) as [MinorBand, number][]).find(([, most]) => youngest <= most) ?? [
    'lt14',
  ];
  return ages.length > 0 ? band : 'lt14';
}
