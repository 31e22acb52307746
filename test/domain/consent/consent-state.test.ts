import fc from 'fast-check';
import { isGiven, type LedgerEntry } from '../../../src/domain/consent/consent-state';

const entry: fc.Arbitrary<LedgerEntry> = fc.record({
  act: fc.constantFrom('given' as const, 'withdrawn' as const),
  at: fc.integer({ min: 0, max: 5 }).map((hour) => new Date(hour * 3_600_000)),
  source: fc.constantFrom('person', 'import'),
});
const ledger = fc.array(entry, { maxLength: 7 });

describe('what the ledger permits', () => {
  it('when the same entries arrive in any order, then they permit the same', () => {
    fc.assert(
      fc.property(
        ledger.chain((entries) =>
          fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
        ),
        ([entries, shuffled]) => expect(isGiven(shuffled)).toBe(isGiven(entries)),
      ),
    );
  });

  it('T-CON-2: when the person has withdrawn, then nothing that somebody else records permits again', () => {
    fc.assert(
      fc.property(ledger, entry, (entries, theirs) => {
        const withdrawn = [...entries, { act: 'withdrawn' as const, at: new Date(6 * 3_600_000), source: 'person' }];
        expect(isGiven([...withdrawn, { ...theirs, source: 'import', at: new Date(9 * 3_600_000) }])).toBe(false);
      }),
    );
  });

  it('when yes and no were said at the same moment, then no wins; later, the person may say yes', () => {
    const at = new Date(0);
    const yes = { act: 'given' as const, source: 'person', at };
    const no = { act: 'withdrawn' as const, source: 'person', at };
    expect(isGiven([yes, no])).toBe(false);
    expect(isGiven([yes, no, { ...yes, at: new Date(1) }])).toBe(true);
  });

  it('when asked about an earlier moment, then later entries do not count', () => {
    const yes = { act: 'given' as const, source: 'import', at: new Date(1) };
    const no = { act: 'withdrawn' as const, source: 'person', at: new Date(5) };
    expect([isGiven([yes, no], new Date(0)), isGiven([yes, no], new Date(4)), isGiven([yes, no])]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
