import { editDistance } from '../distance';
import { clean, fold } from '../normalise';
import type { Named, Names } from '../types';
import { readWords } from '../words/read-words';

/** What was found of one kind of name, and the text without it. */
export interface FoundName {
  id?: string;
  /** Several fit equally well: to be asked. */
  options?: Named[];
}
export interface FoundNames {
  campaign: FoundName;
  template: FoundName;
  segment: FoundName;
  /** Folded text with the words of the names blanked out, so that "Black Friday" is no day. */
  masked: string;
}

interface Token {
  word: string;
  at: number;
}

const written = readWords<{ generic: string[]; everyone: string[] }>('names.yaml');
const GENERIC = new Set(written.generic);
const EVERYONE = new Set(written.everyone);
const GENERIC_WEIGHT = 0.2;
const NUMBER_WEIGHT = 0.6;
const ENOUGH = 0.34;
const TIE = 0.15;
const FUZZY = 0.85;

const tokensOf = (folded: string): Token[] =>
  [...folded.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({ word: match[0], at: match.index }));

const weightOf = (word: string): number =>
  GENERIC.has(word) ? GENERIC_WEIGHT : /^\d+$/.test(word) ? NUMBER_WEIGHT : 1;

const alike = (said: string, named: string): number => {
  if (said === named) return 1;
  if (/\d/.test(named) || said.length < 4 || named.length < 4) return 0;
  if (named.startsWith(said) || said === `${named}s` || said === `${named}es`) return FUZZY;
  const most = named.length >= 9 ? 2 : named.length >= 5 ? 1 : 0;
  return most > 0 && editDistance(said, named, most) <= most ? FUZZY : 0;
};

interface Fit {
  score: number;
  distinctive: boolean;
  tokens: readonly Token[];
}

/** How well a text names something: the weight of the name's words that it holds. */
const fit = (said: readonly Token[], name: string): Fit => {
  const words = tokensOf(fold(clean(name))).map(({ word }) => word);
  let total = 0;
  let got = 0;
  let distinctive = false;
  const tokens: Token[] = [];
  for (const word of words) {
    const weight = weightOf(word);
    total += weight;
    let best = 0;
    let from: Token | undefined;
    for (const token of said) {
      const likeness = alike(token.word, word);
      if (likeness > best) [best, from] = [likeness, token];
    }
    got += weight * best;
    if (from && best > 0) tokens.push(from);
    if (best > 0 && weight === 1) distinctive = true;
  }
  const whole = words.length > 0 && got === total;
  return { score: total === 0 ? 0 : got / total, distinctive: distinctive || whole, tokens };
};

const best = (said: readonly Token[], named: readonly Named[]): FoundName & { tokens: readonly Token[] } => {
  const fits = named
    .map((one) => ({ one, ...fit(said, one.name) }))
    .filter(({ score, distinctive }) => distinctive && score >= ENOUGH)
    .sort((a, b) => b.score - a.score || b.tokens.length - a.tokens.length || (a.one.id < b.one.id ? -1 : 1));
  const [first] = fits;
  if (!first) return { tokens: [] };
  // whoever matched the same telling words is as likely: the rest of a longer name was not said
  const telling = (found: Fit): string =>
    [...new Set(found.tokens.map(({ word }) => word))]
      .filter((word) => !GENERIC.has(word))
      .sort()
      .join(' ');
  const equal = fits.filter((found) => telling(found) === telling(first) || first.score - found.score < TIE);
  const exact = fits.filter(({ score }) => score === 1);
  const tokens = fits.flatMap((found) => found.tokens);
  // a whole name wins over a longer one that contains it; two whole ones: the longer
  if (exact.length > 0 && (exact.length === 1 || (exact[0]?.tokens.length ?? 0) > (exact[1]?.tokens.length ?? 0))) {
    return { id: exact[0]?.one.id ?? first.one.id, tokens };
  }
  if (equal.length > 1)
    return { options: equal.slice(0, 5).map(({ one }) => ({ id: one.id, name: one.name })), tokens };
  return { id: first.one.id, tokens };
};

/** "To all": the one group that is called so. */
const everyone = (said: readonly Token[], named: readonly Named[]): ReturnType<typeof best> => {
  const tokens = said.filter(({ word }) => EVERYONE.has(word));
  const meant = named.filter(({ name }) => tokensOf(fold(clean(name))).some(({ word }) => EVERYONE.has(word)));
  const [only, ...others] = tokens.length > 0 ? meant : [];
  return only && others.length === 0 ? { id: only.id, tokens } : { tokens: [] };
};

const byNumber = (folded: string, names: Names): FoundName | undefined => {
  const number = /(?<![\p{L}\p{N}])c[- ]?(\d{1,7})(?![\p{L}\p{N}])/u.exec(folded)?.[1];
  const found = number === undefined ? undefined : names.campaigns.find((one) => one.number === Number(number));
  return found && { id: found.id };
};

/** Campaigns are often called alike; whoever has to choose sees which is which. */
const withNumbers = ({ options, ...found }: FoundName, { campaigns }: Names): FoundName => {
  const numbered = options?.map(({ id, name }) => {
    const number = campaigns.find((one) => one.id === id)?.number;
    return { id, name: `C-${number} · ${name}` };
  });
  return { ...found, ...(numbered && { options: numbered }) };
};

/** Looks the tenant's own names up in a text: accents, typos and parts of names are forgiven. */
export const namesIn = (folded: string, names: Names | undefined): FoundNames => {
  if (!names) return { campaign: {}, template: {}, segment: {}, masked: folded };
  const said = tokensOf(folded);
  const campaign = best(said, names.campaigns);
  const template = best(said, names.templates);
  const found = best(said, names.segments);
  const segment = found.tokens.length > 0 ? found : everyone(said, names.segments);
  const masked = [...campaign.tokens, ...template.tokens, ...segment.tokens].reduce(
    (text, { word, at }) => text.slice(0, at) + ' '.repeat(word.length) + text.slice(at + word.length),
    folded.replace(/(?<![\p{L}\p{N}])c[- ]?\d{1,7}(?![\p{L}\p{N}])/gu, (code) => ' '.repeat(code.length)),
  );
  const only = ({ id, options }: FoundName): FoundName => ({ ...(id ? { id } : {}), ...(options ? { options } : {}) });
  return {
    campaign: byNumber(folded, names) ?? withNumbers(only(campaign), names),
    template: only(template),
    segment: only(segment),
    masked,
  };
};
