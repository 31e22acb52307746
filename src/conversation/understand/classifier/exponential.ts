const LEAST = -40;
/** 2⁰, 2⁻¹, 2⁻² …: exact. */
const HALVES = Float64Array.from({ length: 64 }, (_, at) => 1 / 2 ** at);

/**
 * eˣ for x ≤ 0 by sums and products alone, to seven digits: `Math.exp` may differ in its last bits
 * between machines, and what is learnt from it step by step would drift apart.
 */
const exponential = (x: number): number => {
  if (x < LEAST) return 0;
  const halvings = Math.round(-x / Math.LN2);
  const r = x + halvings * Math.LN2;
  return (
    (1 + r * (1 + (r / 2) * (1 + (r / 3) * (1 + (r / 4) * (1 + (r / 5) * (1 + r / 6)))))) * (HALVES[halvings] as number)
  );
};

/** Turns scores into shares of belief that add up to one, in place. */
export const toShares = (scores: Float64Array): void => {
  let top = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > top) top = score;
  let sum = 0;
  for (let at = 0; at < scores.length; at += 1) {
    const share = exponential((scores[at] as number) - top);
    scores[at] = share;
    sum += share;
  }
  for (let at = 0; at < scores.length; at += 1) scores[at] = (scores[at] as number) / sum;
};
