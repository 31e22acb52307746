import fc from 'fast-check';
import { momentIn } from '../../src/conversation/understand/entities/moments';
import { instantOf, localOf } from '../../src/conversation/understand/entities/zone';
import { clean, fold } from '../../src/conversation/understand/normalise';
import type { Language } from '../../src/intent';
import { NOW } from './engine';

const ZONE = 'America/Santiago';
const read = (text: string, language: Language, now = NOW, zone = ZONE) =>
  momentIn(fold(clean(text)), [language], now, zone);
const santiago = (at: Date | undefined) => at?.toLocaleString('sv', { timeZone: ZONE }).slice(0, 16);

describe('moments', () => {
  it.each<[Language, string, string]>([
    ['es', 'mañana a las 10', '2026-12-02 10:00'],
    ['es', 'pasado mañana a las 8 de la tarde', '2026-12-03 20:00'],
    ['es', 'el viernes', '2026-12-04 10:00'],
    ['es', 'el viernes a las 9 am', '2026-12-04 09:00'],
    ['es', 'en dos horas', '2026-12-01 12:30'],
    ['es', 'en media hora', '2026-12-01 11:00'],
    ['es', 'hoy a las 18', '2026-12-01 18:00'],
    ['es', '18 de septiembre a mediodía', '2027-09-18 12:00'],
    ['es', 'mañana a las 3 y media de la tarde', '2026-12-02 15:30'],
    ['es', 'mañana por la mañana', '2026-12-02 10:00'],
    ['es', 'el próximo martes a las 11', '2026-12-08 11:00'],
    ['es', '24/12 a las 20:30', '2026-12-24 20:30'],
    ['en', 'tomorrow at 10', '2026-12-02 10:00'],
    ['en', 'next tuesday noon', '2026-12-08 12:00'],
    ['en', 'december 24th at 8 pm', '2026-12-24 20:00'],
    ['en', 'half past 10 tomorrow', '2026-12-02 10:30'],
    ['en', 'in two hours', '2026-12-01 12:30'],
    ['pt', 'amanhã às 9', '2026-12-02 09:00'],
    ['pt', 'sexta que vem às 9', '2026-12-04 09:00'],
    ['pt', 'depois de amanhã às 8 da noite', '2026-12-03 20:00'],
    ['pt', 'quinta-feira ao meio-dia', '2026-12-03 12:00'],
    ['pt', '24 de dezembro às 10h30', '2026-12-24 10:30'],
  ])('when it is %s "%s", then it is %s in Santiago', (language, text, expected) => {
    expect(santiago(read(text, language)?.at)).toBe(expected);
  });

  it.each<[Language, string, string]>([
    ['es', 'hoy', 'hour-missing'],
    ['es', 'hoy a las 8', 'past'],
    ['es', 'mañana a las 3', 'hour-ambiguous'],
    ['es', 'el martes a las 15:00', 'day-ambiguous'],
    ['es', 'el 31 de febrero a las 10', 'no-such-day'],
    ['es', 'mañana a las 10 o a las 11', 'several'],
    ['es', 'ayer a las 10', 'past'],
    ['en', 'tomorrow at 25:00', 'no-such-time'],
  ])('when it is %s "%s", then it is not guessed (%s)', (language, text, note) => {
    expect(read(text, language)).toEqual({ note });
  });

  it('when the clock is put forward at that hour, then the hour is asked about', () => {
    // New York, 14 March 2027: 02:00 does not exist
    expect(read('2027-03-14 at 02:30', 'en', NOW, 'America/New_York')).toEqual({ note: 'no-such-time' });
    expect(read('2027-03-14 at 10', 'en', NOW, 'America/New_York')?.at?.toISOString()).toBe('2027-03-14T14:00:00.000Z');
    expect(read('2027-03-13 at 10', 'en', NOW, 'America/New_York')?.at?.toISOString()).toBe('2027-03-13T15:00:00.000Z');
  });

  it('when any day and hour is written out, then it is read as that instant, in every zone', () => {
    const zone = fc.constantFrom(
      'America/Santiago',
      'America/Sao_Paulo',
      'America/Chicago',
      'Europe/Madrid',
      'Pacific/Chatham',
    );
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (where, days, hour, minute) => {
          const day = localOf(new Date(NOW.getTime() + days * 86_400_000), where);
          const wanted = instantOf({ ...day, hour, minute }, where);
          const two = (n: number) => String(n).padStart(2, '0');
          const said = read(
            `${day.year}-${two(day.month)}-${two(day.day)} ${two(hour)}:${two(minute)}`,
            'es',
            NOW,
            where,
          );
          // "10:15" without a leading zero or an afternoon could be either half of the day only before seven: it has both digits here
          if (wanted && wanted > NOW) expect(said?.at).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('when an instant is shown on a wall and read back, then it is the same or the first of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (minutes) => {
        const at = new Date(NOW.getTime() + minutes * 60_000);
        const back = instantOf(localOf(at, ZONE), ZONE);
        expect(back && at.getTime() - back.getTime()).toBeGreaterThanOrEqual(0);
        expect(back && localOf(back, ZONE)).toEqual(localOf(at, ZONE));
      }),
    );
  });
});
