import { editDistance } from '../distance';
import { clean, fold } from '../normalise';
import { readWords } from '../words/read-words';

/** A word of a text and where it stands in it. */
export interface Token {
  word: string;
  at: number;
}

/** How well a text names something. */
export interface Fit {
  /** Share of the name's weight that was said. */
  score: number;
  /** Every word of it was said, slips aside. */
  whole: boolean;
  tokens: readonly Token[];
}

const words = readWords<{ generic: string[]; times: string[] }>('names.yaml');
const GENERIC = new Set(words.generic);
const TIMES = new Set(words.times);
const WEAK = 0.2;
const BESIDE = 0.6;
const FUZZY = 0.85;
/** How far a generic word may stand from where the name has it. */
const NEAR = 2;
const MOST_WORDS = 60;

export const isGeneric = (word: string): boolean => GENERIC.has(word);
export const tokensOf = (folded: string): Token[] =>
  [...folded.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({ word: match[0], at: match.index }));

const weightOf = (word: string): number => {
  if (GENERIC.has(word)) return WEAK;
  return TIMES.has(word) || /^\d+$/.test(word) ? BESIDE : 1;
};

const alike = (said: string, named: string): number => {
  if (said === named) return 1;
  // the first letter is rarely wrong
  if (said[0] !== named[0]) return 0;
  if (named.length > 2 && said === `${named}s`) return FUZZY;
  if (/\d/.test(named) || said.length < 4 || named.length < 4) return 0;
  if (named.startsWith(said) || said === `${named}es`) return FUZZY;
  const most = named.length >= 9 ? 2 : named.length >= 5 ? 1 : 0;
  return most > 0 && !TIMES.has(said) && editDistance(said, named, most) <= most ? FUZZY : 0;
};

interface NameWords {
  parts: readonly string[];
  weights: readonly number[];
  /** Written as one word. */
  glued: string;
}

/** A tenant's names are the same in every message. */
const split = new Map<string, NameWords>();
const MOST_KEPT = 5000;
const wordsOfName = (name: string): NameWords => {
  const known = split.get(name);
  if (known) return known;
  if (split.size >= MOST_KEPT) split.clear();
  const parts = tokensOf(fold(clean(name))).map(({ word }) => word);
  const found = { parts, weights: parts.map(weightOf), glued: parts.length > 1 ? parts.join('') : '' };
  split.set(name, found);
  return found;
};

const NOWHERE: readonly number[] = [];

/** The words of a text, looked up by every name of a tenant. */
export class Said {
  readonly tokens: readonly Token[];
  private readonly places = new Map<string, number[]>();
  private readonly near = new Map<string, { place: number | undefined; likeness: number }>();

  /** Names stand in orders, which are short: of a longer text only the beginning is looked at. */
  constructor(folded: string, from: readonly Token[] = tokensOf(folded).slice(0, MOST_WORDS)) {
    this.tokens = from;
    from.forEach(({ word }, at) => {
      this.places.set(word, [...(this.places.get(word) ?? []), at]);
    });
  }

  placesOf(word: string): readonly number[] {
    return this.places.get(word) ?? NOWHERE;
  }

  /** Where a word of a name, or one much like it, stands first. */
  likest(named: string): { place: number | undefined; likeness: number } {
    const known = this.near.get(named);
    if (known) return known;
    let found: { place: number | undefined; likeness: number } = { place: undefined, likeness: 0 };
    for (const [word, [place]] of this.places) {
      const likeness = alike(word, named);
      if (likeness > found.likeness) found = { place, likeness };
    }
    this.near.set(named, found);
    return found;
  }

  /** What is said behind a place. */
  behind(place: number): Said {
    return new Said('', this.tokens.slice(place));
  }
}

/** Places in the text of the name's words, as far as found. */
type Places = (number | undefined)[];

/** Words that many names have count only near the telling ones; days and numbers only right beside. */
const addWeak = (said: Said, { parts, weights }: NameWords, places: Places, likeness: number[]): void => {
  for (let round = 0; round < parts.length; round += 1) {
    const before = places.filter((place) => place !== undefined).length;
    parts.forEach((word, at) => {
      const weight = weights[at];
      if (weight === 1 || places[at] !== undefined) return;
      const reach = weight === WEAK ? NEAR : 0;
      const isNear = (place: number): boolean =>
        places.some((known, other) => {
          const wanted = reach > 0 ? at - other : Math.sign(at - other);
          return known !== undefined && Math.abs(place - known - wanted) <= reach;
        });
      const found = said.placesOf(word).find((place) => isNear(place) && !places.includes(place));
      if (found !== undefined) [places[at], likeness[at]] = [found, 1];
    });
    if (places.filter((place) => place !== undefined).length === before) return;
  }
};

/** A name without any telling word is named only by all of it. */
const wholeAt = (said: Said, name: readonly string[]): number =>
  said.placesOf(name[0] ?? '').find((start) => name.every((word, at) => said.tokens[start + at]?.word === word)) ?? -1;

const NOTHING: Fit = { score: 0, whole: false, tokens: [] };

/** How well a text names something: the weight of the name's words that it holds. */
export const fit = (said: Said, name: string): Fit => {
  const words = wordsOfName(name);
  const first = fitFrom(said, words);
  if (first.whole || first.score === 0) return first;
  // where a word is said twice, the name may begin only behind the first
  const again = words.parts.map((part) => said.placesOf(part)).find(({ length }) => length > 1)?.[0];
  if (again === undefined) return first;
  const second = fitFrom(said.behind(again + 1), words);
  return second.score > first.score ? second : first;
};

const fitFrom = (said: Said, words: NameWords): Fit => {
  const { parts, weights } = words;
  const glued = said.placesOf(words.glued)[0];
  if (glued !== undefined) return { score: 1, whole: true, tokens: said.tokens.slice(glued, glued + 1) };
  const near = parts.map((word, at) => (weights[at] === 1 ? said.likest(word) : undefined));
  const places = near.map((found) => found?.place);
  if (places.every((place) => place === undefined)) {
    const start = wholeAt(said, parts);
    return start < 0 ? NOTHING : { score: 1, whole: true, tokens: said.tokens.slice(start, start + parts.length) };
  }
  const likeness = near.map((found) => found?.likeness ?? 0);
  addWeak(said, words, places, likeness);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const got = weights.reduce((sum, weight, at) => sum + weight * (likeness[at] ?? 0), 0);
  const tokens = places.flatMap((place) => (place === undefined ? [] : (said.tokens[place] ?? [])));
  return { score: got / all, whole: tokens.length === parts.length, tokens };
};

/** `bf` of "Black Friday"; small words may be left out. */
export const initialsOf = (name: string): string[] => {
  const { parts } = wordsOfName(name);
  const telling = parts.filter((word) => word.length > 3 || !GENERIC.has(word));
  return [parts, telling].filter(({ length }) => length > 1).map((some) => some.map(([first = '']) => first).join(''));
};
