import type { TenantTx } from '../data/database';
import { costs } from '../domain/billing/costs.service';
import type { Services } from '../services';

/** What sending costs, bound to a turn. */
export const bindCosts = (tx: TenantTx, now: Date): Services['costs'] => ({
  estimate: (campaign) => costs.estimate(tx, campaign, now),
  actual: (campaign) => costs.actual(tx, campaign),
  month: () => costs.month(tx, now),
});
