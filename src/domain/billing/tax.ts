/** A sum as a paper says it: whole units of its currency's smallest, no fraction anywhere. */
export interface Sum {
  net: number;
  exempt: number;
  tax: number;
  total: number;
}

/** Tax on the whole net sum, rounded half up once (law-and-rules B-4). Without a percentage all of it is exempt. A negative sum is the same, given back. */
export function taxed(amount: number, percent: number): Sum {
  if (percent === 0) return { net: 0, exempt: amount, tax: 0, total: amount };
  const hundredths = Math.round(percent * 100); // of a percent: whole numbers alone from here
  const size = Number((BigInt(Math.abs(amount)) * BigInt(hundredths) * 2n + 10_000n) / 20_000n);
  const tax = size === 0 ? 0 : Math.sign(amount) * size;
  return { net: amount, exempt: 0, tax, total: amount + tax };
}
