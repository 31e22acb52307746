import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';
import { clockRules, halfDayRule, noCount } from './clock-rules';
import { type Length, lengthPattern, lengthReader } from './lengths';
import { MARKS } from './moment-marks';
import { DAY, END, edge, type Rule, written } from './moment-patterns';
import { MOMENT_WORDS, type MomentWords } from './moment-words';

const phraseRules = (words: MomentWords): Rule[] =>
  words.phrases.map(([source, signs]) => ({ source: written(source, words), say: () => signs }));

const lengthSign = (length: Length, back: boolean): string => {
  if ('minutes' in length) return `${back ? '-' : '+'}${length.minutes}`;
  return 'days' in length ? `@d${back ? -length.days : length.days}` : `@a${back ? -length.months : length.months}`;
};

const lengthRules = (words: MomentWords): Rule[] => {
  const pattern = (around: string): string => around.replace('%', `(${lengthPattern(words)})`);
  const read = lengthReader(words);
  return [
    ...words.ago.map((around): Rule => ({ source: pattern(around), say: ([, is = '']) => lengthSign(read(is), true) })),
    ...words.in.map((around): Rule => ({ source: pattern(around), say: ([, is = '']) => lengthSign(read(is), false) })),
    // how long something lasts says nothing of when
    ...words.for.map((around): Rule => ({ source: pattern(around), say: () => '' })),
  ];
};

const dayRules = (words: MomentWords): Rule[] => [
  ...Object.entries(words.weekdays).map(([source, day]): Rule => ({ source, say: () => `@w${day}` })),
  ...Object.entries(words.own).map(
    ([source, day]): Rule => ({ source: written(source, words), say: () => `@w${day}`, own: true }),
  ),
  ...words.moved.map(
    ([source, kind]): Rule => ({
      source: written(source, words),
      say: ([, ...groups], signOf) => {
        const sign = signOf(groups.find((group) => group !== undefined) ?? '');
        return sign.startsWith('@w') ? sign.replace('w', kind) : undefined;
      },
    }),
  ),
];

const dateRules = (words: MomentWords): Rule[] => {
  const { date, dayNumber, month, numberIn, monthOf } = words;
  const sign = (m: number, d: number, y = ''): string => `@m${m}-${d}${y && `-${y.length === 2 ? `20${y}` : y}`}`;
  const numeric = (a: number, b: number, y?: string): string => {
    if (date.order === 'dm' || a > 12) return sign(b, a, y);
    // in English either country's order may be meant
    return b > 12 || a === b ? sign(a, b, y) : '@?';
  };
  const named = `(?:${words.of})?`;
  return [
    { source: '(\\d{4})-(\\d{1,2})-(\\d{1,2})', say: ([, y, m, d]) => sign(Number(m), Number(d), y) },
    {
      source: '(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4}|\\d{2})',
      say: ([, a, b, y]) => numeric(Number(a), Number(b), y),
    },
    { source: '(\\d{1,2})/(\\d{1,2})', say: ([, a, b]) => numeric(Number(a), Number(b)) },
    {
      source: `(${dayNumber})${date.ends} ${named}(${month})\\.?(?:(?:${date.year})(\\d{4}))?`,
      say: ([, d = '', m = '', y]) => sign(monthOf(m), numberIn(d), y),
    },
    {
      source: `(${month})\\.? (?:the )?(${dayNumber})${date.ends}(?![h:])(?:(?:${date.year})(\\d{4}))?`,
      say: ([, m = '', d = '', y]) => sign(monthOf(m), numberIn(d), y),
    },
  ];
};

const IS_DAY = new RegExp(DAY);

const shiftRules = (words: MomentWords): Rule[] => [
  // "the third Friday of December" is beyond this grammar
  { source: `${DAY} (?:${words.of})(?:${words.month})(?! \\d)`, say: ([, day]) => `${day} @!` },
  ...words.then.map(([source, sign]): Rule => ({ source: written(source, words), say: ([, day]) => `${day} ${sign}` })),
  ...words.shifts.map(
    ([source, days]): Rule => ({
      source: written(source, words),
      say: ([, ...groups]) => {
        const found = groups.filter((group) => group !== undefined);
        const day = found.find((group) => IS_DAY.test(group)) ?? '';
        const weeks = words.numberIn(found.find((group) => group !== day) ?? '');
        return `${day} >${days === 'N' ? weeks * 7 : days}`;
      },
    }),
  ),
];

const dayNumberRules = (words: MomentWords): Rule[] => {
  const { sure, ends, month, other, or, 'if-last': ifLast, 'after-hour': afterHour } = words['day-of-month'];
  const { dayNumber, numberIn } = words;
  const sign = ([, d = '']: readonly (string | undefined)[]): string => `@h${numberIn(d)}`;
  const maybe = ends && `${ends}?`;
  const before = [sure, ifLast].filter(Boolean).join('|');
  const number = `(?:${before}) \\d{1,2}${maybe}`;
  return [
    // "the 24th or the 25th" is still to be settled
    { source: `${number} (?:${or}) (?:(?:${before}) )?\\d{1,2}${maybe}`, say: () => '@?' },
    { source: `(?:${before}) (${dayNumber})${maybe}(?:${other})`, say: () => '@?' },
    {
      source: `([${MARKS.time}](?: ?[${MARKS.part}])?) (?:${afterHour}) (${dayNumber})${maybe}(?![h:])`,
      say: ([, hour = '', d = '']) => `${hour} @h${numberIn(d)}`,
    },
    { source: `(?:${before}) (${dayNumber})${maybe}(?:${month})`, say: sign },
    {
      source: `${DAY},? (?:el |the |dia |o dia )?(${dayNumber})${maybe}${END}`,
      say: ([, day = '', d = ''], signOf) => (/^@[wn]/.test(signOf(day)) ? `${day} @h${numberIn(d)}` : undefined),
    },
    { source: `(?:${sure}) (${dayNumber})${maybe}`, say: sign },
    ...(ifLast ? [{ source: `(?:${ifLast}) (${dayNumber})${ends}${END}`, say: sign }] : []),
    // perhaps a day, perhaps not: beside an hour it is asked
    {
      source: `${DAY},? (?:el |the |dia |o dia )?\\d{1,2}${ends}${noCount(words)}(?! ?[${MARKS.any}])`,
      say: ([, day]) => `${day} @!`,
    },
    { source: `(?:${before}) \\d{1,2}${ends}${noCount(words)}`, say: () => '@?' },
  ];
};

/** Rules that are tried one after the other, where any of them fits at all. */
export interface Group {
  any: RegExp;
  rules: readonly (Pick<Rule, 'say'> & { pattern: RegExp })[];
}

const grouped = (rules: readonly Rule[]): Group => ({
  any: edge(rules.map(({ source }) => source).join('|'), ''),
  rules: rules.map(({ source, say }) => ({ pattern: edge(source), say })),
});

const groupsOf = (words: MomentWords, isOwn: boolean): Group[] =>
  [
    [halfDayRule(words)],
    lengthRules(words),
    phraseRules(words),
    dayRules(words),
    dateRules(words),
    shiftRules(words),
    clockRules(words),
    dayNumberRules(words),
  ].map((rules) => grouped(rules.filter(({ own }) => isOwn || !own)));

const all = (isOwn: boolean) =>
  Object.fromEntries(LANGUAGES.map((language) => [language, groupsOf(MOMENT_WORDS[language], isOwn)])) as Record<
    Language,
    Group[]
  >;

/** How each language says moments; of two rules that fit, the earlier. */
export const RULES = all(true);
/** The same in a text of another language. */
export const BORROWED = all(false);
