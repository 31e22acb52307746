import type { Entities } from '../conversation/understand';

/** A day and a time of day as some clock shows them; what was not said is absent. */
interface Parts {
  day?: string;
  time?: string;
}

const two = (number: string | number): string => String(number).padStart(2, '0');

const shown = (at: Date, zone: string): Parts => {
  const [day = '', time = ''] = at.toLocaleString('sv', { timeZone: zone }).split(' ');
  return { day, time: time.slice(0, 5) };
};

const clear = (partly = ''): Parts => {
  const [, month = '', day = '', year = ''] = /@m(\d+)-(\d+)-(\d+)/.exec(partly) ?? [];
  const [, hour = '', minute = ''] = /t!?(\d+):(\d+)/.exec(partly) ?? [];
  return {
    ...(year && { day: `${year}-${two(month)}-${two(day)}` }),
    ...(hour && { time: `${two(hour)}:${minute}` }),
  };
};

const partsIn = ({ moment, past }: Entities, zone: string): Parts[] => [
  ...(moment?.at ? [shown(moment.at, zone)] : moment?.partly ? [clear(moment.partly)] : []),
  ...(past ? [shown(past, zone)] : []),
];

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** What a value says: an instant, a date, a time of day, or words that are read as the text itself is. */
const wanted = (value: string, read: (text: string) => Entities, zone: string): Parts[] => {
  const [, day, time, offset] = ISO.exec(value) ?? [];
  if (offset) return [shown(new Date(value), zone)];
  if (day) return [{ day, ...(time && { time }) }];
  const clock = /^(\d{1,2})(?::(\d\d))?$/.exec(value);
  return clock ? [{ time: `${two(clock[1] ?? '')}:${clock[2] ?? '00'}` }] : partsIn(read(value), zone);
};

/** Whether a value and a text mean the same moment, as far as the value says it and its key asks for it. */
export const isSameMoment = (
  key: string,
  value: string,
  heard: { entities: Entities; read: (text: string) => Entities; zone: string; dates: readonly Date[] },
): boolean => {
  const { entities, read, zone, dates } = heard;
  const isDay = /date|day|fecha|d[ií]a|data/i.test(key);
  const isTime = /time|hour|hora/i.test(key);
  const said = [...partsIn(entities, zone), ...dates.map((date) => shown(date, zone))];
  const means = wanted(value, read, zone).map(({ day, time }) => ({
    ...(day && !(isTime && time) && { day }),
    ...(time && !(isDay && day) && { time }),
  }));
  const isSame = (one: Parts, other: Parts): boolean =>
    (one.day ?? one.time) !== undefined &&
    (one.day === undefined || one.day === other.day) &&
    (one.time === undefined || one.time === other.time);
  if (means.some((one) => said.some((other) => isSame(one, other)))) return true;
  const { note, partly } = read(value).moment ?? {};
  return note !== undefined && partly === undefined && note === entities.moment?.note;
};
