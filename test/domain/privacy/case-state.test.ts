import fc from 'fast-check';
import {
  type CaseEvent,
  type CaseFacts,
  type CaseRules,
  isOpen,
  isRefusal,
  isUndecided,
  type Kept,
  next,
  type Right,
} from '../../../src/domain/privacy/case-state';
import { letterPlans, writeLetter } from '../../../src/domain/privacy/letters';
import { namesPromotions } from '../../../src/domain/privacy/objections';
import { leavesForGood } from '../../../src/domain/privacy/promotions';
import { inOrder, rights } from '../../../src/domain/privacy/rights';
import { aCaseRow } from './a-case';

const hourMs = 3_600_000;
const received = new Date('2026-12-01T13:00:00Z');
const due = new Date('2027-01-01T02:59:59Z');
const latest = new Date('2027-01-31T02:59:59Z');

const fresh = (right: Right): CaseFacts => ({
  right,
  state: 'received',
  outcome: null,
  ground: null,
  facts: null,
  kept: null,
  due_at: due,
  extended_at: null,
  overdue_at: null,
  confirmed_at: null,
  acknowledged_at: null,
  decided_at: null,
  executed_at: null,
  traces: null,
  verified_at: null,
  answered_at: null,
  block: right === 'block' ? 'provisional' : null,
  agency_notice: null,
});
const rulesFor = (right: Right): CaseRules => ({
  mustConfirm: rights[right].confirm,
  grounds: rights[right].grounds,
  notApplicable: rights[right].not_applicable ?? [],
  ...(right !== 'block' && { latestExtension: latest }),
});

const text = fc.constantFrom(undefined, '', 'corto', 'Hay un contrato vigente con la persona.');
const ground = fc.constantFrom('contract', 'no_data', 'not_founded', 'basis_not_consent', 'nonsense');
const kept: fc.Arbitrary<readonly Kept[]> = fc.array(fc.record({ category: fc.constant('messages'), ground }), {
  maxLength: 2,
});
const events: fc.Arbitrary<CaseEvent> = fc.oneof(
  fc.record({
    act: fc.constantFrom<
      Extract<
        CaseEvent,
        { act: 'confirm' | 'lapse' | 'withdraw' | 'acknowledge' | 'overdue' | 'release' | 'told_otherwise' }
      >['act']
    >('confirm', 'lapse', 'withdraw', 'acknowledge', 'overdue', 'release', 'told_otherwise'),
  }),
  fc.record({
    act: fc.constant('extend' as const),
    until: fc.constantFrom(received, due, latest, new Date('2027-06-01')),
    reason: fc.constantFrom('', 'Falta un archivo.'),
  }),
  fc.record({ act: fc.constant('accept' as const), kept, facts: text }) as fc.Arbitrary<CaseEvent>,
  fc.record({
    act: fc.constant('reject' as const),
    ground,
    facts: text.map((one) => one ?? ''),
    agencyNotice: fc.constantFrom(undefined, 'APDP-2026-77'),
  }) as fc.Arbitrary<CaseEvent>,
  fc.record({ act: fc.constant('execute' as const), isIdentified: fc.boolean() }),
  fc.record({ act: fc.constant('verify' as const), traces: fc.constantFrom(0, 3) }),
  fc.record({
    act: fc.constant('answer' as const),
    proof: fc.constantFrom(undefined, { hash: Buffer.alloc(32), at: received }),
  }) as fc.Arbitrary<CaseEvent>,
  fc.constant({ act: 'close' as const }),
);
const stories = fc.array(fc.tuple(events, fc.integer({ min: 0, max: 200 })), { maxLength: 30 });
const someRight = fc.constantFrom<Right>('access', 'rectify', 'erase', 'object', 'portability', 'block');

interface Step {
  event: CaseEvent;
  at: Date;
  before: CaseFacts;
  after: CaseFacts;
}
/** What of a story happens: the moves that the machine lets through, hours apart. */
function played(right: Right, story: readonly (readonly [CaseEvent, number])[]): Step[] {
  let one = fresh(right);
  let at = received;
  const steps: Step[] = [];
  for (const [event, hours] of story) {
    at = new Date(at.getTime() + hours * hourMs);
    try {
      const after = { ...one, ...next(one, event, at, rulesFor(right)) };
      steps.push({ event, at, before: one, after });
      one = after;
    } catch (error) {
      expect(error).toHaveProperty('code');
    }
  }
  return steps;
}
const always = (check: (steps: readonly Step[], right: Right) => void) =>
  fc.assert(
    fc.property(someRight, stories, (right, story) => check(played(right, story), right)),
    { numRuns: 600 },
  );

