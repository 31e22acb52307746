import fc from 'fast-check';
import { addBusinessDays, addDays, addMonths, dayIn, endOfDay, hourOf } from '../../../src/domain/privacy/calendar';
import type { Right } from '../../../src/domain/privacy/case-state';
import {
  answeringRegime,
  claimUntil,
  clocksOf,
  deadlines,
  dueOf,
  holidays,
  latestExtension,
} from '../../../src/domain/privacy/deadlines';

const zone = 'America/Santiago';

describe('T-DSR-1: counting days', () => {
  it.each([
    ['2026-11-24', '2026-11-26', '2026-11-26', '2026-12-24', '2027-01-23', '2027-01-08'],
    ['2026-11-27', '2026-11-30', '2026-12-01', '2026-12-27', '2027-01-26', '2027-01-13'],
    ['2026-12-01', '2026-12-03', '2026-12-03', '2026-12-31', '2027-01-30', '2027-01-15'],
    ['2026-12-04', '2026-12-07', '2026-12-09', '2027-01-03', '2027-02-02', '2027-01-20'],
    ['2026-12-24', '2026-12-28', '2026-12-29', '2027-01-23', '2027-02-22', '2027-02-08'],
    ['2027-09-15', '2027-09-20', '2027-09-20', '2027-10-15', '2027-11-14', '2027-10-29'],
  ])('T-0.2: when something comes in on %s, then its dates are these', (day, strict, lenient, in30, in60, claim) => {
    expect(addBusinessDays(day, 2, 'strict', holidays)).toBe(strict);
    expect(addBusinessDays(day, 2, 'lenient', holidays)).toBe(lenient);
    expect([addDays(day, 30), addDays(day, 60)]).toEqual([in30, in60]);
    expect(addBusinessDays(day, 30, 'lenient', holidays)).toBe(claim);
  });

  it('when a month is added to its last day, then it ends with the other month', () => {
    expect([addMonths('2027-01-31', 1), addMonths('2026-12-15', 2)]).toEqual(['2027-02-28', '2027-02-15']);
  });

  it('when any day ends anywhere, then it is 23:59:59 there and a second later the next day', () => {
    const days = fc.integer({ min: 0, max: 1_000 }).map((after) => addDays('2026-01-01', after));
    const zones = fc.constantFrom(zone, 'America/Punta_Arenas', 'America/Sao_Paulo', 'Europe/Madrid', 'Pacific/Easter');
    fc.assert(
      fc.property(days, zones, (day, where) => {
        const end = endOfDay(day, where);
        expect(dayIn(end, where)).toBe(day);
        expect(dayIn(new Date(end.getTime() + 1_000), where)).toBe(addDays(day, 1));
      }),
      { numRuns: 300 },
    );
  });

  it('when business days are counted, then lenient never comes before strict, and both end on a day that counts', () => {
    const days = fc.integer({ min: 0, max: 900 }).map((after) => addDays('2026-01-01', after));
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 30 }), (day, count) => {
        const strict = addBusinessDays(day, count, 'strict', holidays);
        const lenient = addBusinessDays(day, count, 'lenient', holidays);
        expect(strict <= lenient).toBe(true);
        expect(holidays.has(strict) || holidays.has(lenient)).toBe(false);
      }),
    );
  });
});

describe('where clocks are moved and zones differ', () => {
  it('when summer time begins or ends on the way, then the last second is the wall clock’s', () => {
    // Santiago goes back on the night to 4 April 2027 and forward on the night to 5 September 2027.
    expect(endOfDay(addDays('2027-03-20', 30), zone)).toEqual(new Date('2027-04-19T23:59:59-04:00'));
    expect(endOfDay(addDays('2027-08-20', 30), zone)).toEqual(new Date('2027-09-19T23:59:59-03:00'));
    expect(endOfDay('2027-04-03', zone).getTime() - endOfDay('2027-04-02', zone).getTime()).toBe(25 * 3_600_000);
  });

  it('when a day ends in Magallanes or on Easter Island, then it does by their own offset, all the year', () => {
    expect(endOfDay('2027-06-15', 'America/Punta_Arenas')).toEqual(new Date('2027-06-15T23:59:59-03:00'));
    expect(endOfDay('2027-06-15', zone)).toEqual(new Date('2027-06-15T23:59:59-04:00'));
    expect(endOfDay('2027-06-15', 'Pacific/Easter')).toEqual(new Date('2027-06-15T23:59:59-06:00'));
  });

  it('when a reminder is due at nine, then it is nine there, also on the day on which the clocks are moved', () => {
    for (const day of ['2026-12-24', '2027-04-04', '2027-09-05', '2027-07-16'])
      for (const where of [zone, 'America/Sao_Paulo', 'Europe/Madrid']) {
        const at = hourOf(day, 9, where);
        expect([dayIn(at, where), at.toLocaleTimeString('sv-SE', { timeZone: where })]).toEqual([day, '09:00:00']);
      }
  });

  it('when the holidays are counted, then there are sixteen in 2026, and Saturdays that are one count for nobody', () => {
    const of = (year: string) => [...holidays].filter((day) => day.startsWith(year)).length;
    expect([of('2026'), of('2027'), of('2028')]).toEqual([16, 17, 16]);
    expect(addBusinessDays('2026-09-17', 1, 'strict', holidays)).toBe('2026-09-21'); // 18 and 19 are holidays, 20 a Sunday
  });
});

