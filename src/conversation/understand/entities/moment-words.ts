import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';
import { readWords } from '../words/read-words';

/** What `words/moments.yaml` holds of one language; patterns are as described there. */
interface Written {
  phrases: [string, string][];
  weekdays: Record<string, number>;
  /** Words of other things too: days only in a text of that language. */
  own: Record<string, number>;
  moved: [string, string][];
  then: [string, string][];
  shifts: [string, number | 'N'][];
  months: Record<string, number>;
  numbers: Record<string, number>;
  tens: string[];
  joint: string;
  ordinals: Record<string, number>;
  of: string;
  in: string[];
  ago: string[];
  for: string[];
  units: Record<'minute' | 'hour' | 'day' | 'week' | 'month', string>;
  lengths: Record<string, number>;
  'and-half': string;
  and: string;
  at: string;
  clocks: [string, number | '+N' | '-N'][];
  clock: string;
  range: string;
  loose: string;
  'day-of-month': Record<'sure' | 'if-last' | 'after-hour' | 'or' | 'ends' | 'month' | 'other', string>;
  date: { order: 'dm' | 'md'; ends: string; year: string };
  /** Verbs that give a campaign another time. */
  'to-move': string;
  asides: string;
}

export interface MomentWords extends Written {
  /** Patterns of a number, of the hour of a day, of a day of the month, of a month. */
  number: string;
  hour: string;
  dayNumber: string;
  month: string;
  numberIn(number: string): number;
  monthOf(name: string): number;
}

/** "A 10" is no ten o'clock. */
const ARTICLES = new Set(['a', 'an', 'un', 'um', 'uno']);

const anyOf = (words: Iterable<string>): string => [...words].sort((a, b) => b.length - a.length).join('|');

const numbersOf = ({ numbers, tens, joint }: Written): Map<string, number> => {
  const all = new Map(Object.entries(numbers));
  const ones = Object.entries(numbers).filter(([, value]) => value < 10);
  for (const ten of tens) for (const [one, value] of ones) all.set(`${ten}${joint}${one}`, (numbers[ten] ?? 0) + value);
  return all;
};

const wordsOf = (written: Written): MomentWords => {
  const numbers = numbersOf(written);
  const values = new Map([...numbers].map(([word, value]) => [word.replace('[ -]', ' '), value]));
  const upTo = (most: number) => [...numbers].filter(([word, n]) => n <= most && !ARTICLES.has(word));
  const names = (all: [string, number][]) => anyOf(all.map(([word]) => word));
  const months = new Map(
    Object.entries(written.months).flatMap(([words, month]) => words.split('|').map((word) => [word, month])),
  );
  return {
    ...written,
    number: `\\d{1,3}|${anyOf(numbers.keys())}`,
    hour: `\\d{1,2}|${names(upTo(24))}`,
    dayNumber: `\\d{1,2}|${names([...upTo(31), ...Object.entries(written.ordinals)])}`,
    month: anyOf(months.keys()),
    numberIn: (number) =>
      values.get(number.replace('-', ' ')) ?? written.ordinals[number] ?? Number(number.replace(',', '.')),
    monthOf: (name) => months.get(name) ?? 0,
  };
};

const tables = readWords<Record<Language, Written>>('moments.yaml');
export const MOMENT_WORDS = Object.fromEntries(
  LANGUAGES.map((language) => [language, wordsOf(tables[language])]),
) as Record<Language, MomentWords>;