describe('what can never happen to a case, whatever happens in whatever order', () => {
  it('invariant 1, T-DSR-3: a refusal, whole or in part, has its ground and facts, and its letter says where to complain', () => {
    always((steps) => {
      for (const { after } of steps) {
        if (isRefusal(after.outcome))
          expect([after.ground, after.facts?.length]).toEqual([expect.any(String), expect.any(Number)]);
        if (after.outcome === 'partial') expect(after.kept?.length).toBeGreaterThan(0);
        if (after.outcome && after.outcome !== 'granted') {
          expect(after.facts?.length).toBeGreaterThanOrEqual(20);
          const letter = writeLetter(after.outcome, aCaseRow(after), { name: 'Tienda', contact: '' }, received);
          expect(letter.says).toEqual(expect.arrayContaining(['ground', 'facts', 'claim']));
        }
      }
    });
    for (const kind of ['denied', 'partial', 'not_applicable'] as const)
      expect(letterPlans[kind]).toEqual(expect.arrayContaining(['ground!', 'facts!', 'claim!']));
  });

  it('invariant 2, T-DSR-2: it is extended once at the most, before it is due, with a reason, and no further than the law allows', () => {
    always((steps, right) => {
      const extended = steps.filter(({ event }) => event.act === 'extend');
      expect(extended.length).toBeLessThanOrEqual(right === 'block' ? 0 : 1);
      for (const { at, before, after, event } of extended) {
        expect(at <= before.due_at && isUndecided(before.state)).toBe(true);
        expect(after.due_at > before.due_at && after.due_at <= latest).toBe(true);
        expect(event.act === 'extend' && event.reason.trim().length >= 10).toBe(true);
      }
    });
  });

  it('invariant 3: nothing but an extension moves its date, however long it takes to know who asks', () => {
    always((steps) => {
      for (const { event, before, after } of steps)
        if (event.act !== 'extend') expect(after.due_at).toEqual(before.due_at);
    });
  });

  it('invariant 4, T-DSR-4: a block holds from the first moment until it is decided, taken back or lifted, and is refused only with the authority’s receipt', () => {
    always((steps, right) => {
      for (const { after, event } of steps) {
        expect(after.block === null).toBe(right !== 'block');
        if (right !== 'block') continue;
        if (isUndecided(after.state)) expect(after.block).toBe('provisional');
        if (after.block === 'refused') expect(after.agency_notice).toBeTruthy();
        if (after.block === 'released') expect(['withdraw', 'release', event.act]).toContain(event.act);
      }
    });
  });

  it('invariant 5: it is answered only with a proof, and what closed without one stays owed until somebody says how it was told', () => {
    always((steps) => {
      for (const { event, before, after } of steps) {
        if (after.state === 'answered' && before.state !== 'answered')
          expect(event.act === 'answer' && event.proof).toBeTruthy();
        if (after.answered_at && !before.answered_at) expect(['answer', 'told_otherwise']).toContain(event.act);
      }
    });
  });

  it('invariant 6: an erasure that was carried out closes only when a search finds nothing', () => {
    always((steps, right) => {
      for (const { after } of steps)
        if (right === 'erase' && after.state === 'closed' && after.executed_at)
          expect([after.traces, after.verified_at]).toEqual([0, expect.any(Date)]);
    });
  });

  it('invariant 7: nothing a case does ends a wish to be left alone', () => {
    // The machine knows nothing of promotions; what becomes of them when a case ends is data, and never more than its own hold.
    for (const right of Object.keys(rights) as Right[])
      for (const cause of [null, ...(rights[right].causes ?? [])])
        for (const objected of [null, ['promotions'], ['sharing']]) {
          const one = { right, cause, objected };
          if (namesPromotions(one)) expect([one, leavesForGood(one)]).toEqual([one, true]);
        }
  });

  it('invariant 9: each step has its moment, and an end is an end', () => {
    always((steps) => {
      const ended = steps.findIndex(({ after }) => after.state === 'closed' || after.state === 'withdrawn');
      const later = ended < 0 ? [] : steps.slice(ended + 1);
      for (const { event } of later) expect(['told_otherwise', 'release']).toContain(event.act);
      for (const { event, at, after } of steps) {
        if (event.act === 'accept' || event.act === 'reject') expect(after.decided_at).toEqual(at);
        if (event.act === 'execute') expect(after.executed_at).toEqual(at);
      }
    });
  });

  it('invariant 10, T-DSR-9: of several rights in one message a copy comes before what destroys it, each once', () => {
    fc.assert(
      fc.property(fc.array(someRight, { minLength: 1, maxLength: 8 }), (several) => {
        const order = inOrder(several);
        expect(new Set(order)).toEqual(new Set(several));
        expect(order).toHaveLength(new Set(several).size);
        if (order.includes('erase')) expect(order.at(-1)).toBe('erase');
      }),
    );
  });

  it('nothing is done without a decision, nor for somebody who is not known well enough, nor what cannot be undone before the person was asked', () => {
    always((steps, right) => {
      for (const { event, before } of steps) {
        if (event.act === 'execute') expect([before.state, event.isIdentified]).toEqual(['accepted', true]);
        if (event.act === 'accept' && rights[right].confirm) expect(before.state).not.toBe('received');
      }
    });
  });
});

