import type { Language } from '../../../intent';
import { signsOf } from './moment-signs';
import { instantOf, type Local, localOf, plusDays, weekdayOf } from './zone';

/** A moment that was said, or why it can't be taken as one. */
export interface Moment {
  at?: Date;
  note?:
    | 'hour-assumed'
    | 'hour-missing'
    | 'hour-ambiguous'
    | 'day-ambiguous'
    | 'several'
    | 'past'
    | 'no-such-time'
    | 'no-such-day';
}

/** Where only the part of a day is said, this hour is taken and said back. */
const USUAL = { '#am': 10, '#pm': 15, '#night': 19, '#dawn': 6 } as const;
type Part = keyof typeof USUAL;
const USUAL_HOUR = 10;
const EARLIEST_SURE = 7;

interface Hour {
  hour: number;
  minute: number;
}

/** 10 → 10:00; 8 with "de la tarde" → 20:00; 3 alone could be either. */
const hourOf = (sign: string, part: Part | undefined): Hour | 'ambiguous' | 'invalid' => {
  const sure = sign.startsWith('t!');
  const [hour = 0, minute = 0] = sign.replace(/^t!?/, '').split(':').map(Number);
  if (hour > 23 || minute > 59) return 'invalid';
  if (sure || hour > 12 || hour === 0) return { hour, minute };
  if (part === '#am' || part === '#dawn') return { hour: hour % 12, minute };
  if (part === '#pm') return { hour: (hour % 12) + 12, minute };
  if (part === '#night') return hour >= 6 && hour < 12 ? { hour: hour + 12, minute } : 'ambiguous';
  return hour >= EARLIEST_SURE ? { hour, minute } : 'ambiguous';
};

const validDay = ({ year, month, day }: Local): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const dayOfMonth = (sign: string, today: Local, past: boolean): Local | 'no-such-day' => {
  const [month = 0, day = 0, year] = sign.slice(2).split('-').map(Number);
  const local = { ...today, month, day, year: year ?? today.year };
  if (month < 1 || month > 12 || !validDay({ ...local, year: year ?? 2024 })) return 'no-such-day';
  if (year !== undefined) return validDay(local) ? local : 'no-such-day';
  const order = month * 100 + day - (today.month * 100 + today.day);
  const moved = { ...local, year: today.year + (past ? (order > 0 ? -1 : 0) : order < 0 ? 1 : 0) };
  return validDay(moved) ? moved : 'no-such-day';
};

const dayOf = (sign: string, today: Local, past: boolean): Local | 'day-ambiguous' | 'no-such-day' => {
  const number = Number(sign.slice(2));
  if (sign.startsWith('@m')) return dayOfMonth(sign, today, past);
  if (sign.startsWith('@d')) return plusDays(today, number);
  const ahead = (number - weekdayOf(today) + 7) % 7;
  if (sign.startsWith('@p') || past) return plusDays(today, (ahead || 7) - 7 - (ahead === 0 ? 7 : 0));
  if (sign.startsWith('@n')) return plusDays(today, ahead || 7);
  return ahead === 0 ? 'day-ambiguous' : plusDays(today, ahead);
};

const unique = (signs: readonly string[], kind: RegExp): string[] => [
  ...new Set(signs.filter((sign) => kind.test(sign))),
];

/**
 * Reads the one moment a text names. Ambiguous or past ones are not guessed: they come back as a note, to be asked.
 * With `past`, days lie behind and a day alone means its beginning ("the message of yesterday").
 */
export const momentIn = (
  folded: string,
  languages: readonly Language[],
  now: Date,
  zone: string,
  past = false,
): Moment | undefined => {
  const signs = languages.map((language) => signsOf(folded, language)).find((found) => found.length > 0);
  if (!signs) return undefined;
  const later = unique(signs, /^\+/);
  if (later.length === 1 && signs.length === 1) return { at: new Date(now.getTime() + Number(later[0]) * 60_000) };
  const days = unique(signs, /^@/);
  const times = unique(signs, /^(?:t|midnight)/);
  const parts = unique(signs, /^#/);
  if (later.length > 0 || days.length > 1 || times.length > 1 || parts.length > 1) return { note: 'several' };
  if (signs.includes('now') && days.length + times.length === 0) return { at: now };
  if (days.length + times.length + parts.length === 0) return undefined;
  return resolve({ day: days[0], time: times[0], part: parts[0] as Part | undefined }, now, zone, past);
};

const resolve = (
  said: { day: string | undefined; time: string | undefined; part: Part | undefined },
  now: Date,
  zone: string,
  past: boolean,
): Moment => {
  const today = localOf(now, zone);
  const day = dayOf(said.day ?? '@d0', today, past);
  if (typeof day === 'string') return { note: day };
  if (past && !said.time && !said.part) return settle({ ...day, hour: 0, minute: 0 }, zone);
  if (said.time === 'midnight') return { note: 'day-ambiguous' };
  if (!said.time) {
    if (!said.day || (said.day === '@d0' && !said.part)) return { note: 'hour-missing' };
    const assumed = settle({ ...day, hour: said.part ? USUAL[said.part] : USUAL_HOUR, minute: 0 }, zone);
    return assumed.at && assumed.at <= now && !past
      ? { note: 'hour-missing' }
      : { ...assumed, note: assumed.note ?? 'hour-assumed' };
  }
  const hour = hourOf(said.time, said.part);
  if (hour === 'ambiguous') return { note: 'hour-ambiguous' };
  if (hour === 'invalid') return { note: 'no-such-time' };
  const moment = settle({ ...day, ...hour }, zone);
  return moment.at && moment.at <= now && !past ? { note: 'past' } : moment;
};

const settle = (local: Local, zone: string): Moment => {
  const at = instantOf(local, zone);
  return at ? { at } : { note: 'no-such-time' };
};
