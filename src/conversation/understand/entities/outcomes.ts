import { readWords } from '../words/read-words';
import type { Outcome } from './found';

const words = readWords<Record<Outcome, string[]>>('outcomes.yaml');
const OUTCOMES = Object.entries(words).map(
  ([outcome, patterns]) =>
    [outcome as Outcome, new RegExp(`(?<![a-z0-9])(?:${patterns.join('|')})(?![a-z0-9])`)] as const,
);

/** Whom of an earlier campaign a folded text means. */
export const outcomeIn = (folded: string): Outcome | undefined =>
  OUTCOMES.find(([, pattern]) => pattern.test(folded))?.[0];
