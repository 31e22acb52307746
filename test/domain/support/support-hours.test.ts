import fc from 'fast-check';
import { holidaysOf } from '../../../src/domain/audience/holidays';
import {
  isAttended,
  leftSince,
  nextAttended,
  type SupportHours,
  type TeamPlace,
} from '../../../src/domain/support/support-hours';

const santiago: TeamPlace = { zone: 'America/Santiago', holidays: holidaysOf('CL') };
/** Where no clock is ever moved. */
const steady: TeamPlace = { zone: 'America/Lima', holidays: holidaysOf('PE') };
const someHours: fc.Arbitrary<SupportHours> = fc
  .record({
    onHolidays: fc.boolean(),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    ends: fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ days, onHolidays, ends: [one = 0, other = 0] }) => ({
    days,
    opens: Math.min(one, other),
    closes: Math.max(one, other),
    onHolidays,
  }));
const someMoment = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

describe('when a team answers', () => {
  it('when it is Tuesday morning, then Monday to Friday from nine to six it does, and on Sunday not before Monday', () => {
    const hours = { days: [1, 2, 3, 4, 5], opens: 540, closes: 1_080, onHolidays: false };
    expect(isAttended(hours, new Date('2026-12-01T13:30:00Z'), santiago)).toBe(true);
    expect(isAttended(hours, new Date('2026-12-01T21:00:00Z'), santiago)).toBe(false); // six is past
    const sunday = new Date('2026-12-06T15:00:00Z');
    expect(nextAttended(hours, sunday, santiago)).toEqual(new Date('2026-12-07T12:00:00Z'));
    expect(leftSince(hours, sunday, santiago)).toEqual(new Date('2026-12-04T21:00:00Z'));
  });

  it('when the day is a holiday of the country, then nobody is there until the next working day, unless the team said otherwise', () => {
    const hours = { days: [1, 2, 3, 4, 5], opens: 540, closes: 1_080, onHolidays: false };
    const immaculate = new Date('2026-12-08T15:00:00Z'); // a Tuesday
    expect(isAttended(hours, immaculate, santiago)).toBe(false);
    expect(nextAttended(hours, immaculate, santiago)).toEqual(new Date('2026-12-09T12:00:00Z'));
    expect(leftSince(hours, immaculate, santiago)).toEqual(new Date('2026-12-07T21:00:00Z'));
    expect(isAttended({ ...hours, onHolidays: true }, immaculate, santiago)).toBe(true);
    expect(isAttended(hours, immaculate, { ...santiago, holidays: holidaysOf('GB') })).toBe(true);
  });

  it('when nobody is there, then it was left before and is opened after that moment, with nobody in between', () => {
    fc.assert(
      fc.property(someHours, someMoment, (hours, at) => {
        fc.pre(!isAttended(hours, at, steady));
        const [left, next] = [leftSince(hours, at, steady), nextAttended(hours, at, steady)];
        expect(left <= at && next > at).toBe(true);
        const between = new Date((left.getTime() + next.getTime()) / 2);
        expect(isAttended(hours, between, steady)).toBe(false);
      }),
    );
  });
});