describe('where a case may go', () => {
  const rules = rulesFor('erase');
  const at = received;

  it('when a wish that cannot be undone was neither confirmed nor left unanswered, then it is not accepted', () => {
    expect(() => next(fresh('erase'), { act: 'accept' }, at, rules)).toThrow('CASE_STATE');
    const unconfirmed = { ...fresh('erase'), state: 'unconfirmed' as const };
    expect(next(unconfirmed, { act: 'accept' }, at, rules)).toMatchObject({ state: 'accepted', outcome: 'granted' });
  });

  it('when it was accepted and nothing was done yet, then it may still be refused or taken back; once begun it may not', () => {
    const waiting = { ...fresh('access'), state: 'accepted' as const, outcome: 'granted' as const, decided_at: at };
    const no = { act: 'reject', ground: 'identity_not_verified', facts: 'No se pudo comprobar quién pide.' } as const;
    expect(next(waiting, no, at, rulesFor('access'))).toMatchObject({
      state: 'rejected',
      outcome: 'denied',
      kept: null,
    });
    expect(next(waiting, { act: 'withdraw' }, at, rulesFor('access'))).toMatchObject({ state: 'withdrawn' });
    const begun = { ...waiting, state: 'executing' as const, executed_at: at };
    expect(() => next(begun, no, at, rulesFor('access'))).toThrow('CASE_STATE');
    expect(() => next(begun, { act: 'withdraw' }, at, rulesFor('access'))).toThrow('CASE_STATE');
  });

  it.each(['identity_not_verified', 'not_the_subject', 'no_data'])(
    'when %s is to keep a part, then it keeps none',
    (of) => {
      const unconfirmed = { ...fresh('erase'), state: 'unconfirmed' as const };
      const kept = [{ category: 'messages', ground: of, until: '2031-12-01' }];
      const partly = { act: 'accept', kept, facts: 'Hay un contrato vigente con la persona.' } as const;
      expect(() => next(unconfirmed, partly, at, rules)).toThrow('REJECTION_INCOMPLETE');
      expect(rights.erase.keeps).not.toContain(of);
    },
  );

  it('when it was answered, then the same wish opens another', () => {
    expect((['received', 'executing', 'rejected'] as const).every(isOpen)).toBe(true);
    expect((['answered', 'closed', 'withdrawn'] as const).some(isOpen)).toBe(false);
  });

  it.each([
    ['no ground', { ground: '', facts: 'Hay un contrato vigente con la persona.' }, 'REJECTION_INCOMPLETE'],
    [
      'a ground of another right',
      { ground: 'basis_not_consent', facts: 'Hay un contrato vigente.' },
      'REJECTION_INCOMPLETE',
    ],
    ['facts that are none', { ground: 'contract', facts: `   corto${' '.repeat(30)}` }, 'REJECTION_INCOMPLETE'],
  ])('T-DSR-3: when a refusal has %s, then it is none', (_, said, code) => {
    expect(() => next(fresh('erase'), { act: 'reject', ...said }, at, rules)).toThrow(code);
  });

  it('when portability is asked of what does not rest on consent, then the right does not apply, and that is no refusal of it', () => {
    const said = { ground: 'basis_not_consent', facts: 'El tratamiento se basa en el contrato.' };
    expect(next(fresh('portability'), { act: 'reject', ...said }, at, rulesFor('portability')).outcome).toBe(
      'not_applicable',
    );
  });

  it('T-DSR-2: when it is extended again, late, without a reason, too far, or where the law knows none, then it is not', () => {
    const extend = (one: CaseFacts, until: Date, when: Date, reason = 'Falta un archivo.', of = rules) =>
      next(one, { act: 'extend', until, reason }, when, of);
    const extended = { ...fresh('erase'), ...extend(fresh('erase'), latest, due), extended_at: due };
    expect(extended.due_at).toEqual(latest);
    expect(() => extend(extended, latest, due)).toThrow('EXTENSION_USED');
    expect(() => extend(fresh('erase'), latest, new Date(due.getTime() + 1_000))).toThrow('EXTENSION_LATE');
    expect(() => extend(fresh('erase'), latest, due, 'x')).toThrow('EXTENSION_INCOMPLETE');
    expect(() => extend(fresh('erase'), new Date(latest.getTime() + 1_000), due)).toThrow('EXTENSION_INCOMPLETE');
    const { latestExtension: _, ...withoutAny } = rules;
    expect(() => extend(fresh('erase'), latest, due, 'Falta un archivo.', withoutAny)).toThrow('EXTENSION_NOT_ALLOWED');
  });
});
