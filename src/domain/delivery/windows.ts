import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { holidaysOf } from '../audience/holidays';
import { instantOf, isZone, localTime, nextDay } from '../audience/local-time';

/** Hours at which people of one country may be written to by one channel. */
export interface Window {
  for: string;
  country?: string;
  channel?: string;
  /** 1 Monday … 7 Sunday */
  days: readonly number[];
  /** `09:00` */
  from: string;
  /** Just before it, or it too where `inclusive`. */
  to: string;
  inclusive?: boolean;
  holidays?: boolean;
  why: 'law' | 'setting';
  rule: string;
}
/** Where somebody is: it decides their hours. */
export interface Place {
  country: string;
  zone: string;
}

/** The hours, the first line that fits. */
export const windows = load(readFileSync(join(__dirname, 'windows.yaml'), 'utf8')) as readonly Window[];

const minuteMs = 60_000;
const mostDays = 30;
const msOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * minuteMs;
};

/** Whose hours hold for this; undefined: any hour will do. */
export const windowOf = (purpose: string, country: string, channel: string): Window | undefined =>
  windows.find(
    (one) => one.for === purpose && (one.country ?? country) === country && (one.channel ?? channel) === channel,
  );

const takes = (window: Window, country: string, day: string, weekday: number): boolean =>
  window.days.includes(weekday) && !(window.holidays && holidaysOf(country).has(day));

/** @param place a zone that is none is nowhere: nobody is written to there */
export function isOpen(window: Window, { country, zone }: Place, now: Date): boolean {
  if (!isZone(zone)) return false;
  const { day, weekday, ms } = localTime(now, zone);
  const isBefore = window.inclusive ? ms <= msOf(window.to) : ms < msOf(window.to);
  return takes(window, country, day, weekday) && ms >= msOf(window.from) && isBefore;
}

/** The first moment from now on at which it is open there; now, if it is. @returns undefined where it never is */
export function nextOpening(window: Window, place: Place, now: Date): Date | undefined {
  if (!isZone(place.zone)) return undefined;
  if (isOpen(window, place, now)) return now;
  let { day } = localTime(now, place.zone);
  for (let tries = 0; tries < mostDays; tries++, day = nextDay(day)) {
    const opens = instantOf(day, msOf(window.from), place.zone);
    if (opens > now && isOpen(window, place, opens)) return opens;
  }
  return undefined;
}

/** A place as statements know it. */
export const placeKey = ({ country, zone }: Place): string => `${country}|${zone}`;

/** The first moment of the day two days ago there: whoever was written to since has not had two full days of peace. */
export const peaceSince = (zone: string, now: Date): Date => instantOf(nextDay(localTime(now, zone).day, -2), 0, zone);
