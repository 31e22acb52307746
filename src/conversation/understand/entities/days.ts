import { type Local, plusDays, weekdayOf } from './zone';

export type DayNote = 'day-ambiguous' | 'day-missing' | 'no-such-day' | 'several' | 'past';

/** A date this shortly gone, said without its year, was hardly meant to be the next one. */
const RECENT_DAYS = 31;

const isValid = ({ year, month, day }: Local): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
const stamp = ({ year, month, day }: Local): number => Date.UTC(year, month - 1, day) / 86_400_000;
const plusMonths = (local: Local, months: number, day: number): Local => {
  const all = local.year * 12 + local.month - 1 + months;
  return { ...local, year: Math.floor(all / 12), month: (all % 12) + 1, day };
};
const monday = (local: Local): Local => plusDays(local, 1 - weekdayOf(local));

/** A date without its year: this year's or the next; behind, this year's or the last. */
const dated = (sign: string, today: Local, past: boolean, weekday: number | undefined): Local | DayNote => {
  const [month = 0, day = 0, year] = sign.slice(2).split('-').map(Number);
  const on = (wanted: number): Local => ({ ...today, year: wanted, month, day });
  if (month < 1 || month > 12 || !isValid(on(2024))) return 'no-such-day';
  if (year !== undefined) return isValid(on(year)) ? on(year) : 'no-such-day';
  const ahead = stamp(on(today.year)) - stamp(today);
  const years = [today.year, past ? today.year - 1 : today.year + 1].map(on);
  const open = years.filter(isValid).filter((one) => (past ? stamp(one) <= stamp(today) : stamp(one) >= stamp(today)));
  const found = weekday === undefined ? open[0] : open.find((one) => weekdayOf(one) === weekday);
  if (!found) return open.length > 0 ? 'day-ambiguous' : 'no-such-day';
  return !past && weekday === undefined && ahead < 0 && ahead >= -RECENT_DAYS ? 'past' : found;
};

/** The fifteenth: of this month or the first that has one. */
const dayOfMonth = (day: number, today: Local, past: boolean): Local | DayNote => {
  const months = Array.from({ length: 12 }, (_, n) => plusMonths(today, past ? -n : n, day)).filter(isValid);
  const isOpen = (one: Local): boolean => (past ? stamp(one) <= stamp(today) : stamp(one) >= stamp(today));
  return (day >= 1 && months.find(isOpen)) || 'no-such-day';
};

const oneDay = (sign: string, today: Local, past: boolean, weekday?: number): Local | DayNote => {
  const number = Number(sign.slice(2));
  if (sign.startsWith('@m')) return dated(sign, today, past, weekday);
  if (sign.startsWith('@h')) return dayOfMonth(number, today, past);
  if (sign.startsWith('@e')) return plusDays(plusMonths(today, number + 1, 1), -1);
  if (sign.startsWith('@d')) return plusDays(today, number);
  const later = plusMonths(today, number, today.day);
  return isValid(later) ? later : 'no-such-day';
};

const onWeekday = (sign: string, today: Local, past: boolean): Local | DayNote => {
  const number = Number(sign.slice(2));
  const ahead = (number - weekdayOf(today) + 7) % 7;
  if (sign.startsWith('@p') || past) return plusDays(today, (ahead || 7) - 7 - (ahead === 0 ? 7 : 0));
  if (ahead === 0) return sign.startsWith('@w') ? 'day-ambiguous' : plusDays(today, 7);
  // said on a Tuesday, next Friday may be this week's
  if (sign.startsWith('@x') && number > weekdayOf(today)) return 'day-ambiguous';
  return plusDays(today, ahead);
};

/** The day that some signs name together; undefined where they name none. A weekday and a date must agree. */
export const dayOf = (signs: readonly string[], today: Local, past: boolean): Local | DayNote | undefined => {
  const kind = (pattern: RegExp): string[] => [...new Set(signs.filter((sign) => pattern.test(sign)))];
  const dates = kind(/^@[dhmea]/);
  const weekdays = kind(/^@[wnxp]/);
  const [week] = kind(/^@k/);
  const shift = kind(/^>/).reduce((days, sign) => days + Number(sign.slice(1)), 0);
  const names = new Set(weekdays.map((sign) => sign.slice(2)));
  if (names.size > 1) return 'several';
  if (signs.includes('@!')) return 'day-ambiguous';
  const [weekday] = [...names].map(Number);
  let found: Local | DayNote | undefined;
  if (dates.length > 0) found = agreed(dates, weekday, today, past);
  else if (week !== undefined && weekday !== undefined)
    found = plusDays(monday(today), Number(week.slice(2)) * 7 + weekday - 1);
  else if (weekdays[0]) found = onWeekday(weekdays.find((sign) => !sign.startsWith('@w')) ?? weekdays[0], today, past);
  else if (week !== undefined || signs.includes('@?')) return 'day-missing';
  if (found === undefined || typeof found === 'string') return found;
  return plusDays(found, shift);
};

const agreed = (dates: readonly string[], weekday: number | undefined, today: Local, past: boolean) => {
  const [first, ...others] = dates.map((sign) => oneDay(sign, today, past, weekday));
  if (first === undefined || typeof first === 'string') return first;
  if (others.some((other) => typeof other === 'string' || stamp(other) !== stamp(first))) return 'several';
  return weekday !== undefined && weekdayOf(first) !== weekday ? 'day-ambiguous' : first;
};
