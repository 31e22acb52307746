import { readWords } from '../words/read-words';
import type { Pace } from './found';

const words = readWords<Record<Pace, string[]>>('paces.yaml');
const PACES = Object.entries(words).map(
  ([pace, patterns]) =>
    [pace as Pace, new RegExp(`(?<![a-z0-9@_])(?:${patterns.join('|')})(?![a-z0-9@_])`, 'g')] as const,
);

/** How something is to go out, as a folded text says it: what takes it back wins. */
export const paceIn = (folded: string): Pace | undefined => {
  const said = PACES.filter(([, pattern]) => folded.search(pattern) >= 0).map(([pace]) => pace);
  return said.includes('once') ? 'once' : said[0];
};

/** Without those words, which hold hours and numbers that are no moment. */
export const withoutPace = (folded: string): string =>
  PACES.reduce((text, [, pattern]) => text.replace(pattern, (found) => '_'.repeat(found.length)), folded);
