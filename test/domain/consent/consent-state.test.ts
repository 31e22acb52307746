import fc from 'fast-check';
import { isGiven, type LedgerEntry, pendingDays, stateOf } from '../../../src/domain/consent/consent-state';

const hour = (at: number): Date => new Date(at * 3_600_000);
const acts = ['given', 'renewed', 'withdrawn', 'expired', 'pending', 'declined', 'needs_reconfirmation'] as const;
const entry = fc.record({
  act: fc.constantFrom(...acts),
  at: fc.integer({ min: 0, max: 5 }).map(hour),
  source: fc.constantFrom('person', 'import'),
  proven: fc.boolean(),
  until: fc.option(fc.integer({ min: 1, max: 8 }).map(hour)),
});
const ledger = fc.array(entry, { maxLength: 7 });
const moment = fc.option(fc.integer({ min: 0, max: 9 }).map(hour), { nil: undefined });

const given = (at: number, source = 'import'): LedgerEntry => ({ act: 'given', at: hour(at), source });
const withdrawn = (at: number): LedgerEntry => ({ act: 'withdrawn', at: hour(at), source: 'person' });
const anew = (at: number): LedgerEntry => ({ act: 'needs_reconfirmation', at: hour(at), source: 'new_holder' });

describe('what the ledger permits', () => {
  it('when the same entries arrive in any order, then they say the same, at any moment', () => {
    fc.assert(
      fc.property(
        ledger.chain((entries) =>
          fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
        ),
        moment,
        ([entries, shuffled], at) => expect(stateOf(shuffled, at)).toBe(stateOf(entries, at)),
      ),
    );
  });

  it('T-CON-2: when the person has withdrawn, then nothing that somebody else records permits again, whatever its date', () => {
    fc.assert(
      fc.property(ledger, entry, fc.integer({ min: 0, max: 20 }), (entries, theirs, at) => {
        const left = [...entries, withdrawn(6)];
        expect(isGiven([...left, { ...theirs, act: 'given', source: 'import', at: hour(at) }])).toBe(false);
      }),
    );
  });

  it('T-CON-2: when a new holder is to confirm anew, then a list permits nothing either; their own later yes does', () => {
    expect(stateOf([given(1), anew(3)])).toBe('needs_reconfirmation');
    expect(isGiven([given(1), anew(3), given(4)])).toBe(false);
    expect(isGiven([given(1), anew(3), given(3, 'person')])).toBe(false);
    expect(isGiven([given(1), anew(3), given(4, 'person')])).toBe(true);
  });

  it('T-CON-1: when a yes has no proof, then it permits nothing, and no other act without a yes does', () => {
    expect(stateOf([{ ...given(1), proven: false }])).toBe('unproven');
    fc.assert(
      fc.property(ledger, moment, (entries, at) => {
        const without = entries.filter((one) => !(['given', 'renewed'].includes(one.act) && one.proven));
        expect(isGiven(without, at)).toBe(false);
      }),
    );
  });

  it('when yes and no were said at the same moment, then no wins; later, the person may say yes', () => {
    const [yes, no] = [given(0, 'person'), withdrawn(0)];
    expect(stateOf([yes, no])).toBe('withdrawn');
    expect(stateOf([yes, no, { ...yes, act: 'renewed', at: hour(1) }])).toBe('given');
  });

  it('when asked about an earlier moment, then later entries do not count', () => {
    const entries = [given(1), withdrawn(5), { ...given(8, 'person'), act: 'renewed' as const }];
    expect([0, 4, 5, 7, 8].map((at) => stateOf(entries, hour(at)))).toEqual([
      'none',
      'given',
      'withdrawn',
      'withdrawn',
      'given',
    ]);
  });
});

describe('what time ends', () => {
  it('when a permission had an end, then it is over from that moment on, written down or not; one without stays', () => {
    const short = { ...given(1), until: hour(4) };
    expect([3, 4].map((at) => stateOf([short], hour(at)))).toEqual(['given', 'expired']);
    const noted: LedgerEntry = { act: 'expired', at: hour(4), source: 'time' };
    expect(stateOf([short])).toBe('given');
    expect(stateOf([short, noted])).toBe('expired');
    expect(stateOf([short, noted, given(2)])).toBe('given');
    expect(stateOf([short, noted, { ...given(2), until: hour(9) }])).toBe('given');
  });

  it('when a question is asked, then it waits a week and is gone then; it takes nothing from what was given', () => {
    const asked: LedgerEntry = { act: 'pending', at: hour(2), source: 'person' };
    const week = 24 * pendingDays;
    expect([1, 2, 1 + week, 2 + week].map((at) => stateOf([asked], hour(at)))).toEqual([
      'none',
      'pending',
      'pending',
      'none',
    ]);
    expect(stateOf([given(1), asked], hour(3))).toBe('given');
    expect(stateOf([withdrawn(1), asked], hour(3))).toBe('pending');
    expect(stateOf([withdrawn(1), asked], hour(2 + week))).toBe('withdrawn');
  });

  it('when it was answered with no, then it waits no more, takes nothing from what was given, and may be asked anew', () => {
    const asked = (at: number): LedgerEntry => ({ act: 'pending', at: hour(at), source: 'person' });
    const declined: LedgerEntry = { act: 'declined', at: hour(3), source: 'person' };
    expect(stateOf([asked(2), declined], hour(2))).toBe('pending');
    expect(stateOf([asked(2), declined], hour(3))).toBe('none');
    expect(stateOf([given(1), asked(2), declined], hour(4))).toBe('given');
    expect(stateOf([withdrawn(1), asked(2), declined], hour(4))).toBe('withdrawn');
    expect(stateOf([asked(2), declined, asked(4)], hour(4))).toBe('pending');
  });
});
