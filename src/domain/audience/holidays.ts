import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const byCountry: Readonly<Record<string, Record<string, string[]>>> = parse(
  readFileSync(join(__dirname, 'holidays.yaml'), 'utf8'),
);

const sets = new Map(
  Object.entries(byCountry).map(([country, years]) => [
    country,
    new Set(Object.entries(years).flatMap(([year, days]) => days.map((day) => `${year}-${day}`))),
  ]),
);
const none: ReadonlySet<string> = new Set();

/** A country's legal holidays as days (`2026-12-08`); none where we know of none. */
export const holidaysOf = (country: string): ReadonlySet<string> => sets.get(country) ?? none;
