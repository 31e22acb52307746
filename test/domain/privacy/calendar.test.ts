import fc from 'fast-check';
import { addBusinessDays, addDays, addMonths, dayIn, endOfDay } from '../../../src/domain/privacy/calendar';
import { dueOf, holidays } from '../../../src/domain/privacy/deadlines';

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

describe('by which law, and until when', () => {
  const due = (receivedAt: string, right: 'access' | 'block' | 'erase' = 'erase', countries = ['CL']) =>
    dueOf({ right, receivedAt: new Date(receivedAt), countries });

  it('T-0.1: when it came in a second before the new law, then the old one counts', () => {
    expect(due('2026-11-30T23:59:59-03:00')).toEqual({
      regime: 'CL_19628_OLD',
      dueAt: new Date('2026-12-02T23:59:59-03:00'),
    });
    expect(due('2026-12-01T00:00:00-03:00')).toEqual({
      regime: 'CL_19628_2026',
      dueAt: new Date('2026-12-31T23:59:59-03:00'),
    });
  });

  it('when a block is asked for, then two business days count', () => {
    expect(due('2026-12-04T10:00:00-03:00', 'block').dueAt).toEqual(new Date('2026-12-07T23:59:59-03:00'));
  });

  it('when several laws apply, then the earliest date counts', () => {
    expect(due('2026-12-01T12:00:00Z', 'access', ['CL', 'BR'])).toEqual({
      regime: 'BR',
      dueAt: new Date('2026-12-16T23:59:59-03:00'),
    });
    expect(due('2027-02-01T12:00:00Z', 'access', ['CL', 'ES']).regime).toBe('EU'); // February is shorter than 30 days
  });
});
