import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const byCountry = load(readFileSync(join(__dirname, 'holidays.yaml'), 'utf8')) as Readonly<
  Record<string, Record<string, string[]>>
>;

const sets = new Map(
  Object.entries(byCountry).map(([country, years]) => [
    country,
    new Set(Object.entries(years).flatMap(([year, days]) => days.map((day) => `${year}-${day}`))),
  ]),
);
const none: ReadonlySet<string> = new Set();

/** A country's legal holidays as days (`2026-12-08`); none where we know of none. */
export const holidaysOf = (country: string): ReadonlySet<string> => sets.get(country) ?? none;
