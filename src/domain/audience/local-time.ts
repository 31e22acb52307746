/** What a clock on the wall says. */
export interface LocalTime {
  /** `2026-12-01` */
  day: string;
  /** 1 Monday … 7 Sunday */
  weekday: number;
  /** Milliseconds since the day's 00:00, as the clock shows them. */
  ms: number;
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  if (formats.size < 1_000) formats.set(zone, format);
  return format;
}

/** Whether this is a zone that clocks can be read in. */
export function isZone(zone: string): boolean {
  try {
    return zone !== '' && formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** @throws RangeError when the zone is none */
export function localTime(at: Date, zone: string): LocalTime {
  const [day = '', time = ''] = formatOf(zone).format(at).split(' ');
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  return { day, weekday, ms: Date.parse(`1970-01-01T${time}Z`) + at.getUTCMilliseconds() };
}

/** The first moment at which the clock there shows this time of this day, or has gone past it where clocks go forward. */
export function instantOf(day: string, ms: number, zone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`) + ms;
  const shown = (at: number): number => {
    const local = localTime(new Date(at), zone);
    return Date.parse(`${local.day}T00:00:00Z`) + local.ms;
  };
  const offsets = [-dayMs, dayMs].map((shift) => shown(wanted + shift) - (wanted + shift));
  const candidates = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  return new Date(candidates.find((at) => shown(at) >= wanted) ?? wanted);
}

export const nextDay = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
