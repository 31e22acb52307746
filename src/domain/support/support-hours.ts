import { instantOf, localTime, nextDay } from '../audience/local-time';

/** When a team answers people, in its own zone. */
export interface SupportHours {
  /** 1: Monday … 7: Sunday */
  days: readonly number[];
  /** Minutes of the day; it closes at that minute. */
  opens: number;
  closes: number;
  onHolidays: boolean;
}
/** Where a team is: its zone, and the days on which its country rests. */
export interface TeamPlace {
  zone: string;
  holidays: ReadonlySet<string>;
}
const minute = 60_000;
/** Past it the same comes again, even for who answers on one day of the week and finds that a holiday. */
const farthest = 31;
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
const opensOn = ({ days, onHolidays }: SupportHours, day: string, holidays: ReadonlySet<string>): boolean =>
  days.includes(weekdayOf(day)) && (onHolidays || !holidays.has(day));

/** Whether somebody is there at that moment. */
export function isAttended(hours: SupportHours, at: Date, { zone, holidays }: TeamPlace): boolean {
  const { day, ms } = localTime(at, zone);
  return opensOn(hours, day, holidays) && ms >= hours.opens * minute && ms < hours.closes * minute;
}

/** From when on somebody is there again. */
export function nextAttended(hours: SupportHours, at: Date, { zone, holidays }: TeamPlace): Date {
  const { day } = localTime(at, zone);
  for (let ahead = 0; ahead <= farthest; ahead += 1) {
    const one = nextDay(day, ahead);
    const opens = instantOf(one, hours.opens * minute, zone);
    if (opensOn(hours, one, holidays) && opens > at) return opens;
  }
  return at;
}

/** Since when nobody is there. */
export function leftSince(hours: SupportHours, at: Date, { zone, holidays }: TeamPlace): Date {
  const { day } = localTime(at, zone);
  for (let back = 0; back <= farthest; back += 1) {
    const one = nextDay(day, -back);
    const closed = instantOf(one, hours.closes * minute, zone);
    if (opensOn(hours, one, holidays) && closed <= at) return closed;
  }
  return new Date(0);
}
