import { editDistance } from './distance';
import { readWords } from './words/read-words';

interface Written {
  always: string[];
  closing: string[];
  alone: string[];
  leading: string[];
  filler: string[];
  before: string[];
  notMisspelt: string[];
}
const written = readWords<Written>('opt-out.yaml');
const always = new Set(written.always);
const closing = new Set(written.closing);
const alone = new Set(written.alone);
const leading = new Set(written.leading);
const filler = new Set(written.filler);
const before = new Set(written.before);
const notMisspelt = new Set(written.notMisspelt);

const NEAR_FROM = 4;
const FAR_FROM = 8;

export interface Keyword {
  strength: 'strong' | 'weak';
  because: string;
}

const unDoubled = (word: string): string => word.replace(/(.)\1+/gu, '$1');

/** A misspelt keyword: doubled or swapped letters are sure, one other letter in a short word only maybe. */
const nearMiss = (word: string, keywords: Iterable<string>, known: (word: string) => boolean): Keyword | undefined => {
  if (word.length < NEAR_FROM || notMisspelt.has(word) || known(word)) return undefined;
  for (const keyword of keywords) {
    if (keyword.length < NEAR_FROM || keyword.includes(' ')) continue;
    if (unDoubled(word) === unDoubled(keyword)) return { strength: 'strong', because: 'keyword-doubled' };
    const most = keyword.length >= FAR_FROM ? 2 : 1;
    if (editDistance(word, keyword, most) > most) continue;
    const swapped = [...word].sort().join('') === [...keyword].sort().join('');
    return { strength: swapped || keyword.length >= FAR_FROM ? 'strong' : 'weak', because: 'keyword-misspelt' };
  }
  return undefined;
};

/** What is heard of stop keywords alone, in every state of every dialog. */
export interface KeywordQuestion {
  words: readonly string[];
  /** The bot itself has a question open. */
  asking: boolean;
  /** Keywords of the intent folder and those that the tenant's templates teach, as words. */
  taught: ReadonlySet<string>;
  /** A purchase, plan or appointment is named. */
  otherObject: boolean;
  known: (word: string) => boolean;
}

export const stopKeyword = ({ words, asking, taught, otherObject, known }: KeywordQuestion): Keyword | undefined => {
  const whole = words.join(' ');
  if (whole === '') return undefined;
  if (closing.has(whole)) return { strength: asking ? 'weak' : 'strong', because: 'keyword-closing' };
  if (always.has(whole) || taught.has(whole)) return { strength: 'strong', because: 'keyword' };
  if (alone.has(whole)) return { strength: 'weak', because: 'word-alone' };
  let from = 0;
  while (from < words.length - 1 && before.has(words[from] ?? '')) from += 1;
  const [first = '', ...rest] = words.slice(from);
  if (rest.every((word) => filler.has(word))) {
    if (leading.has(first) || (taught.has(first) && first.length >= NEAR_FROM)) {
      return otherObject ? undefined : { strength: 'strong', because: 'keyword-leading' };
    }
    if (closing.has(first) && !otherObject) return { strength: asking ? 'weak' : 'strong', because: 'keyword-closing' };
    return nearMiss(first, new Set([...leading, ...taught]), known);
  }
  return undefined;
};
