import { type Bound, type Condition, type DayBound, type Expression, isNot } from '../expression';
import { type Lexicon, lexiconOf, type Plain } from './lexicon';
import type { Language } from './tokens';

/** An expression in words that say the same when they are said back. @param keys the attributes that the customer has; a campaign is its number */
export function wordsOf(expression: Expression, language: Language, keys: readonly string[]): string {
  return new Printer(lexiconOf(language), keys).whole(expression);
}

class Printer {
  private readonly count = new Map<string, number>();

  constructor(
    private readonly lexicon: Lexicon,
    keys: readonly string[],
  ) {
    for (const key of keys) {
      const plain = this.plain(key);
      this.count.set(plain, (this.count.get(plain) ?? 0) + 1);
    }
  }

  whole(expression: Expression): string {
    if ('and' in expression && expression.and.length === 0) return this.lexicon.say('everybody');
    if ('and' in expression)
      return expression.and.map((child) => this.part(child)).join(` ${this.lexicon.say('and')} `);
    if ('or' in expression) return expression.or.map((child) => this.part(child)).join(` ${this.lexicon.say('or')} `);
    if (!isNot(expression)) return this.condition(expression);
    const { not } = expression;
    // "no leyeron C-118" needs no brackets; "no (región es …)" would be misread without
    const isPlain = 'did' in not || 'date' in not;
    return `${this.lexicon.say('not')} ${isPlain ? this.condition(not) : `(${this.whole(not)})`}`;
  }

  private part(expression: Expression): string {
    const isMany = ('and' in expression && expression.and.length > 0) || 'or' in expression;
    return isMany ? `(${this.whole(expression)})` : this.whole(expression);
  }

  private condition(condition: Condition): string {
    const { file, language } = this.lexicon;
    if ('attribute' in condition) return this.attribute(condition);
    if ('tag' in condition) return `${this.lexicon.say('tag')} ${quoted(condition.tag)}`;
    if ('unknown' in condition) return condition.unknown;
    if ('language' in condition) return `${this.lexicon.say('language')} ${file.languages[condition.language][0]}`;
    if ('country' in condition) return `${this.lexicon.say('country')} ${quoted(condition.country)}`;
    if ('consent' in condition) return `${file.consent[condition.consent][0]} ${file.channels[condition.channel][0]}`;
    if ('date' in condition) return `${file.date[condition.date][0]} ${this.range(condition, language)}`;
    const did = file.did[condition.did][0];
    if ('campaign' in condition) return `${did} C-${condition.campaign}`;
    return `${did} ${this.lexicon.say('lastDays')} ${this.span(condition.days)}`;
  }

  private attribute(condition: Extract<Condition, { attribute: string }>): string {
    const key = this.key(condition.attribute);
    if ('known' in condition) return `${this.lexicon.say('known')} ${key}`;
    if ('is' in condition) return `${key} ${this.lexicon.say('is')} ${this.value(condition.is)}`;
    if ('not' in condition) return `${key} ${this.lexicon.say('isnt')} ${this.value(condition.not)}`;
    if ('in' in condition) return `${key} ${this.lexicon.say('oneOf')} ${condition.in.map(quoted).join(', ')}`;
    return `${key} ${this.range(condition, this.lexicon.language)}`;
  }

  private range(range: object, language: Language): string {
    const { over, under, from, to } = range as Partial<Record<'over' | 'under' | 'from' | 'to', Bound>>;
    const say = (name: Parameters<Lexicon['say']>[0]) => this.lexicon.say(name);
    if (typeof (over ?? under ?? from ?? to) === 'number') {
      const of = (bound: Bound | undefined) => number(bound as number, language);
      if (over !== undefined) return `${say('over')} ${of(over)}`;
      if (under !== undefined) return `${say('under')} ${of(under)}`;
      if (from !== undefined && to !== undefined) return `${say('between')} ${of(from)} ${say('and')} ${of(to)}`;
      return from === undefined ? `${say('most')} ${of(to)}` : `${say('least')} ${of(from)}`;
    }

    const { lessAgo, moreAgo } = this.lexicon.file;
    if (over !== undefined) return isAgo(over) ? this.around(lessAgo, over.ago) : this.dated('after', over);
    if (under !== undefined) return isAgo(under) ? this.around(moreAgo, under.ago) : this.dated('before', under);
    if (from !== undefined && to !== undefined) return `${this.dated('betweenDays', from)} ${this.dated('andDay', to)}`;
    return from === undefined ? this.dated('until', to) : this.dated('since', from);
  }

  /** "Desde el 1 de noviembre", "desde hace 30 días": the first way of the list, and the one for lengths of time. */
  private dated(name: Plain, bound: Bound | undefined): string {
    const [first, second] = this.lexicon.file[name];
    const isLength = this.lexicon.language === 'es' && isAgo(bound as Bound);
    return `${isLength ? second : first} ${this.day(bound as DayBound)}`;
  }

  /** `1 de noviembre de 2026` */
  private day(bound: DayBound): string {
    if ('ago' in bound) return this.around(this.lexicon.file.ago, bound.ago);
    const [year = '', month, day] = bound.day.split('-');
    const name = this.lexicon.file.months[Number(month) - 1];
    const of = this.lexicon.language === 'en' ? ' ' : ' de ';
    return [Number(day), name, year].join(of);
  }

  private around({ before, after }: { before: string; after: string }, days: number): string {
    return [before, this.span(days), after].filter(Boolean).join(' ');
  }

  private span(days: number): string {
    const [many, , one] =
      this.lexicon.language === 'es'
        ? this.lexicon.file.units.day
        : [...this.lexicon.file.units.day, ...this.lexicon.file.units.day.slice(-1)];
    return `${days} ${days === 1 ? (one ?? many) : many}`;
  }

  private value(value: string | number): string {
    return typeof value === 'number' ? number(value, this.lexicon.language) : quoted(value);
  }

  /** As it is, if it is one name in words that mean nothing else. */
  private key(key: string): string {
    const words = this.lexicon.split(key);
    const isPlain = /^\p{L}[\p{L}\p{N}_ ]*$/u.test(key) && this.count.get(this.plain(key)) === 1;
    return isPlain && !this.lexicon.isReserved(words) ? key.replaceAll('_', ' ') : quoted(key);
  }

  private plain(key: string): string {
    return this.lexicon.split(key).join(' ');
  }
}

const isAgo = (bound: Bound): bound is { ago: number } => typeof bound === 'object' && 'ago' in bound;
const quoted = (value: string): string => `«${value.replaceAll('»', '»»')}»`;
const number = (value: number, language: Language): string => {
  // never in powers of ten, and without groups: as it is read back
  const plain = String(Number(value.toFixed(6)));
  const written = plain.includes('e') ? value.toFixed(6).replace(/\.?0+$/, '') : plain;
  return language === 'en' ? written : written.replace('.', ',');
};
