import type { Answer } from './answer';

/** Shares over the lines that say what is named in them; null where none does. */
export interface EntityFigures {
  /** Lines in which everything was found as written. */
  exact: number | null;
  /** Single things that were found, of all that are named. */
  partial: number | null;
}

const folded = (value: unknown): string =>
  String(value)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s().-]/g, '');

/** Compares what was found with what the lines say is named in them. */
export const entityFigures = (answers: readonly Answer[]): EntityFigures => {
  const named = answers.filter(({ line }) => Object.keys(line.entities).length > 0);
  if (named.length === 0) return { exact: null, partial: null };
  const found = named.map(({ line, heard }) => {
    const values = new Set(Object.values(heard.slots).map(folded));
    const wanted = Object.values(line.entities);
    return { of: wanted.length, found: wanted.filter((value) => values.has(folded(value))).length };
  });
  const all = found.reduce((sum, { of }) => sum + of, 0);
  return {
    exact: found.filter((one) => one.found === one.of).length / found.length,
    partial: all === 0 ? null : found.reduce((sum, one) => sum + one.found, 0) / all,
  };
};
