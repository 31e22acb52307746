import fc from 'fast-check';
import { levelOf } from '../../../src/domain/billing/credit-level';
import { type Counts, recounted } from '../../../src/domain/billing/recount';
import { taxed } from '../../../src/domain/billing/tax';

describe('T-BILL-2: tax on a sum', () => {
  it.each([
    [100, 19, 119],
    [1_234_567, 234_568, 1_469_135],
    [50, 10, 60],
    [3, 1, 4],
    [0, 0, 0],
    [-50, -10, -60],
  ])('when %d is net, then the tax is %d and the total %d', (net, tax, total) => {
    expect(taxed(net, 19)).toEqual({ net, exempt: 0, tax, total });
  });

  it('when there is none, then all of it is exempt', () => {
    expect(taxed(1_000, 0)).toEqual({ net: 0, exempt: 1_000, tax: 0, total: 1_000 });
  });

  it('when any sum is taxed, then it is whole, within half of the exact one, and its negative is the same given back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), fc.constantFrom(19, 10.5, 0.01), (net, percent) => {
        const { tax, total } = taxed(net, percent);
        expect(Number.isSafeInteger(total)).toBe(true);
        expect(Math.abs(tax - (net * percent) / 100)).toBeLessThanOrEqual(0.5001);
        expect(taxed(-net, percent).total).toBe(0 - total);
      }),
    );
  });
});

describe('counting a day again', () => {
  const counts = fc
    .uniqueArray(fc.tuple(fc.constantFrom('CL', 'BR', ''), fc.integer({ min: 0, max: 9 })), { selector: ([of]) => of })
    .map((all) => new Map(all.map(([of, n]): [string, Counts] => [of, { messages: n, units: n }])));
  const sum = (all: ReadonlyMap<string, Counts>) => [...all.values()].reduce((of, one) => of + one.messages, 0);

  it('when messages say anything, then the sum is theirs and nothing is below nought', () => {
    fc.assert(
      fc.property(counts, counts, (found, before) => {
        const next = recounted(found, before);
        expect(sum(next)).toBe(sum(found));
        expect([...next.values()].every(({ messages }) => messages >= 0)).toBe(true);
      }),
    );
  });

  it('when somebody was erased since, then they stay counted where they were', () => {
    const before = new Map([['CL', { messages: 5, units: 5 }]]);
    const found = new Map([
      ['CL', { messages: 4, units: 4 }],
      ['', { messages: 1, units: 1 }],
    ]);
    expect(recounted(found, before).get('CL')).toEqual({ messages: 5, units: 5 });
    expect(recounted(found, before).get('')).toEqual({ messages: 0, units: 0 });
  });
});

it.each([
  [1_000, 'ok'],
  [201, 'ok'],
  [200, 'low'],
  [50, 'last'],
  [0, 'over'],
  [-1, 'over'],
])('when %d of 1,000 is left, then the credit is %s', (left, level) => {
  expect(levelOf(left, 1_000)).toBe(level);
});
