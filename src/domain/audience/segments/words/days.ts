import type { DayBound } from '../expression';
import { daysBefore, type Today } from '../selection.table';
import { type Lexicon, matched, type Unit } from './lexicon';
import type { Token } from './tokens';

export type DayRange =
  | { over: DayBound }
  | { under: DayBound }
  | { from: DayBound; to: DayBound }
  | { from: DayBound }
  | { to: DayBound };
interface Read<T> {
  value: T;
  /** The place behind it. */
  next: number;
}

const length: Record<Unit, number> = { day: 1, week: 7, month: 30, year: 365 };
const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
const lastOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Reads days and lengths of time; what is not wholly understood is not taken. */
export class Days {
  constructor(
    private readonly lexicon: Lexicon,
    private readonly tokens: readonly Token[],
    private readonly today: Today,
  ) {}

  /** @param isDenied "have not bought in 30 days", "no compran hace 6 meses": the length up to now */
  range(at: number, isDenied: boolean): Read<DayRange> | undefined {
    return this.relative(at, isDenied) ?? this.between(at) ?? this.bounded(at) ?? this.whole(at);
  }

  /** `30 días` */
  span(at: number): Read<number> | undefined {
    const count = this.tokens[at];
    if (count?.kind !== 'number' || !Number.isInteger(count.number)) return undefined;
    const unit = this.unit(at + 1);
    return unit && { value: (count.number ?? 0) * length[unit.value], next: unit.next };
  }

  /** `en los últimos 30 días`, `el último mes` */
  last(at: number): Read<number> | undefined {
    const many = this.take('lastDays', at);
    const span = many && this.span(at + many);
    if (span) return span;
    const one = this.take('lastOne', at);
    const unit = one ? this.unit(at + one) : undefined;
    return unit && { value: length[unit.value], next: unit.next };
  }

  private relative(at: number, isDenied: boolean): Read<DayRange> | undefined {
    const last = this.last(at);
    if (last) return { value: { over: { ago: last.value } }, next: last.next };
    const { lessAgo, moreAgo } = this.lexicon.file;
    const less = this.around(lessAgo, at);
    if (less) return { value: { over: { ago: less.value } }, next: less.next };
    const more = this.around(moreAgo, at);
    if (more) return { value: { under: { ago: more.value } }, next: more.next };
    if (!isDenied) return undefined;
    const within = this.take('inLength', at);
    const span = this.around(this.lexicon.file.ago, at) ?? (within ? this.span(at + within) : undefined);
    return span && { value: { over: { ago: span.value } }, next: span.next };
  }

  private between(at: number): Read<DayRange> | undefined {
    const opening = this.take('betweenDays', at);
    const from = opening ? this.day(at + opening) : undefined;
    const and = from && this.take('andDay', from.next);
    const to = from && and ? this.day(from.next + and) : undefined;
    return from && to && { value: { from: from.value, to: to.value }, next: to.next };
  }

  private bounded(at: number): Read<DayRange> | undefined {
    for (const [name, end] of [
      ['after', 'over'],
      ['before', 'under'],
      ['since', 'from'],
      ['until', 'to'],
    ] as const) {
      const taken = this.take(name, at);
      const day = taken ? this.day(at + taken, end) : undefined;
      if (day) return { value: { [end]: day.value } as DayRange, next: day.next };
    }
    return undefined;
  }

  /** `en noviembre`, `en 2025`, `este mes` */
  private whole(at: number): Read<DayRange> | undefined {
    const now = daysBefore(this.today, 0);
    const taken = this.take('inDay', at);
    const month = this.month(at + taken);
    if (month && taken)
      return { value: { from: { day: `${month.value}-01` }, to: { day: this.endOf(month.value) } }, next: month.next };
    const year = taken ? this.year(at + taken) : undefined;
    if (year)
      return { value: { from: { day: `${year.value}-01-01` }, to: { day: `${year.value}-12-31` } }, next: year.next };
    const current = this.take('this', at);
    const unit = current ? this.unit(at + current) : undefined;
    if (unit?.value === 'month')
      return {
        value: { from: { day: `${now.slice(0, 7)}-01` }, to: { day: this.endOf(now.slice(0, 7)) } },
        next: unit.next,
      };
    if (unit?.value === 'year')
      return {
        value: { from: { day: `${now.slice(0, 4)}-01-01` }, to: { day: `${now.slice(0, 4)}-12-31` } },
        next: unit.next,
      };
    return undefined;
  }

