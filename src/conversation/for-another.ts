import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Language } from '../intent';
import { plain } from './understand';

/** As whom somebody asks for another person. */
const relations = ['representative', 'heir', 'parent', 'somebody_else'] as const;
type Relation = (typeof relations)[number];

type Said = { kin: string; about: string; erase: string } & Readonly<Record<Relation, string[]>>;
const { never, ...said } = load(readFileSync(join(__dirname, 'for-another.yaml'), 'utf8')) as Record<Language, Said> & {
  never: string[];
};
const anyOf = (phrases: readonly string[]): RegExp => new RegExp(`(?:^|\\b)(?:${phrases.join('|')})`);
const rules = Object.values(said).map((one) => ({
  about: anyOf([one.about]),
  relations: relations.map((relation) => ({
    relation,
    phrases: anyOf(one[relation].map((phrase) => phrase.replaceAll('(kin)', `(?:${one.kin})`))),
  })),
}));
const erasing = anyOf(Object.values(said).map(({ erase }) => erase));
const forThemselves = anyOf(never);

/** Which right of the other one is meant by words that are heard as no right of their own. */
export const rightMeant = (text: string): 'erase' | 'access' => (erasing.test(plain(text)) ? 'erase' : 'access');

/** As whom somebody asks about another person's data; undefined: for themselves, or about something else. @param isRight the message is heard as a right */
export function asksFor(text: string, isRight: boolean): Relation | undefined {
  const words = plain(text);
  if (forThemselves.test(words)) return undefined;
  for (const { about, relations: all } of rules)
    if (isRight || about.test(words)) {
      const found = all.find(({ phrases }) => phrases.test(words));
      if (found) return found.relation;
    }
  return undefined;
}
