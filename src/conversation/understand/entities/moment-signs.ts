import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';
import { kindOf, Marks } from './moment-marks';
import { BORROWED, type Group, RULES } from './moment-rules';

/** Patterns need not know every alphabet, and are several times quicker without: other letters are some letter, the rest a blank. */
const inAscii = (folded: string): string =>
  folded.replace(/[\u2010-\u2015]/g, '-').replace(/[^ -~]/gu, (other) => (/[\p{L}\p{N}]/u.test(other) ? 'z' : ' '));

/**
 * Rewrites phrases of time as signs that are the same in every language: `manana a las 10` → `@d1 t10:00`.
 * The first language is the writer's; the others fill in what it did not say ("tomorrow a las 10").
 */
export const signsOf = (folded: string, languages: readonly Language[]): string[] => {
  const marks = new Marks();
  let text = ` ${inAscii(folded)} `
    .replace(/\s+/g, ' ')
    .replace(/ q(?= )/g, ' que')
    .replace(/(\d{4}-\d\d-\d\d)t(?=\d\d:)/g, '$1 ');
  [...new Set([...languages, ...LANGUAGES])].forEach((language, at) => {
    const taken = new Set(marks.in(text).map(kindOf));
    for (const { any, rules } of at === 0 ? RULES[language] : BORROWED[language]) {
      if (any.test(text)) for (const rule of rules) text = applied(rule, text, marks, taken);
    }
  });
  return marks.in(text);
};

const applied = (
  { pattern, say }: Group['rules'][number],
  text: string,
  marks: Marks,
  taken: ReadonlySet<string>,
): string => {
  const signOf = (mark: string): string => marks.signOf(mark);
  const found = text.replace(pattern, (...all) => {
    const groups = all.slice(
      0,
      all.findIndex((one) => typeof one === 'number'),
    );
    const said = say(groups, signOf)?.split(' ');
    if (!said || marks.isFull) return all[0];
    const isNew = (part: string): boolean => !marks.signOf(part) && part !== '';
    if (said.some((part) => isNew(part) && taken.has(kindOf(part)))) return all[0];
    return ` ${said.map((part) => (isNew(part) ? marks.of(part) : part)).join(' ')} `;
  });
  return found === text ? text : found.replace(/ +/g, ' ');
};
