import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { holidaysOf } from '../audience/holidays';
import { addBusinessDays, addDays, addMonths, type Count, type Day, dayIn, endOfDay, hourOf } from './calendar';
import type { Right } from './case-state';

export type Span = { days: number } | { months: number } | { business: number; count: Count };
interface Regime {
  everywhere?: boolean;
  countries?: readonly string[];
  zone: string;
  from?: string;
  until?: string;
  answer?: Span;
  block?: Span;
  extension?: Span;
  claim?: Span;
  opt_out?: Span;
  answered_as?: string;
  authority_url?: string;
  free_claim?: boolean;
}
/** A moment of the case after which the clock no longer matters. */
type Fact = 'acked' | 'routed' | 'acknowledged' | 'decided' | 'told' | 'claim_answered';
export type Audience = 'privacy' | 'owner' | 'platform' | 'legal';
export interface ClockRule {
  from?: 'received' | 'routed';
  at?: 'due';
  before?: { days: number };
  minutes?: number;
  hours?: number;
  days?: number;
  business?: number;
  count?: Count;
  until: Fact;
  tell: readonly Audience[];
  series?: string;
  overdue?: boolean;
  only?: readonly Right[];
  not?: readonly Right[];
}
interface Term {
  seconds?: number;
  hours?: number;
  days?: number;
  business?: number;
  count?: Count;
  extension?: { days: number };
  before?: readonly number[];
}
interface Rules {
  regimes: Readonly<Record<string, Regime>>;
  clocks: Readonly<Record<string, ClockRule>>;
  claim_clocks: Readonly<Record<string, ClockRule>>;
  terms: Readonly<Record<string, Term>>;
  confirmMinutes: number;
  answerDays: number;
  postMinutes: number;
  letterLength: number;
}

/** deadlines.yaml as it stands. */
export const deadlines = load(readFileSync(join(__dirname, 'deadlines.yaml'), 'utf8')) as Rules;

/** Chile's legal holidays. */
export const holidays: ReadonlySet<Day> = holidaysOf('CL');

const reminderHour = 9;
const minuteMs = 60_000;

const after = (day: Day, span: Span): Day => {
  if ('days' in span) return addDays(day, span.days);
  if ('months' in span) return addMonths(day, span.months);
  return addBusinessDays(day, span.business, span.count, holidays);
};

export function regimeOf(name: string): Regime {
  const regime = deadlines.regimes[name];
  if (!regime) throw new Error(`no regime ${name}`);
  return regime;
}

/** By which law an answer is written at this moment: what was asked under the old one says what the new one asks. */
export function answeringRegime(name: string, at: Date): string {
  const { answered_as: other, until } = regimeOf(name);
  return other && until && at >= new Date(until) ? other : name;
}

const isOf = (regime: Regime, countries: readonly string[]): boolean =>
  countries.some((country) => regime.countries?.includes(country));
const applies = (regime: Regime, countries: readonly string[], at: Date): boolean =>
  (regime.everywhere || isOf(regime, countries)) &&
  (!regime.from || at >= new Date(regime.from)) &&
  (!regime.until || at < new Date(regime.until));

/** By which law a request is answered and until when: of those that apply, the one whose date comes first. Where to complain is asked of each. */
export function dueOf(request: { right: Right; receivedAt: Date; countries: readonly string[] }): {
  regime: string;
  dueAt: Date;
  authorities: readonly string[];
} {
  const { right, receivedAt, countries } = request;
  const candidates = Object.entries(deadlines.regimes)
    .filter(([, regime]) => applies(regime, countries, receivedAt))
    .flatMap(([name, regime]) => {
      const span = (right === 'block' && regime.block) || regime.answer;
      return span ? [{ regime: name, dueAt: endAfter(receivedAt, span, regime.zone) }] : [];
    });
  const counts = candidates.reduce((first, next) => (next.dueAt < first.dueAt ? next : first));
  const near = candidates.map(({ regime }) => regime).filter((name) => isOf(regimeOf(name), countries));
  return { ...counts, authorities: near.length > 0 ? near : [counts.regime] };
}

/** The last second of so many days after the day on which something was. */
export const endAfter = (at: Date, span: Span, zone: string): Date => endOfDay(after(dayIn(at, zone), span), zone);

/** The last day that an extension may reach; a block has none, nor has a law that knows none. */
export function latestExtension(one: { regime: string; right: Right; due_at: Date; original_due_at: Date | null }) {
  const { extension, zone } = regimeOf(one.regime);
  if (!extension || one.right === 'block') return undefined;
  return endAfter(one.original_due_at ?? one.due_at, extension, zone);
}

/** Until when a refusal or a silence can be complained of, wherever that takes longest; an authority without a term is open for ever. */
export function claimUntil(authorities: readonly string[], since: Date): Date | undefined {
  const ends = authorities.flatMap((name) => {
    const { claim, zone } = regimeOf(answeringRegime(name, since));
    return claim ? [endAfter(since, claim, zone)] : [];
  });
  return ends.sort((a, b) => b.getTime() - a.getTime())[0];
}

export interface ClockRow {
  clock: string;
  due_at: Date;
  lenient_at: Date | null;
}
interface Timed {
  right: Right;
  regime: string;
  received_at: Date;
  routed_at: Date | null;
  due_at: Date;
}

/** Which clocks run for a case, and when each rings. What would have rung before the request came in does not run. */
export function clocksOf(one: Timed): ClockRow[] {
  return Object.entries(deadlines.clocks).flatMap(([clock, rule]) => {
    if (rule.only ? !rule.only.includes(one.right) : rule.not?.includes(one.right)) return [];
    const rings = ringOf(rule, one);
    if (!rings || rings.due_at <= one.received_at) return [];
    return [{ clock, ...rings }];
  });
}

function ringOf(rule: ClockRule, one: Timed): Omit<ClockRow, 'clock'> | undefined {
  const { zone } = regimeOf(one.regime);
  const plain = (due_at: Date) => ({ due_at, lenient_at: null });
  if (rule.at) return plain(new Date(one.due_at.getTime() + 1_000)); // the first second that is too late
  if (rule.before) return plain(hourOf(addDays(dayIn(one.due_at, zone), -rule.before.days), reminderHour, zone));
  const from = rule.from === 'routed' ? one.routed_at : one.received_at;
  if (!from) return undefined;
  if (rule.minutes || rule.hours)
    return plain(new Date(from.getTime() + ((rule.minutes ?? 0) + (rule.hours ?? 0) * 60) * minuteMs));
  if (rule.days) return plain(hourOf(addDays(dayIn(from, zone), rule.days), reminderHour, zone));
  const business = rule.business ?? 0;
  return {
    due_at: endAfter(from, { business, count: rule.count ?? 'strict' }, zone),
    lenient_at: endAfter(from, { business, count: 'lenient' }, zone),
  };
}
