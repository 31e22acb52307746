/** A day without a time or place: `2026-12-01`. */
export type Day = string;
export type Count = 'strict' | 'lenient';

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(at: Date, zone: string): { day: Day; ms: number } {
  const known = formats.get(zone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  if (!known) formats.set(zone, format);
  const [day = '', time = ''] = format.format(at).split(' ');
  return { day, ms: Date.parse(`${day}T${time}Z`) };
}

/** The day it is somewhere. */
export const dayIn = (at: Date, zone: string): Day => wallClock(at, zone).day;

const toDay = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: Day, days: number): Day => toDay(Date.parse(day) + days * dayMs);

/** The same day of a later month, or its last day when it has none. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
  date.setUTCDate(Math.min(wanted, date.getUTCDate()));
  return toDay(date.getTime());
}

/** Strict: every day but Sundays and holidays counts. Lenient: nor do Saturdays. The day it came in is day 0. */
export function addBusinessDays(day: Day, days: number, count: Count, holidays: ReadonlySet<Day>): Day {
  let at = day;
  for (let left = days; left > 0; ) {
    at = addDays(at, 1);
    const weekday = new Date(`${at}T00:00:00Z`).getUTCDay();
    const rests = weekday === 0 || holidays.has(at) || (count === 'lenient' && weekday === 6);
    if (!rests) left -= 1;
  }
  return at;
}

/** The last second of a day somewhere; where clocks go back at midnight, the later of the two. */
export function endOfDay(day: Day, zone: string): Date {
  const wanted = Date.parse(`${day}T23:59:59Z`);
  const offsets = [-dayMs, 0, dayMs].map((shift) => {
    const at = new Date(wanted + shift);
    return wallClock(at, zone).ms - at.getTime();
  });
  const fits = offsets.map((offset) => wanted - offset).filter((at) => wallClock(new Date(at), zone).ms === wanted);
  return new Date(Math.max(...fits));
}

/** From one day to another; below zero when it lies before. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

/** A full hour of a day somewhere. Where it comes twice, the first; where clocks skip it, the next that is. */
export function hourOf(day: Day, hour: number, zone: string): Date {
  const wanted = Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00Z`);
  const offsets = [-dayMs, 0, dayMs].map((shift) => {
    const at = new Date(wanted + shift);
    return wallClock(at, zone).ms - at.getTime();
  });
  const candidates = offsets.map((offset) => wanted - offset);
  const fits = candidates.filter((at) => wallClock(new Date(at), zone).ms === wanted);
  return new Date(fits.length > 0 ? Math.min(...fits) : Math.max(...candidates));
}
