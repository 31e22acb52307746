import type { Condition } from '../expression';
import type { Attribute } from '../vocabulary.table';
import type { Amounts } from './amounts';
import type { Days } from './days';
import type { Names } from './names';
import type { Term, Text } from './text';

/** What is asked of one attribute: "es «RM»", "más de 3", "en noviembre", or one of its values alone. */
export class Comparisons {
  constructor(
    private readonly text: Text,
    private readonly days: Days,
    private readonly names: Names,
    private readonly amounts: Amounts,
  ) {}

  compared(attribute: Attribute, at: number, isDenied: boolean): Term | undefined {
    const { key } = attribute;
    const among = this.text.take('oneOf', at);
    if (among) return this.list(attribute, at + among);
    const isnt = this.text.take('isnt', at);
    if (isnt) return this.literal(attribute, at + isnt, (not) => ({ attribute: key, not }));
    const range = this.range(attribute, at, isDenied);
    if (range) return { value: { attribute: key, ...range.value } as Condition, next: range.next };
    const is = this.text.take('is', at);
    if (is) return this.literal(attribute, at + is, (value) => ({ attribute: key, is: value }));
    const value = this.names.valueOf(attribute, this.text.skip(at));
    return value && this.more(attribute, value);
  }

  /** "RM o Valparaíso", "RM, Valparaíso y Biobío": more values of the same, that nobody can have at once. */
  more(attribute: Attribute, first: { value: readonly string[]; next: number }): Term {
    const values = [...first.value];
    let { next } = first;
    for (;;) {
      const joined = Math.max(
        this.text.take('or', next),
        this.text.take('and', next),
        this.text.tokens[next]?.raw === ',' ? 1 : 0,
      );
      const from = joined ? next + joined : next;
      const start = joined ? this.text.skip(from) : from;
      const more = joined && !this.names.keyAt(from) ? this.names.valueOf(attribute, start) : undefined;
      if (!more) break;
      values.push(...more.value);
      next = more.next;
    }
    const all = [...new Set(values)];
    const [only = '', ...others] = all;
    return {
      value: { attribute: attribute.key, ...(others.length > 0 ? { in: all } : { is: only }) } as Condition,
      next,
    };
  }

  /** Numbers for what is a number, days for what is a day; for anything else what is said. */
  private range(attribute: Attribute, at: number, isDenied: boolean) {
    const after = at + this.text.take('is', at);
    const days = this.days.range(at, isDenied) ?? this.days.range(after, isDenied);

    const amount = this.amounts.amount(at) ?? this.amounts.amount(after);
    // "2024" is a year of what has days, and a number of anything else
    return days && (attribute.kind === 'day' || days.next > (amount?.next ?? 0)) ? days : amount;
  }

  private list(attribute: Attribute, at: number): Term | undefined {
    const values: string[] = [];
    let next = at;
    for (;;) {
      const value = this.literalAt(attribute, next);
      if (!value || typeof value.value === 'number') return undefined;
      values.push(value.value);
      next = value.next;
      if (this.text.tokens[next]?.raw !== ',') break;
      next += 1;
    }
    return values.length > 1 ? { value: { attribute: attribute.key, in: values }, next } : undefined;
  }

  private literal(attribute: Attribute, at: number, made: (value: string | number) => Condition): Term | undefined {
    const value = this.literalAt(attribute, at);
    if (!value) return undefined;
    const condition = made(value.value);
    if (!('is' in condition) || typeof value.value === 'number') return { value: condition, next: value.next };
    return this.more(attribute, { value: [value.value], next: value.next });
  }

  private literalAt(attribute: Attribute, at: number): { value: string | number; next: number } | undefined {
    const token = this.text.tokens[at];
    if (token?.kind === 'quoted') return { value: token.raw, next: at + 1 };
    const value = this.names.valueOf(attribute, at);
    if (value?.value[0] !== undefined) return { value: value.value[0], next: value.next };
    return token?.kind === 'number' ? this.amounts.number(at) : undefined;
  }
}
