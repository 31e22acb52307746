import fc from 'fast-check';
import { priceOf as smsPrice } from '../../../adapters/sms/gsm';
import {
  type Card,
  checked,
  currencyOf,
  finely,
  type OwnPrice,
  priceOf,
  type RateCards,
  rateCards,
} from '../../../src/domain/billing/rate-cards';
import { smsParts } from '../../../src/domain/campaigns/sms-parts';

const dayOf = (at: number): string => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
const asCards = (cards: readonly Card[]): RateCards => ({ ...rateCards, cards });
const common = { currency: 'CLP', channel: 'whatsapp', category: 'MARKETING' };
/** Cards one after the other from these days on; the last one holds for ever. */
const chain = (days: readonly number[]): Card[] =>
  days.map((day, at) => {
    const next = days[at + 1];
    const prices = { CL: String(at + 1), '*': String(at + 101) };
    return { ...common, from: dayOf(day), ...(next !== undefined && { until: dayOf(next) }), prices };
  });
const someDays = fc
  .uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 5 })
  .map((days) => days.sort((a, b) => a - b));

describe('a price list', () => {
  it('when its cards follow each other, then every day from its first has exactly one price, whatever their order in the file', () => {
    fc.assert(
      fc.property(someDays, fc.nat({ max: 500 }), fc.boolean(), (days, on, isReversed) => {
        const cards = isReversed ? chain(days).reverse() : chain(days);
        const list = checked(asCards(cards));
        const last = days.filter((day) => day <= on).length;
        const price = (country: string) => priceOf({ ...common, country, day: dayOf(on) }, [], list);
        expect(price('CL')).toBe(last === 0 ? undefined : last * 10_000);
        expect(price('AR')).toBe(last === 0 ? undefined : (last + 100) * 10_000);
      }),
    );
  });

  it('when a day between two cards has no price or two, then the list is refused', () => {
    fc.assert(
      fc.property(
        someDays.filter((days) => days.length > 1),
        fc.constantFrom(-1, 1),
        (days, shift) => {
          const cards = chain(days);
          const [first] = cards as [Card];
          const until = dayOf((days[1] as number) + shift);
          fc.pre(until > first.from);
          expect(() => checked(asCards([{ ...first, until }, ...cards.slice(1)]))).toThrow(/no price|two prices/);
        },
      ),
    );
  });

  it.each([
    ['ends before it begins', { from: '2026-02-01', until: '2026-01-01', prices: { '*': '1' } }],
    ['says nothing of other countries', { from: '2026-02-01', prices: { CL: '1' } }],
    ['has a price that is none', { from: '2026-02-01', prices: { '*': '-1' } }],
    ['has more digits than are counted', { from: '2026-02-01', prices: { '*': '0.00001' } }],
  ])('when a card %s, then the list is refused', (_, card) => {
    expect(() => checked(asCards([{ ...common, ...card }]))).toThrow();
  });

  it('when an amount is read, then nothing of it is lost', () => {
    fc.assert(
      fc.property(fc.nat(), (tenThousandths) => {
        const written = (tenThousandths / 10_000).toFixed(4);
        expect(finely(written)).toBe(tenThousandths);
      }),
    );
  });

  it('when a customer has prices of its own, then the closest of them that holds comes first, and only in its money', () => {
    const own = (price: string, more: Partial<OwnPrice> = {}): OwnPrice => ({
      ...common,
      country: '*',
      from: '2026-01-01',
      price,
      ...more,
    });
    const prices = [
      own('5'),
      own('7', { country: 'CL' }),
      own('6', { country: 'CL', from: '2026-06-01' }),
      own('1', { currency: 'USD', country: 'CL' }),
    ];
    const at = (country: string, day: string) => priceOf({ ...common, country, day }, prices);
    expect([at('CL', '2026-05-31'), at('CL', '2026-06-01'), at('BR', '2026-06-01')]).toEqual([70_000, 60_000, 50_000]);
    expect(at('CL', '2025-12-31')).toBeUndefined();
  });

  it('when a message of any channel leaves in any money of ours, then its price is known', () => {
    const pays = ['CL', 'BR', 'US', 'PE'].map((country) => currencyOf(country));
    expect(pays).toEqual(['CLP', 'BRL', 'USD', 'USD']);
    for (const currency of pays)
      for (const channel of ['whatsapp', 'sms', 'email'])
        for (const category of ['MARKETING', 'UTILITY', 'AUTHENTICATION'])
          for (const country of ['CL', 'BR', 'US', 'DE', ''])
            expect(priceOf({ currency, channel, category, country, day: '2026-12-01' })).toBeGreaterThan(0);
  });
});

describe('the parts of an SMS', () => {
  it('when any text is sent, then as many are paid as the carrier is given', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 500, unit: 'grapheme' }),
      fc.string({ maxLength: 500, unit: fc.constantFrom(...'aé€[á ñ😀') }),
    );
    fc.assert(
      fc.property(text, (words) => {
        expect(smsParts(words)).toBe(smsPrice(words).segments);
      }),
    );
    expect([smsParts('a'.repeat(160)), smsParts('á'.repeat(71)), smsParts('')]).toEqual([1, 2, 1]);
  });
});
