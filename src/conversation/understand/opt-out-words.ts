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
  lookalikes: Record<string, string>;
}
const written = readWords<Written>('opt-out.yaml');
const always = new Set(written.always);
const closing = new Set(written.closing);
const alone = new Set(written.alone);
const leading = new Set(written.leading);
const filler = new Set(written.filler);
const before = new Set(written.before);
const notMisspelt = new Set(written.notMisspelt);

const lookalikes = new Map(Object.entries(written.lookalikes));
/** Letters in circles and squares, from A: four rows of 26. */
const ENCLOSED = [0x1f110, 0x1f130, 0x1f150, 0x1f170] as const;
const MASKED = /[\u0400-\u04ff\u{1f110}-\u{1f189}]|\p{L}[0-9@$]|[0-9@$]\p{L}/u;
const MOST_MASKED = 24;

const unmaskedLetter = (letter: string): string => {
  const code = letter.codePointAt(0) ?? 0;
  const row = ENCLOSED.find((first) => code >= first && code < first + 26);
  return row ? String.fromCharCode(0x61 + code - row) : (lookalikes.get(letter) ?? letter);
};

/** A few letters that only look like others, as those others: `ST0P`, `🆂🆃🅾🅿`. */
export const unmasked = (text: string): string =>
  text.length > MOST_MASKED || !MASKED.test(text) ? text : Array.from(text, unmaskedLetter).join('');

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
  if (rest.every((word) => filler.has(word) || word === first)) {
    if (leading.has(first) || (taught.has(first) && first.length >= NEAR_FROM)) {
      return otherObject ? undefined : { strength: 'strong', because: 'keyword-leading' };
    }
    if (closing.has(first) && !otherObject) return { strength: asking ? 'weak' : 'strong', because: 'keyword-closing' };
    return nearMiss(first, new Set([...leading, ...taught]), known);
  }
  return undefined;
};

/** What may come before or after a keyword that stands for itself. */
export interface PartsQuestion {
  /** As it was typed, capitals and all. */
  raw: string;
  /** The sentences of the message, each as its words. */
  parts: readonly (readonly string[])[];
  taught: ReadonlySet<string>;
  /** Whether a part is a greeting or thanks. */
  isCourtesy: (part: string) => boolean;
}

/** "Muchas gracias. BAJA": a keyword as the first or last sentence. Sure where the rest is courtesy or the word is in capitals, else a maybe. */
export const stopInParts = ({ raw, parts, taught, isCourtesy }: PartsQuestion): Keyword | undefined => {
  const whole = parts.map((part) => part.join(' ')).filter(Boolean);
  const isKeyword = (part: string) => leading.has(part) || (taught.has(part) && part.length >= NEAR_FROM);
  const found =
    whole.length > 1 ? [whole.at(-1), whole[0]].find((part) => part !== undefined && isKeyword(part)) : undefined;
  const inCapitals = (word: string) =>
    /\p{Ll}/u.test(raw) && new RegExp(`(?<!\\p{L})${word.toUpperCase()}(?!\\p{L})`, 'u').test(raw);
  if (found) {
    const isSure = inCapitals(found) || whole.every((part) => part === found || isCourtesy(part));
    return { strength: isSure ? 'strong' : 'weak', because: 'keyword-apart' };
  }
  // "BAJA Juan Pérez 12.345.678-9"
  const [first = ''] = parts[0] ?? [];
  const isLed = leading.has(first) && raw.trimStart().startsWith(first.toUpperCase()) && inCapitals(first);
  return isLed && !raw.includes('?') ? { strength: 'weak', because: 'keyword-first' } : undefined;
};
