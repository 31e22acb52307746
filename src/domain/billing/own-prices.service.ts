import { z } from 'zod';
import type { TenantTx } from '../../data/database';
import { localTime } from '../audience/local-time';
import type { Audit } from '../audit/audit.service';
import { ownPrices, setOwnPrice } from './charges.table';
import { payerOf } from './costs.service';
import { finely, type OwnPrice, rateCards } from './rate-cards';

const isPrice = (said: string): boolean => {
  try {
    return finely(said) >= 0;
  } catch {
    return false;
  }
};
const channels = Object.keys(rateCards.charged) as [string, ...string[]];

/** What was agreed on with one customer, in its own money: the same columns as rate-cards.yaml, one price each. */
export const pricesFile = z.strictObject({
  prices: z
    .array(
      z.strictObject({
        channel: z.enum(channels),
        category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION', '*']),
        /** Of whoever gets it, or `*`. */
        country: z.string().regex(/^([A-Z]{2}|\*)$/, 'two letters, or *'),
        /** Its first day, by the customer's calendar. */
        from: z.iso.date(),
        /** Per message, of SMS per part; `list`: the product's list again. */
        price: z.string().refine((said) => said === 'list' || isPrice(said), 'an amount like "13.5", or list'),
      }),
    )
    .min(1),
});
export type AgreedPrice = z.infer<typeof pricesFile>['prices'][number];

/** A customer's own prices. What was charged on days gone by is never priced anew. */
export class OwnPrices {
  constructor(
    private readonly audit: Audit,
    private readonly ports: {
      /** What a campaign waits for or has spent may be another amount now. */
      onChanged(tx: TenantTx): Promise<void>;
    },
  ) {}

  /** Those of one kind together, by day. */
  async list(tx: TenantTx): Promise<OwnPrice[]> {
    return (await ownPrices(tx)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** All of them or none; what stands for the same kind and day is replaced. @param by `system:operator` @throws when one would hold on a day that is over, or two on one day */
  async agree(tx: TenantTx, agreed: readonly AgreedPrice[], by: string, now: Date): Promise<void> {
    const { currency, zone } = await payerOf(tx);
    const { day: today } = localTime(now, zone);
    const seen = new Set<string>();
    for (const one of agreed) {
      const key = keyOf(one);
      if (one.from < today) throw new Error(`${key}: a price begins today (${today}) or later`);
      if (seen.has(key)) throw new Error(`${key}: two prices on one day`);
      seen.add(key);
    }
    for (const { price, ...one } of agreed)
      await setOwnPrice(tx, { ...one, currency, price: price === 'list' ? null : price });
    const detail = { currency, prices: agreed.map((one) => `${keyOf(one)} ${one.price}`).join(', ') };
    await this.audit.record(tx, { actor: by, act: 'account.prices', subject: `tenant:${tx.tenant}`, detail }, now);
    await this.ports.onChanged(tx);
  }
}

const keyOf = ({ channel, category, country, from }: Omit<OwnPrice, 'price' | 'currency'>): string =>
  [channel, category, country, from].join(' ');