  /** `el 1 de noviembre de 2026`, `2026-11-01`, `hace 30 días`; a month or a year alone where it begins, or after which it is over. */
  private day(at: number, end: 'over' | 'under' | 'from' | 'to' = 'from'): Read<DayBound> | undefined {
    const ago = this.around(this.lexicon.file.ago, at);
    if (ago) return { value: { ago: ago.value }, next: ago.next };
    const start = at + this.take('article', at);
    const token = this.tokens[start];
    if (token?.kind === 'day')
      return isReal(token.day) ? { value: { day: token.day ?? '' }, next: start + 1 } : undefined;
    const isEnd = end === 'over' || end === 'to';
    if (token?.kind === 'number') {
      const month = this.month(start + 1 + this.take('ofDay', start + 1));
      const day = month && `${month.value}-${pad(token.number ?? 0)}`;
      if (month && isReal(day)) return { value: { day: day ?? '' }, next: month.next };
      const year = this.year(start);
      return year && { value: { day: isEnd ? `${year.value}-12-31` : `${year.value}-01-01` }, next: year.next };
    }
    const month = this.month(start);
    return month && { value: { day: isEnd ? this.endOf(month.value) : `${month.value}-01` }, next: month.next };
  }

  /** The last such month that has begun, unless its year is said. */
  private month(at: number): Read<string> | undefined {
    const index = this.lexicon.months.indexOf(this.tokens[at]?.plain ?? '');
    if (index < 0 || this.tokens[at]?.kind !== 'word') return undefined;
    const year = this.year(at + 1 + this.take('ofDay', at + 1));
    if (year) return { value: `${year.value}-${pad(index + 1)}`, next: year.next };
    const [thisYear = 0, thisMonth = 0] = daysBefore(this.today, 0).split('-').map(Number);
    return { value: `${index + 1 > thisMonth ? thisYear - 1 : thisYear}-${pad(index + 1)}`, next: at + 1 };
  }

  private year(at: number): Read<string> | undefined {
    const token = this.tokens[at];
    return token?.kind === 'number' && /^(19|20)\d\d$/.test(token.raw) ? { value: token.raw, next: at + 1 } : undefined;
  }

  private endOf(month: string): string {
    const [year = 0, of = 0] = month.split('-').map(Number);
    return `${month}-${pad(lastOf(year, of))}`;
  }

  /** A length between the words that stand around it. */
  private around({ before, after }: { before: string; after: string }, at: number): Read<number> | undefined {
    const head = this.lexicon.split(before);
    const tail = this.lexicon.split(after);
    if (!head.every((word, offset) => this.tokens[at + offset]?.plain === word)) return undefined;
    const span = this.span(at + head.length);
    if (!span || !tail.every((word, offset) => this.tokens[span.next + offset]?.plain === word)) return undefined;
    return { value: span.value, next: span.next + tail.length };
  }

  private unit(at: number): Read<Unit> | undefined {
    for (const [unit, names] of Object.entries(this.lexicon.file.units)) {
      const taken = matched(this.lexicon.compiled(names), this.tokens, at);
      if (taken) return { value: unit as Unit, next: at + taken };
    }
    return undefined;
  }

  private take(name: Parameters<Lexicon['of']>[0], at: number): number {
    return matched(this.lexicon.of(name), this.tokens, at);
  }
}

function isReal(day: string | undefined): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day ?? '');
}
