import type { Language } from '../../../intent';
import { dayOf } from './days';
import type { Moment } from './found';
import { signsOf } from './moment-signs';
import { instantOf, type Local, localOf, plusDays } from './zone';

export interface Asked {
  /** Days lie behind, and a day alone means its beginning ("the message of yesterday"). */
  past?: boolean;
  /** What was said of it before, as `Moment.partly` or `partOf` says it; whatever is said now goes before it. */
  before?: string | undefined;
}

type Part = '#am' | '#pm' | '#eve' | '#night' | '#dawn';
const EARLIEST_SURE = 7;
const LATEST_AFTERNOON = 9;

interface Hour {
  hour: number;
  minute: number;
}

/** 10 → 10:00; 8 with "de la tarde" → 20:00; 3 alone could be either. */
const hourOf = (sign: string, part: Part | undefined): Hour | 'hour-ambiguous' | 'no-such-time' => {
  const sure = sign.startsWith('t!');
  const [hour = 0, minute = 0] = sign.replace(/^t!?/, '').split(':').map(Number);
  if (hour > 23 || minute > 59) return 'no-such-time';
  const isMorning = part === '#am' || part === '#dawn';
  if (sure || hour > 12 || hour === 0) return isMorning && hour > 12 ? 'hour-ambiguous' : { hour, minute };
  if (part === '#dawn') return hour < EARLIEST_SURE || hour === 12 ? { hour: hour % 12, minute } : 'hour-ambiguous';
  if (part === '#am') return hour < 12 ? { hour, minute } : 'hour-ambiguous';
  if (part === '#pm')
    return hour === 12 || hour < LATEST_AFTERNOON ? { hour: (hour % 12) + 12, minute } : 'hour-ambiguous';
  if (part === '#eve') return hour >= 4 && hour < 12 ? { hour: hour + 12, minute } : 'hour-ambiguous';
  if (part === '#night') return hour >= 6 && hour < 12 ? { hour: hour + 12, minute } : 'hour-ambiguous';
  return hour >= EARLIEST_SURE ? { hour, minute } : 'hour-ambiguous';
};

const DAY = /^[@>]/;
const TIME = /^(?:t!?\d|midnight)/;
const PART = /^#/;
const two = (n: number): string => String(n).padStart(2, '0');
const dayText = ({ month, day, year }: Local): string => `@m${month}-${day}-${year}`;

/** A known moment as what was said before. */
export const partOf = (at: Date, zone: string): string => {
  const local = localOf(at, zone);
  return `${dayText(local)} t!${two(local.hour)}:${two(local.minute)}`;
};

/** What is said now, and of what was said before whatever is left out: "at 11" keeps the day, "on Friday" the hour. */
const withBefore = (signs: readonly string[], before = ''): string[] => {
  const has = (kind: RegExp): boolean => signs.some((sign) => kind.test(sign));
  const old = before.split(' ').filter(Boolean);
  if (has(/^(?:now|[+-])/) || (signs.length === 0 && old.length > 0)) return [...signs];
  const days = has(DAY) ? [] : old.filter((sign) => DAY.test(sign));
  // an hour that could be either half of the day and the part of the day may come one after the other
  const times = has(TIME) ? [] : old.filter((sign) => (has(PART) ? /^t\d/ : TIME).test(sign));
  const parts = has(PART) || has(/^(?:t!|midnight)/) ? [] : old.filter((sign) => PART.test(sign));
  return [...signs, ...days, ...times, ...parts];
};

/**
 * Reads the one moment that signs name; undefined where they name none. Ambiguous or past ones are not guessed:
 * they come back as a note, to be asked.
 */
