import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';
import { readWords } from '../words/read-words';

interface Written {
  phrases: [string, string][];
  weekdays: Record<string, number>;
  next: string;
  last: string;
  months: Record<string, number>;
  numbers: Record<string, number>;
  in: string;
  units: Record<string, number>;
  half: string;
  at: string;
  past: Record<string, number>;
  to: Record<string, number>;
  clock: string;
}

type Rule = [RegExp, (...groups: string[]) => string];

const MINUTES_A_DAY = 1440;
const any = (words: readonly string[]): string => [...words].sort((a, b) => b.length - a.length).join('|');
const edge = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}@#+:.!])(?:${source})(?![\\p{L}\\p{N}])`, 'gu');

const dateRules = (written: Written): Rule[] => {
  const months = any(Object.keys(written.months));
  const month = (name: string): number => written.months[name] ?? 0;
  const sign = (m: number, d: string, y?: string): string => ` @m${m}-${Number(d)}${y ? `-${y}` : ''} `;
  return [
    [edge('(\\d{4})-(\\d{1,2})-(\\d{1,2})'), (_, y = '', m = '', d = '') => sign(Number(m), d, y)],
    [edge('(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4})'), (_, d = '', m = '', y = '') => sign(Number(m), d, y)],
    [edge('(\\d{1,2})/(\\d{1,2})'), (_, d = '', m = '') => sign(Number(m), d)],
    [
      edge(`(\\d{1,2})(?:st|nd|rd|th|o)? (?:de |of |do )?(${months})(?:,? (?:de |del |do )?(\\d{4}))?`),
      (_, d = '', m = '', y) => sign(month(m), d, y),
    ],
    [
      edge(`(${months}) (\\d{1,2})(?:st|nd|rd|th)?(?!\\d|:)(?:,? (\\d{4}))?`),
      (_, m = '', d = '', y) => sign(month(m), d, y),
    ],
  ];
};

const timeRules = (written: Written): Rule[] => {
  const numbers = any(Object.keys(written.numbers));
  const value = (text: string): number => written.numbers[text] ?? Number(text);
  const units = Object.entries(written.units);
  const minutesOf = (unit: string): number =>
    units.find(([source]) => new RegExp(`^(?:${source})$`).test(unit))?.[1] ?? 1;
  const clock = (h: number, m: number, sure: boolean): string =>
    ` t${sure ? '!' : ''}${h}:${String(m).padStart(2, '0')} `;
  const lastly = (number: string, unit: string): string => {
    const minutes = value(number) * minutesOf(unit);
    return minutesOf(unit) >= MINUTES_A_DAY ? ` @d${minutes / MINUTES_A_DAY} ` : ` +${minutes} `;
  };
  const past = Object.entries(written.past);
  return [
    [edge(`(?:${written.in}) (?:${written.half})`), () => ' +30 '],
    [
      edge(`(?:${written.in}) (\\d{1,3}|${numbers}) (${any(units.map(([u]) => u))})`),
      (_, n = '', u = '') => lastly(n, u),
    ],
    [edge('half past (\\d{1,2})'), (_, h = '') => clock(Number(h), 30, false)],
    ...past.map(
      ([words, minutes]): Rule => [
        edge(`(?:(?:${written.at}) )?(\\d{1,2}|${numbers}) ${words}`),
        (_, h = '') => clock(value(h), minutes, false),
      ],
    ),
    [
      edge(`(?:(?:${written.at}) )?(\\d{1,2})[:.h](\\d{2})(?: ?(?:${written.clock}))?`),
      (_, h = '', m = '') => clock(Number(h), Number(m), h.startsWith('0') || Number(h) > 12),
    ],
    [
      edge(`(?:${written.at}) (\\d{1,2}|${numbers})(?: ?(?:${written.clock}))?`),
      (_, h = '') => clock(value(h), 0, false),
    ],
    [edge(`(\\d{1,2}) ?(?:${written.clock})`), (_, h = '') => clock(Number(h), 0, false)],
    [edge(`(\\d{1,2})(?= #)`), (_, h = '') => clock(Number(h), 0, false)],
  ];
};

const rulesOf = (written: Written): Rule[] => {
  const days = any(Object.keys(written.weekdays));
  const weekday =
    (sign: string) =>
    (_: string, name = ''): string =>
      ` @${sign}${written.weekdays[name] ?? 0} `;
  return [
    [/(\d{1,2}(?::\d{2})?) ?a\.? ?m\b\.?/gu, (_, t = '') => ` ${t} #am `],
    [/(\d{1,2}(?::\d{2})?) ?p\.? ?m\b\.?/gu, (_, t = '') => ` ${t} #pm `],
    ...written.phrases.map(([source, sign]): Rule => [edge(source), () => ` ${sign} `]),
    [edge(`(${days})(?:${written.last})|(?:${written.last})(${days})`), (_, a, b) => weekday('p')('', a ?? b)],
    [edge(`(?:${written.next})(${days})|(${days})(?:${written.next})`), (_, a, b) => weekday('n')('', a ?? b)],
    [edge(`(${days})`), weekday('w')],
    ...dateRules(written),
    ...timeRules(written),
  ];
};

const tables = readWords<Record<Language, Written>>('moments.yaml');
const RULES = Object.fromEntries(LANGUAGES.map((language) => [language, rulesOf(tables[language])])) as Record<
  Language,
  Rule[]
>;

/** Rewrites phrases of time as signs that are the same in every language: `manana a las 10` → `@d1 t10:00`. */
export const signsOf = (folded: string, language: Language): string[] => {
  let text = ` ${folded} `.replace(/\s+/g, ' ');
  for (const [pattern, sign] of RULES[language])
    text = text.replace(pattern, (...all) => sign(...(all as string[]))).replace(/ +/g, ' ');
  return (
    text.match(
      /@[dwnp]-?\d+|@m[\d-]+|(?<=^| )t!?\d+:\d+|#(?:am|pm|night|dawn)|\+\d+(?= )|(?<=^| )(?:now|midnight)(?= )/gu,
    ) ?? []
  );
};