describe('by which law, and until when', () => {
  const due = (receivedAt: string, right: Right = 'erase', countries = ['CL']) =>
    dueOf({ right, receivedAt: new Date(receivedAt), countries });

  it('T-0.1: when it came in a second before the new law, then the old one counts', () => {
    expect(due('2026-11-30T23:59:59-03:00')).toEqual({
      regime: 'CL_19628_OLD',
      authorities: ['CL_19628_OLD'],
      dueAt: new Date('2026-12-02T23:59:59-03:00'),
    });
    expect(due('2026-12-01T00:00:00-03:00')).toEqual({
      regime: 'CL_19628_2026',
      authorities: ['CL_19628_2026'],
      dueAt: new Date('2026-12-31T23:59:59-03:00'),
    });
  });

  it('when a block is asked for, then two business days count', () => {
    expect(due('2026-12-04T10:00:00-03:00', 'block').dueAt).toEqual(new Date('2026-12-07T23:59:59-03:00'));
  });

  it('when several laws apply, then the earliest date counts', () => {
    expect(due('2026-12-01T12:00:00Z', 'access', ['CL', 'BR'])).toMatchObject({
      regime: 'BR',
      dueAt: new Date('2026-12-16T23:59:59-03:00'),
    });
    expect(due('2027-02-01T12:00:00Z', 'access', ['CL', 'ES']).regime).toBe('EU'); // February is shorter than 30 days
  });

  it.each([
    [['CL', 'CL'], ['CL_19628_2026']],
    [
      ['CL', 'BR'],
      ['CL_19628_2026', 'BR'],
    ],
    [
      ['BR', 'CL'],
      ['CL_19628_2026', 'BR'],
    ],
    [['BR', 'BR'], ['BR']],
    [
      ['CL', 'ES'],
      ['CL_19628_2026', 'EU'],
    ],
    [
      ['BR', 'ES'],
      ['BR', 'EU'],
    ],
    [['ES', 'ES'], ['EU']], // Chile’s thirty days may come first; where to complain is still their own country
    [['CL', 'US'], ['CL_19628_2026']], // no federal right to an answer
    [['AR', 'AR'], ['CL_19628_2026']], // of nobody’s country we know one: the service is run from Chile
  ])('when company and person are in %j, then the authorities are %j', (countries, authorities) => {
    expect(due('2026-12-01T12:00:00Z', 'access', countries).authorities).toEqual(authorities);
  });

  it('when a law knows no term for it, then it never decides the date: nothing of the USA comes before thirty days', () => {
    expect(due('2026-12-01T12:00:00Z', 'access', ['CL', 'US']).regime).toBe('CL_19628_2026');
    expect(deadlines.regimes.US).toMatchObject({ opt_out: { business: 10 } });
  });

  it('when somebody in Brazil asks for a block, then it is decided the same day', () => {
    expect(due('2026-12-01T12:00:00Z', 'block', ['CL', 'BR'])).toMatchObject({
      regime: 'BR',
      dueAt: new Date('2026-12-01T23:59:59-03:00'),
    });
  });

  it('T-DSR-2: when it may be extended, then by thirty days in Chile, two months in Europe, and not at all in Brazil, by the old law, or of a block', () => {
    const at = { due_at: new Date('2026-12-31T23:59:59-03:00'), original_due_at: null, right: 'erase' as const };
    expect(latestExtension({ ...at, regime: 'CL_19628_2026' })).toEqual(new Date('2027-01-30T23:59:59-03:00'));
    const inMadrid = new Date('2026-12-31T23:59:59+01:00');
    expect(latestExtension({ ...at, due_at: inMadrid, regime: 'EU' })).toEqual(new Date('2027-02-28T23:59:59+01:00'));
    for (const regime of ['BR', 'CL_19628_OLD', 'US']) expect(latestExtension({ ...at, regime })).toBeUndefined();
    expect(latestExtension({ ...at, regime: 'CL_19628_2026', right: 'block' })).toBeUndefined();
  });

  it('R-0.3: when it was asked under the old law and is answered under the new one, then the answer says what the new one asks', () => {
    expect(answeringRegime('CL_19628_OLD', new Date('2026-11-30T23:59:59-03:00'))).toBe('CL_19628_OLD');
    expect(answeringRegime('CL_19628_OLD', new Date('2026-12-01T00:00:00-03:00'))).toBe('CL_19628_2026');
    expect(answeringRegime('BR', new Date('2026-12-01T00:00:00-03:00'))).toBe('BR');
  });

  it('C4: when it is refused, then it can be complained of for thirty business days, without Saturdays', () => {
    expect(claimUntil(['CL_19628_2026'], new Date('2026-12-01T15:00:00Z'))).toEqual(
      new Date('2027-01-15T23:59:59-03:00'),
    );
    expect(claimUntil(['BR'], new Date('2026-12-01T15:00:00Z'))).toBeUndefined();
    expect(claimUntil(['CL_19628_2026', 'BR'], new Date('2026-12-01T15:00:00Z'))).toEqual(
      new Date('2027-01-15T23:59:59-03:00'),
    );
  });
});