export const momentOf = (
  said: readonly string[],
  now: Date,
  zone: string,
  { past = false, before }: Asked = {},
): Moment | undefined => {
  const signs = withBefore(said, before);
  const unique = (kind: RegExp): string[] => [...new Set(signs.filter((sign) => kind.test(sign)))];
  const later = unique(/^[+-]/);
  const times = unique(TIME);
  const parts = unique(/^#[a-z]/);
  if (signs.length === 0) return undefined;
  if (later.length + times.length > 1 || parts.length > 1) return { note: 'several' };
  if (later[0] !== undefined) return signs.length > 1 ? { note: 'several' } : inMinutes(Number(later[0]), now, past);
  const [day, time] = [signs.filter((sign) => DAY.test(sign)), times[0]];
  if (signs.includes('now') && day.length + times.length === 0) return past ? undefined : { at: now };
  const isVague = signs.includes('~') || (signs.includes('#?') && time === undefined);
  return resolve({ day, time, part: parts[0] as Part | undefined, isVague }, now, zone, past);
};

/** To a question about a moment a number alone is an hour. */
export const hourAlone = (folded: string): string[] | undefined => {
  const hour = /^\s*(\d{1,2})[\s.!]*$/.exec(folded)?.[1];
  return hour === undefined ? undefined : [`t${hour}:00`];
};

/** Reads the one moment a folded text names. */
export const momentIn = (
  folded: string,
  languages: readonly Language[],
  now: Date,
  zone: string,
  asked: Asked = {},
): Moment | undefined => {
  const hour = asked.before === undefined ? undefined : hourAlone(folded);
  return momentOf(hour ?? signsOf(folded, languages), now, zone, asked);
};

const inMinutes = (minutes: number, now: Date, past: boolean): Moment =>
  minutes < 0 && !past ? { note: 'past' } : { at: new Date(now.getTime() + minutes * 60_000) };

interface Said {
  day: readonly string[];
  time: string | undefined;
  part: Part | undefined;
  isVague: boolean;
}

const resolve = (
  { day: signs, time, part, isVague }: Said,
  now: Date,
  zone: string,
  past: boolean,
): Moment | undefined => {
  const today = localOf(now, zone);
  const named = dayOf(signs, today, past);
  const unclear = (note: NonNullable<Moment['note']>, day?: Local): Moment => {
    const partly = [...(day ? [dayText(day)] : []), ...(time ? [time] : []), ...(part ? [part] : [])].join(' ');
    return { note, ...(partly && { partly }) };
  };
  if (typeof named === 'string') return past ? undefined : unclear(named);
  if (past && !time) return named && beginning(named, zone);
  if (!past && named && isBefore(named, today)) return unclear('past');
  if (isVague && time) return { note: 'vague', ...(named && { partly: dayText(named) }) };
  if (time === 'midnight') return midnight(signs, today, zone);
  if (!time) return unclear(isVague ? 'vague' : 'hour-missing', named);
  const hour = hourOf(time, part);
  if (typeof hour === 'string') return hour === 'no-such-time' ? unclear(hour) : unclear(hour, named ?? today);
  const moment = settle({ ...(named ?? today), ...hour }, zone);
  return moment.at && moment.at <= now && !past ? unclear('past', named) : moment;
};

/** Without a day, or today, the next one; of any other day it may be its first or its last moment. */
const midnight = (signs: readonly string[], today: Local, zone: string): Moment => {
  if (signs.some((sign) => sign !== '@d0')) return { note: 'day-ambiguous' };
  return settle({ ...plusDays(today, 1), hour: 0, minute: 0 }, zone);
};

const isBefore = (one: Local, other: Local): boolean =>
  Date.UTC(one.year, one.month, one.day) < Date.UTC(other.year, other.month, other.day);

/** Some days begin at one. */
const beginning = (day: Local, zone: string): Moment => {
  const first = settle({ ...day, hour: 0, minute: 0 }, zone);
  return first.at ? first : settle({ ...day, hour: 1, minute: 0 }, zone);
};

const settle = (local: Local, zone: string): Moment => {
  const at = instantOf(local, zone);
  return at ? { at } : { note: 'no-such-time' };
};
