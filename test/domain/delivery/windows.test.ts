import fc from 'fast-check';
import { holidaysOf } from '../../../src/domain/audience/holidays';
import { instantOf, localTime, nextDay } from '../../../src/domain/audience/local-time';
import {
  isOpen,
  nextOpening,
  type Place,
  peaceSince,
  type Window,
  windowOf,
  windows,
} from '../../../src/domain/delivery/windows';

const zones = [
  'America/Santiago',
  'America/Punta_Arenas',
  'Pacific/Easter',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Los_Angeles',
  'America/Phoenix',
  'Europe/Madrid',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Cairo',
  'UTC',
];
const moments = fc
  .integer({ min: Date.parse('2026-01-01T00:00:00Z') / 1_000, max: Date.parse('2028-12-31T00:00:00Z') / 1_000 })
  .map((seconds) => new Date(seconds * 1_000));
const lines = fc.constantFrom(...windows);
const somewhere = fc.record({ country: fc.constantFrom('CL', 'US', 'BR', 'JP'), zone: fc.constantFrom(...zones) });

/** A clock on the wall, by another way than the product reads it. */
function wall(at: Date, zone: string): { day: string; weekday: string; minutes: number; seconds: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${part.year}-${part.month}-${part.day}`,
    weekday: part.weekday ?? '',
    minutes: Number(part.hour) * 60 + Number(part.minute),
    seconds: Number(part.second),
  };
}
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function allowed(window: Window, place: Place, at: Date): boolean {
  const { day, weekday, minutes, seconds } = wall(at, place.zone);
  if (!window.days.map((one) => names[one - 1]).includes(weekday)) return false;
  if (window.holidays && holidaysOf(place.country).has(day)) return false;
  const end = minutesOf(window.to);
  return (
    minutes >= minutesOf(window.from) &&
    (minutes < end || (window.inclusive === true && minutes === end && seconds === 0))
  );
}

const marketing = (country: string, channel: string): Window => windowOf('marketing', country, channel) as Window;
const chile = { country: 'CL', zone: 'America/Santiago' };
const newYork = { country: 'US', zone: 'America/New_York' };

describe('the hours at which people may be written to', () => {
  it('T-CAMP-2: when it is any moment anywhere, then they are what a clock on the wall there says, on no Sunday and no holiday that is closed', () => {
    fc.assert(
      fc.property(lines, somewhere, moments, (window, place, at) => {
        expect(isOpen(window, place, at)).toBe(allowed(window, place, at));
      }),
      { numRuns: 3_000 },
    );
  });

  it('T-CAMP-2: when it is closed, then the next opening is later, open, and nothing opens before it', () => {
    fc.assert(
      fc.property(lines, somewhere, moments, fc.double({ min: 0, max: 1, noNaN: true }), (window, place, at, part) => {
        const next = nextOpening(window, place, at) as Date;
        expect(allowed(window, place, next)).toBe(true);
        if (allowed(window, place, at)) expect(next).toEqual(at);
        else {
          const between = new Date(at.getTime() + Math.floor((next.getTime() - at.getTime() - 1) * part));
          expect(allowed(window, place, between)).toBe(false);
          expect(next.getTime()).toBeGreaterThan(at.getTime());
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a Monday morning', '2026-11-30T08:59:59-03:00', false, false],
    ['a Monday at nine', '2026-11-30T09:00:00-03:00', true, true],
    ['seven in the evening', '2026-11-30T19:00:00-03:00', false, true],
    ['just before eight', '2026-11-30T19:59:59-03:00', false, true],
    ['eight', '2026-11-30T20:00:00-03:00', false, false],
    ['a Saturday', '2026-12-05T12:00:00-03:00', false, true],
    ['a Sunday', '2026-12-06T12:00:00-03:00', false, false],
    ['the holiday of 8 December', '2026-12-08T12:00:00-03:00', false, false],
  ])('T-CAMP-2: when it is %s in Chile, then SMS and WhatsApp have their own hours', (_, at, sms, whatsapp) => {
    expect([
      isOpen(marketing('CL', 'sms'), chile, new Date(at)),
      isOpen(marketing('CL', 'whatsapp'), chile, new Date(at)),
    ]).toEqual([sms, whatsapp]);
    expect(isOpen(marketing('CL', 'email'), chile, new Date(at))).toBe(whatsapp);
  });

  it.each([
    ['07:59:59', false],
    ['08:00:00', true],
    ['20:59:59', true],
    ['21:00:00', false],
  ])('T-CAMP-4: when it is %s in New York, then it is %s, by the law', (time, open) => {
    const window = marketing('US', 'sms');
    expect(window.why).toBe('law');
    expect(isOpen(window, newYork, new Date(`2026-12-06T${time}-05:00`))).toBe(open);
  });

  it.each([
    ['20:00:00', true],
    ['20:00:01', false],
    ['07:59:59', false],
  ])('T-CAMP-3: when a debt is written about at %s, then it is %s', (time, open) => {
    const window = windowOf('collections', 'CL', 'whatsapp') as Window;
    expect(isOpen(window, chile, new Date(`2026-12-01T${time}-03:00`))).toBe(open);
  });

  it('when the same country has several zones, then each person’s own counts', () => {
    const noonInNewYork = new Date('2026-12-01T08:30:00-05:00');
    const window = marketing('US', 'whatsapp');
    expect(isOpen(window, newYork, noonInNewYork)).toBe(true);
    expect(isOpen(window, { country: 'US', zone: 'America/Los_Angeles' }, noonInNewYork)).toBe(false);
  });

  it('when a zone is none, then nobody is written to there', () => {
    const nowhere = { country: 'CL', zone: 'America/Nowhere' };
    expect([
      isOpen(marketing('CL', 'sms'), nowhere, new Date()),
      nextOpening(marketing('CL', 'sms'), nowhere, new Date()),
    ]).toEqual([false, undefined]);
  });

  it('when service is written about, then any hour will do; a country that nobody thought of has hours too', () => {
    expect(windowOf('service', 'CL', 'whatsapp')).toBeUndefined();
    expect(marketing('JP', 'whatsapp').why).toBe('setting');
  });

  it('when two full days are to lie between, then they begin at midnight there, whatever the clocks do', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), moments, (zone, at) => {
        const since = peaceSince(zone, at);
        const { day } = localTime(since, zone);
        expect(day).toBe(nextDay(localTime(at, zone).day, -2));
        expect(localTime(new Date(since.getTime() - 1), zone).day < day).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('when a time of a day is looked for, then the clock there shows it, or has just jumped over it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), moments, fc.integer({ min: 0, max: 1439 }), (zone, at, minute) => {
        const { day } = localTime(at, zone);
        const found = instantOf(day, minute * 60_000, zone);
        const shown = localTime(found, zone);
        const late =
          (Date.parse(`${shown.day}T00:00:00Z`) + shown.ms - (Date.parse(`${day}T00:00:00Z`) + minute * 60_000)) /
          60_000;
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(60);
      }),
      { numRuns: 1_000 },
    );
  });
});
