import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { dataMap } from './data-map';

/** One unit and how many of it. */
export interface Period {
  hours?: number;
  days?: number;
  months?: number;
  years?: number;
}
export interface RetentionRule {
  /** Without one, it ends with what `with` says. */
  keep?: Period;
  /** What the period is counted from. */
  from?: string;
  with?: string;
  then?: 'aggregate';
  /** In days: what a customer may set instead. */
  customer?: { least: number; most: number };
  law: string;
}
interface RetentionFile {
  /** Of how many people a sum must be to remain. */
  k: number;
  /** Of the customer's own night, when the run begins. */
  hour: number;
  rules: Readonly<Record<string, RetentionRule>>;
  others: Readonly<Record<string, string>>;
}

/** retention.yaml as it stands. */
export const retention = load(readFileSync(join(__dirname, 'retention.yaml'), 'utf8')) as RetentionFile;

const entries = { ...dataMap.tables, ...dataMap.elsewhere };

/** The rules of one entry of the data map. */
export const rulesOf = (entry: string): readonly string[] => [entries[entry]?.keep ?? []].flat();

/** By which rules what a category holds is kept, each once. */
export function retentionOf(
  category: string,
): { rule: string; keep?: Period; with?: string; then: 'erase' | 'aggregate' }[] {
  const names = Object.entries(entries)
    .filter(([, entry]) => entry.category === category)
    .flatMap(([name]) => rulesOf(name));
  return [...new Set(names)].map((name) => {
    const { keep, with: end, then = 'erase' } = retention.rules[name] as RetentionRule;
    return { rule: name, then, ...(keep && { keep }), ...(end && { with: end }) };
  });
}

const hourMs = 3_600_000;

/** What is older than that is over: so long before a moment. Months and years by the calendar; a day that a month lacks is its last. */
export function before(now: Date, { hours = 0, days = 0, months = 0, years = 0 }: Period): Date {
  const at = new Date(now.getTime() - (hours + 24 * days) * hourMs);
  const back = months + 12 * years;
  if (back === 0) return at;
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() - back);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, last));
  return at;
}
