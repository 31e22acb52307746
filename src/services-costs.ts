/** In the smallest unit of its currency: cents, or pesos where there are none. */
export interface Money {
  amount: number;
  currency: string;
}
export interface CostView {
  total: Money;
  /** The most first. country: of whom it goes to; empty: of people who were erased since. */
  lines: readonly { channel: string; country: string; messages: number; cost: Money }[];
}

export interface CostVerbs {
  /** What a campaign would cost at its hour, by who can be written to now. `undefined`: no price is known. @throws CAMPAIGN_NOT_FOUND */
  estimate(campaign: string): Promise<CostView | undefined>;
  /** What it has cost so far: what arrived, or was taken, as its channel is charged. @throws CAMPAIGN_NOT_FOUND */
  actual(campaign: string): Promise<CostView | undefined>;
  /** What left this month, by the company's calendar, and what it lets itself spend. */
  month(): Promise<{ cost: CostView | undefined; ceiling?: Money }>;
}
