import type { Condition } from '../expression';
import type { Days } from './days';
import type { Names } from './names';
import type { Text } from './text';

export type NumberRange =
  | { over: number }
  | { under: number }
  | { from: number; to: number }
  | { from: number }
  | { to: number };
export interface Amount {
  value: NumberRange;
  /** The place behind it. */
  next: number;
}

/** How many or how much: "más de 3", "entre 50 mil y 200 lucas", "3 o más". */
export class Amounts {
  constructor(
    private readonly text: Text,
    private readonly days: Days,
    private readonly names: Names,
  ) {}

  amount(at: number): Amount | undefined {
    for (const [name, end] of [
      ['over', 'over'],
      ['under', 'under'],
      ['least', 'from'],
      ['most', 'to'],
    ] as const) {
      const taken = this.text.take(name, at);
      const number = taken ? this.number(at + taken) : undefined;
      if (number) return { value: { [end]: number.value } as NumberRange, next: number.next };
    }
    const opening = this.text.take('between', at);
    const from = opening ? this.number(at + opening) : undefined;
    const and = from ? this.text.take('and', from.next) : 0;
    const to = from && and ? this.number(from.next + and) : undefined;
    if (from && to) return { value: { from: from.value, to: to.value }, next: to.next };
    const alone = this.number(at);
    if (!alone) return undefined;
    const more = this.text.take('orMore', alone.next);
    if (more) return { value: { from: alone.value }, next: alone.next + more };
    const less = this.text.take('orLess', alone.next);
    if (less) return { value: { to: alone.value }, next: alone.next + less };
    // "3 compras": exactly so many; a length of time or a year is none
    const isKey = this.names.keyAt(alone.next)?.value.kind === 'number';
    return isKey ? { value: { from: alone.value, to: alone.value }, next: alone.next } : undefined;
  }

  /** "De 25 a 40". */
  ages(at: number): Amount | undefined {
    const from = this.number(at);
    const to =
      from && /^(a|to|ate)$/.test(this.text.tokens[from.next]?.plain ?? '') ? this.number(from.next + 1) : undefined;
    return from && to && { value: { from: from.value, to: to.value }, next: to.next };
  }

  /** "3 compras o más": what stands behind the name. */
  orMore(amount: Amount, at: number): Amount {
    const exact = exactly(amount.value);
    if (exact === undefined) return { value: amount.value, next: at };
    const more = this.text.take('orMore', at);
    if (more) return { value: { from: exact }, next: at + more };
    const less = this.text.take('orLess', at);
    return less ? { value: { to: exact }, next: at + less } : { value: amount.value, next: at };
  }

  number(at: number): { value: number; next: number } | undefined {
    const token = this.text.tokens[at];
    if (token?.kind !== 'number' || token.number === undefined || Number.isNaN(token.number)) return undefined;
    const thousand = this.text.take('thousand', at + 1);
    const isDay = this.days.span(at) !== undefined && !this.text.takeOf(this.text.lexicon.file.age.years, at + 1);
    if (isDay) return undefined;
    return { value: token.number * (thousand ? 1000 : 1), next: at + 1 + thousand };
  }
}

const exactly = (range: NumberRange): number | undefined =>
  'from' in range && 'to' in range && range.from === range.to ? range.from : undefined;

export const counting = (attribute: string, range: NumberRange): Condition => {
  const is = exactly(range);
  return is === undefined ? { attribute, ...range } : { attribute, is };
};
