import type { Language } from '../../../intent';
import { MOMENT_WORDS, type MomentWords } from './moment-words';

/** A length of time: of the clock in minutes, of the calendar in days or months. */
export type Length = { minutes: number } | { days: number } | { months: number };

/** The pattern of a length in one language, without groups. */
export const lengthPattern = (words: MomentWords): string => {
  const { units, number } = words;
  const any = `${units.minute}|${units.hour}|${units.day}|${units.week}|${units.month}`;
  const more = ` (?:${words['and-half']})| ?(?:${words.and})?(?:\\d{1,2}|${number}) ?(?:${units.minute})`;
  return (
    `(?:${Object.keys(words.lengths).join('|')}|\\d{1,2}h\\d{2}|` +
    `(?:\\d{1,3}[.,]\\d{1,2}|${number}) ?(?:${any})(?:${more})?)(?![a-z0-9])`
  );
};

/** Reads what that pattern found. */
export const lengthReader = (words: MomentWords): ((text: string) => Length) => {
  const { units, number, numberIn } = words;
  const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`);
  const fixed = Object.entries(words.lengths).map(([source, minutes]) => [whole(source), minutes] as const);
  const parts = new RegExp(
    `^(\\d{1,3}[.,]\\d{1,2}|${number}) ?([a-z]+)(?: (${words['and-half']})| ?(?:${words.and})?(\\d{1,2}|${number}) ?(?:${units.minute}))?$`,
  );
  const minute = whole(units.minute);
  const hour = whole(units.hour);
  const week = whole(units.week);
  const month = whole(units.month);
  return (text) => {
    const named = fixed.find(([pattern]) => pattern.test(text));
    if (named) return { minutes: named[1] };
    const short = /^(\d{1,2})h(\d{2})$/.exec(text);
    if (short) return { minutes: Number(short[1]) * 60 + Number(short[2]) };
    const [, first = '', unit = '', half, rest] = parts.exec(text) ?? [];
    const count = numberIn(first) + (half ? 0.5 : 0);
    if (month.test(unit)) return { months: Math.ceil(count) };
    if (week.test(unit)) return { days: Math.round(count * 7) };
    const minutes = count * (minute.test(unit) ? 1 : 60) + (rest ? numberIn(rest) : 0);
    return minute.test(unit) || hour.test(unit) ? { minutes: Math.round(minutes) } : { days: Math.ceil(count) };
  };
};

const DAY = 1440;
const MONTH = 30;
const readers = new Map<Language, { pattern: RegExp; read: (text: string) => Length }>();

const readerOf = (language: Language) => {
  const words = MOMENT_WORDS[language];
  const found = readers.get(language) ?? {
    pattern: new RegExp(`(?<![a-z0-9:.,])(?:${lengthPattern(words)})`, 'g'),
    read: lengthReader(words),
  };
  readers.set(language, found);
  return found;
};

/** Lengths of time in a folded text, in minutes. */
export const lengthsIn = (folded: string, language: Language): number[] => {
  const { pattern, read } = readerOf(language);
  return [...folded.matchAll(pattern)].map(([found]) => {
    const length = read(found);
    if ('minutes' in length) return length.minutes;
    return 'days' in length ? length.days * DAY : length.months * MONTH * DAY;
  });
};
