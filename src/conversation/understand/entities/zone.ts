/** A wall clock in some zone. */
export interface Local {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone);
  if (!format) {
    const numeric = 'numeric' as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
    });
    formats.set(zone, format);
  }
  return format;
};

/** What the clock on the wall shows in a zone. */
export const localOf = (at: Date, zone: string): Local => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return {
    year: parts.year ?? 0,
    month: parts.month ?? 0,
    day: parts.day ?? 0,
    hour: parts.hour ?? 0,
    minute: parts.minute ?? 0,
  };
};

const asUtc = ({ year, month, day, hour, minute }: Local): number => Date.UTC(year, month - 1, day, hour, minute);

/** The instant at which a wall clock shows this; undefined where the clock jumps over it. Of two, the earlier. */
export const instantOf = (local: Local, zone: string): Date | undefined => {
  const wanted = asUtc(local);
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map((ms) => asUtc(localOf(new Date(ms), zone)) - ms);
  const found = offsets
    .map((offset) => wanted - offset)
    .filter((ms) => asUtc(localOf(new Date(ms), zone)) === wanted)
    .sort((a, b) => a - b);
  return found[0] === undefined ? undefined : new Date(found[0]);
};

/** The same wall clock some days later. */
export const plusDays = (local: Local, days: number): Local => {
  const moved = new Date(Date.UTC(local.year, local.month - 1, local.day + days));
  return { ...local, year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
};

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = ({ year, month, day }: Local): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
