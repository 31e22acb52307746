import { instantOf, localTime, nextDay } from '../audience/local-time';

/** When a team answers people, in its own zone. */
export interface SupportHours {
  /** 1: Monday … 7: Sunday */
  days: readonly number[];
  /** Minutes of the day; it closes at that minute. */
  opens: number;
  closes: number;
}
const minute = 60_000;
/** A week and a day: past it the same comes again. */
const farthest = 8;
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** Whether somebody is there at that moment. */
export function isAttended({ days, opens, closes }: SupportHours, at: Date, zone: string): boolean {
  const { weekday, ms } = localTime(at, zone);
  return days.includes(weekday) && ms >= opens * minute && ms < closes * minute;
}

/** From when on somebody is there again. */
export function nextAttended(hours: SupportHours, at: Date, zone: string): Date {
  const { day } = localTime(at, zone);
  for (let ahead = 0; ahead <= farthest; ahead += 1) {
    const one = nextDay(day, ahead);
    const opens = instantOf(one, hours.opens * minute, zone);
    if (hours.days.includes(weekdayOf(one)) && opens > at) return opens;
  }
  return at;
}

/** Since when nobody is there. */
export function leftSince(hours: SupportHours, at: Date, zone: string): Date {
  const { day } = localTime(at, zone);
  for (let back = 0; back <= farthest; back += 1) {
    const one = nextDay(day, -back);
    const closed = instantOf(one, hours.closes * minute, zone);
    if (hours.days.includes(weekdayOf(one)) && closed <= at) return closed;
  }
  return new Date(0);
}
