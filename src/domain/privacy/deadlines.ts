import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { holidaysOf } from '../audience/holidays';
import { addBusinessDays, addDays, addMonths, type Count, type Day, dayIn, endOfDay } from './calendar';
import type { Right } from './case-state';

type Span = { days: number } | { months: number } | { business: number; count: Count };
interface Regime {
  everywhere?: boolean;
  countries?: readonly string[];
  zone: string;
  from?: string;
  until?: string;
  answer: Span;
  block?: Span;
}
interface Rules {
  regimes: Readonly<Record<string, Regime>>;
  confirmMinutes: number;
  answerDays: number;
  postMinutes: number;
}

const load = (name: string): unknown => parse(readFileSync(join(__dirname, name), 'utf8'));

/** deadlines.yaml as it stands. */
export const deadlines = load('deadlines.yaml') as Rules;

/** Chile's legal holidays. */
export const holidays: ReadonlySet<Day> = holidaysOf('CL');

const after = (day: Day, span: Span): Day => {
  if ('days' in span) return addDays(day, span.days);
  if ('months' in span) return addMonths(day, span.months);
  return addBusinessDays(day, span.business, span.count, holidays);
};

const applies = (regime: Regime, countries: readonly string[], at: Date): boolean =>
  (regime.everywhere || countries.some((country) => regime.countries?.includes(country))) === true &&
  (!regime.from || at >= new Date(regime.from)) &&
  (!regime.until || at < new Date(regime.until));

/** By which law a request is answered and until when: of those that apply, the one whose date comes first. */
export function dueOf(request: { right: Right; receivedAt: Date; countries: readonly string[] }): {
  regime: string;
  dueAt: Date;
} {
  const { right, receivedAt, countries } = request;
  const candidates = Object.entries(deadlines.regimes)
    .filter(([, regime]) => applies(regime, countries, receivedAt))
    .map(([name, regime]) => {
      const span = (right === 'block' && regime.block) || regime.answer;
      return { regime: name, dueAt: endOfDay(after(dayIn(receivedAt, regime.zone), span), regime.zone) };
    });
  return candidates.reduce((first, next) => (next.dueAt < first.dueAt ? next : first));
}
