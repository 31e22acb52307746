import fc from 'fast-check';
import { type CaseEvent, type CaseState, isOpen, next } from '../../../src/domain/privacy/case-state';
import { isRejectionComplete, rights } from '../../../src/domain/privacy/rights';

const events: CaseEvent[] = ['confirm', 'lapse', 'withdraw', 'accept', 'reject', 'execute', 'answer', 'close'];

describe('where a case may go', () => {
  it('when any events come in any order, then nothing is erased without a decision, and an end is an end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 20 }), fc.boolean(), (story, mustConfirm) => {
        let state: CaseState = 'received';
        const been: CaseState[] = [state];
        for (const event of story) {
          try {
            state = next(state, event, mustConfirm);
          } catch (error) {
            expect(error).toMatchObject({ code: 'CASE_STATE' });
            continue;
          }
          been.push(state);
        }
        if (been.includes('executing')) expect(been).toContain('accepted');
        if (been.includes('accepted')) expect(been).not.toContain('rejected');
        if (mustConfirm && been.includes('accepted')) expect(been[1]).not.toBe('accepted');
        const end = been.findIndex((one) => one === 'closed' || one === 'withdrawn');
        if (end >= 0) expect(been).toHaveLength(end + 1);
      }),
    );
  });

  it('when a wish that cannot be undone was neither confirmed nor left unanswered, then it is not accepted', () => {
    expect(() => next('received', 'accept', true)).toThrow();
    expect(next('unconfirmed', 'accept', true)).toBe('accepted');
    expect(next('received', 'accept', false)).toBe('accepted');
  });

  it('when a case was answered, then the same wish opens another', () => {
    expect((['received', 'executing', 'rejected'] as const).every(isOpen)).toBe(true);
    expect((['answered', 'closed', 'withdrawn'] as const).some(isOpen)).toBe(false);
  });
});

describe('a rejection', () => {
  it('when it lacks a ground that the law knows or twenty letters of facts, then it is not complete', () => {
    const facts = 'Tiene un contrato vigente.';
    expect(isRejectionComplete('erase', 'contract', facts)).toBe(true);
    expect(isRejectionComplete('access', 'contract', facts)).toBe(false);
    expect(isRejectionComplete('erase', '', facts)).toBe(false);
    expect(isRejectionComplete('erase', 'contract', `   corto${' '.repeat(30)}`)).toBe(false);
    for (const right of Object.values(rights)) expect(right.grounds.length).toBeGreaterThan(0);
  });
});
