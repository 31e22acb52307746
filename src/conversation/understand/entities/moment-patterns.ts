import { MARKS } from './moment-marks';
import type { MomentWords } from './moment-words';

/** A pattern and what its groups say: signs and marks, apart by blanks; undefined where it is left as it stands. */
export interface Rule {
  source: string;
  say(groups: readonly (string | undefined)[], signOf: (mark: string) => string): string | undefined;
  /** Only in a text of this language. */
  own?: true;
}

/** Words alone: no part of a longer word, number, percentage or amount. */
export const edge = (source: string, flags = 'g'): RegExp =>
  new RegExp(`(?<![a-z0-9@#$%/+-]|\\d[.,:])(?:${source})(?![a-z0-9]|[.,:/]\\d| ?%)`, flags);

/** A day that was read already. */
export const DAY = `([${MARKS.day}])`;
/** What may stand behind a number that is no count of things. */
export const END = `(?= *(?:$|[,.;:!?)]|[${MARKS.any}]))`;

/** The patterns of the words file with its capital letters written out. */
export const written = (source: string, words: MomentWords): string =>
  source
    .replace(/\bH\b/g, `(${words.hour})`)
    .replace(/\bN\b/g, `(${words.number})`)
    .replace(/\bA\b/g, `(?:${words.at})`)
    .replace(/\bT\b/g, `[${MARKS.time}]`)
    .replace(/[%W]/g, DAY);
