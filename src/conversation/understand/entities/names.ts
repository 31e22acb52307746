import type { Language } from '../../../intent';
import { clean, fold } from '../normalise';
import type { Named, Names, Question } from '../types';
import { readWords } from '../words/read-words';
import type { FoundName } from './found';
import { type Fit, fit, initialsOf, isGeneric, Said, type Token, tokensOf } from './name-fit';
import { referred } from './references';

export interface FoundNames {
  campaign: FoundName;
  template: FoundName;
  segment: FoundName;
  /** Folded text with the words of the names struck out, so that "Black Friday" is no day. */
  masked: string;
}
type Found = FoundName & { tokens: readonly Token[] };

const EVERYONE = new Set(readWords<{ everyone: string[] }>('names.yaml').everyone);
const ENOUGH = 0.34;
const TIE = 0.15;
/** As many as somebody could still mean; few of them are offered. */
const MOST_OPTIONS = 30;

interface Candidate extends Fit {
  one: Named;
}

const best = (said: Said, named: readonly Named[], initials: ReadonlySet<string>): Found => {
  const fits: Candidate[] = named
    .map((one) => ({ one, ...fit(said, one.name) }))
    .filter(({ score }) => score >= ENOUGH)
    .sort((a, b) => b.score - a.score || b.tokens.length - a.tokens.length);
  const [first] = fits;
  if (!first) return byInitials(said, named, initials);
  // whoever matched the same telling words is as likely: the rest of a longer name was not said
  const telling = (found: Candidate): string =>
    [...new Set(found.tokens.map(({ word }) => word))]
      .filter((word) => !isGeneric(word))
      .sort()
      .join(' ');
  const equal = fits.filter((found) => telling(found) === telling(first) || first.score - found.score < TIE);
  // a whole name wins over a longer one that contains it; two whole ones: the longer
  const [only, second] = fits
    .filter(({ whole }) => whole)
    .sort((a, b) => b.tokens.length - a.tokens.length || b.score - a.score);
  const isPlain = only && (!second || only.tokens.length > second.tokens.length || only.score > second.score + TIE / 2);
  if (isPlain) return chosen([only]);
  return chosen(equal);
};

const chosen = (all: readonly Candidate[]): Found => {
  const tokens = all.flatMap((found) => found.tokens);
  const options = all.slice(0, MOST_OPTIONS).map(({ one: { id, name } }) => ({ id, name }));
  return all.length === 1 && options[0] ? { id: options[0].id, tokens } : { options, tokens };
};

/** "La BF": letters alone, and only where nothing else is meant. */
const byInitials = (said: Said, named: readonly Named[], initials: ReadonlySet<string>): Found => {
  if (initials.size === 0) return chosen([]);
  const tokens = said.tokens.filter(({ word }) => initials.has(word));
  const meant = named.filter(({ name }) => initialsOf(name).some((letters) => initials.has(letters)));
  return chosen(meant.map((one) => ({ one, score: 1, whole: true, tokens })));
};

/** "All but the VIPs", "a todos menos a los de RM": neither the ones that are named nor everybody is meant, so it is asked. */
const EXCEPT =
  /(?<!\p{L})(?:menos|excepto|salvo|exceto|except|(?:all|everyone|everybody) but)(?!\p{L})(?! *(?:un |uma )?(?:cuarto|quarto|cinco|diez|dez|veinte|vinte|mal|\d))/u;

/** Words in capital letters; where all is shouted there are none. */
const initialsIn = (text: string): ReadonlySet<string> =>
  new Set(
    /\p{Ll}/u.test(text)
      ? (text.match(/(?<![\p{L}\p{N}])\p{Lu}{2,4}(?![\p{L}\p{N}])/gu) ?? []).map((word) => word.toLowerCase())
      : [],
  );

/** "To all": the one group that is called so. */
const everyone = (said: Said, named: readonly Named[]): Found => {
  const tokens = said.tokens.filter(({ word }) => EVERYONE.has(word));
  if (tokens.length === 0) return { tokens };
  const meant = named.filter(({ name }) => tokensOf(fold(clean(name))).some(({ word }) => EVERYONE.has(word)));
  const [only, ...others] = meant;
  return only && others.length === 0 ? { id: only.id, tokens } : { tokens: [] };
};

const NUMBER =
  /(?<![\p{L}\p{N}])c[- ]?(\d{1,7})(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])(?:campana|campanha|campaign) (?:n|no|nro|numero|number|#)?[ .°#]*(\d{1,7})(?![\p{L}\p{N}])/gu;

/** `C-118`, however it is typed. */
export const campaignNumbersIn = (folded: string): number[] =>
  [...folded.matchAll(NUMBER)].map(([, code, number]) => Number(code ?? number));

/** Campaigns are often called alike; whoever has to choose sees which is which. */
const withNumbers = ({ options, ...found }: FoundName, { campaigns }: Names): FoundName => {
  const numbered = options?.map(({ id, name }) => {
    const number = campaigns.find((one) => one.id === id)?.number;
    return { id, name: `C-${number} · ${name}` };
  });
  return { ...found, ...(numbered && { options: numbered }) };
};

const blanked = (text: string, tokens: readonly Token[]): string =>
  tokens.reduce((out, { word, at }) => out.slice(0, at) + '_'.repeat(word.length) + out.slice(at + word.length), text);

/** Looks the tenant's own names up in a text: accents, typos, parts of names and "the one of yesterday" are understood. */
export const namesIn = (question: Question, text: string, languages: readonly Language[]): FoundNames => {
  const folded = fold(text);
  const withoutCodes = folded.replace(NUMBER, (code) => '_'.repeat(code.length));
  const { names } = question;
  if (!names) return { campaign: {}, template: {}, segment: {}, masked: withoutCodes };
  const said = new Said(withoutCodes);
  const initials = initialsIn(text);
  const campaign = best(said, names.campaigns, initials);
  const template = best(said, names.templates, initials);
  const group = best(said, names.segments, initials);
  const meantGroup = group.tokens.length > 0 ? group : everyone(said, names.segments);
  const isPartial = EXCEPT.test(blanked(withoutCodes, [...campaign.tokens, ...template.tokens]));
  const segment: Found = isPartial ? { tokens: meantGroup.tokens } : meantGroup;
  const tokens = [...campaign.tokens, ...template.tokens, ...segment.tokens];
  const numbers = new Set(campaignNumbersIn(folded));
  const numbered = names.campaigns.find(({ number }) => numbers.has(number));
  const meant = numbered || campaign.tokens.length > 0 ? undefined : referred(question, names, withoutCodes, languages);
  return {
    campaign: numbered ? { id: numbered.id } : withNumbers(only(meant ?? campaign), names),
    template: only(template),
    segment: only(segment),
    masked: blanked(withoutCodes, [...tokens, ...(meant?.tokens ?? [])]),
  };
};

const only = ({ id, options }: FoundName): FoundName => ({
  ...(id ? { id } : {}),
  ...(options && options.length > 0 ? { options } : {}),
});
