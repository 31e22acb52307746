import type { Answer } from './answer';
import { isFound } from './same-thing';

/** Shares over the lines that say what is named in them; null where none does. */
export interface EntityFigures {
  /** Lines in which everything was found as written. */
  exact: number | null;
  /** Single things that were found, of all that are named. */
  partial: number | null;
}

/** Compares what was found with what the lines say is named in them. */
export const entityFigures = (answers: readonly Answer[]): EntityFigures => {
  const named = answers.filter(({ line }) => Object.keys(line.entities).length > 0);
  if (named.length === 0) return { exact: null, partial: null };
  const found = named.map((answer) => {
    const wanted = Object.entries(answer.line.entities);
    return { of: wanted.length, found: wanted.filter(([key, value]) => isFound(key, value, answer)).length };
  });
  const all = found.reduce((sum, { of }) => sum + of, 0);
  return {
    exact: found.filter((one) => one.found === one.of).length / found.length,
    partial: all === 0 ? null : found.reduce((sum, one) => sum + one.found, 0) / all,
  };
};