describe('the clocks of a case', () => {
  const at = (right: Right, regime = 'CL_19628_2026', due_at = new Date('2026-12-31T23:59:59-03:00')) =>
    Object.fromEntries(
      clocksOf({
        right,
        regime,
        received_at: new Date('2026-12-01T13:30:00Z'),
        routed_at: new Date('2026-12-01T13:30:05Z'),
        due_at,
      }).map(({ clock, due_at: rings }) => [clock, rings.toISOString()]),
    );

  it('when it has thirty days, then it is forwarded in a quarter of an hour, seen in two days, and reminded of 7, 5, 3 and 1 days before', () => {
    expect(at('erase')).toEqual({
      C0: '2026-12-01T13:31:00.000Z',
      C1: '2026-12-01T13:45:00.000Z',
      C1_hard: '2026-12-02T13:30:00.000Z',
      C1b: '2026-12-04T02:59:59.000Z',
      C2_target: '2026-12-16T12:00:00.000Z',
      C2_7: '2026-12-24T12:00:00.000Z',
      C2_5: '2026-12-26T12:00:00.000Z', // day 25: whoever answers for the customer is told
      C2_3: '2026-12-28T12:00:00.000Z',
      C2_1: '2026-12-30T12:00:00.000Z',
      C2: '2027-01-01T03:00:00.000Z',
    });
  });

  it('when it has two days, then no clock rings before it came in, and what it is too late for is another thing', () => {
    const block = at('block', 'CL_19628_2026', new Date('2026-12-03T23:59:59-03:00'));
    expect(Object.keys(block).sort()).toEqual(['C0', 'C1', 'C1_hard', 'C1b', 'C2_1', 'C3']);
    expect(block.C3).toBe('2026-12-04T03:00:00.000Z');
  });

  it('when the controller is to see it over a long weekend, then both ways to count are kept', () => {
    const [seen] = clocksOf({
      right: 'erase',
      regime: 'CL_19628_2026',
      received_at: new Date('2026-12-04T13:00:00Z'),
      routed_at: new Date('2026-12-04T13:00:00Z'),
      due_at: new Date('2027-01-03T23:59:59-03:00'),
    }).filter(({ clock }) => clock === 'C1b');
    expect([seen?.due_at, seen?.lenient_at]).toEqual([
      new Date('2026-12-07T23:59:59-03:00'),
      new Date('2026-12-09T23:59:59-03:00'),
    ]);
  });

  it('when the law numbers a clock, then it stands in the data', () => {
    const known = new Set([
      ...Object.keys(deadlines.clocks),
      ...Object.keys(deadlines.terms),
      ...Object.keys(deadlines.claim_clocks),
    ]);
    for (const clock of ['C0', 'C1', 'C1b', 'C2', 'C3', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11', 'C12', 'C13'])
      expect(known).toContain(clock);
    expect(deadlines.regimes.CL_19628_2026).toMatchObject({
      extension: { days: 30 },
      claim: { business: 30, count: 'lenient' },
    }); // C2x, C4
  });
});
