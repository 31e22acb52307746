/** What was said about one line: the likeliest intent, and how sure it is. */
export interface Guess {
  intent: string;
  score: number;
}
export interface Scored extends Guess {
  right: boolean;
}

/** Points of accuracy that may be lost on validation lines for hearing what lies outside. */
const COST = 0.02;

const share = <T>(all: readonly T[], that: (one: T) => boolean): number => all.filter(that).length / all.length;
export const accuracy = (answers: readonly Scored[]): number => share(answers, ({ right }) => right);

/** The score below which two in a hundred validation lines, understood before, are refused. */
const threshold = (validation: readonly Scored[]): number => {
  const right = validation.filter((answer) => answer.right).map(({ score }) => score);
  return right.sort((a, b) => a - b)[Math.floor(validation.length * COST)] ?? 0;
};

/** Share of outside lines refused at that threshold. */
export const refused = (validation: readonly Scored[], outside: readonly Guess[]): number => {
  const least = threshold(validation);
  return share(outside, ({ score }) => score < least);
};

/** How often a line inside scores above one outside, equals counting half. */
export const auroc = (inside: readonly Guess[], outside: readonly Guess[]): number => {
  const sorted = outside.map(({ score }) => score).sort((a, b) => a - b);
  const before = (score: number, orEqual: boolean): number => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const value = sorted[middle] as number;
      if (value < score || (orEqual && value === score)) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  const sum = inside.reduce((all, { score }) => all + before(score, false) + before(score, true), 0);
  return sum / (2 * inside.length * outside.length);
};
