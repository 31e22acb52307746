/** What is charged of one kind: messages, and what they are paid in (of SMS their parts). */
export interface Counts {
  messages: number;
  units: number;
}
export type ByCountry = ReadonlyMap<string, Counts>;

/**
 * Of one day, channel and category: what its messages say now, laid over what was counted before. The sum is always theirs. Somebody who was erased since
 * has no country any more, and stays counted where they were; '' holds those of whom none was ever known.
 */
export function recounted(found: ByCountry, before: ByCountry): ByCountry {
  const messages = spread(of(found, 'messages'), of(before, 'messages'));
  const units = spread(of(found, 'units'), of(before, 'units'));
  return new Map(
    [...messages].map(([country, count]) => [country, { messages: count, units: units.get(country) ?? 0 }]),
  );
}

type Figures = Map<string, number>;

const of = (counts: ByCountry, key: keyof Counts): Figures =>
  new Map([...counts].map(([country, one]) => [country, one[key]]));
const sum = (figures: Figures): number => [...figures.values()].reduce((all, one) => all + one, 0);

function spread(found: Figures, before: Figures): Figures {
  const known = [...new Set([...found.keys(), ...before.keys()])].filter((country) => country !== '');
  const next: Figures = new Map(
    known.map((country) => [country, Math.max(found.get(country) ?? 0, before.get(country) ?? 0)]),
  );
  let over = sum(next) - sum(found);
  next.set('', Math.max(0, -over));
  // Charged otherwise than it seemed: taken from where there is most, down to what is still found there.
  for (const [country, count] of [...next].toSorted((a, b) => b[1] - a[1])) {
    const less = Math.min(Math.max(0, over), count - (found.get(country) ?? 0));
    if (country === '' || less <= 0) continue;
    next.set(country, count - less);
    over -= less;
  }
  return next;
}
