import { type Condition, type Expression, limits, readExpression, simplest } from '../expression';
import type { Today } from '../selection.table';
import { type Lexicon, lexiconOf, matched, type Plain } from './lexicon';
import type { Vocabulary } from './names';
import { Terms } from './terms';
import { fold, type Language, type Token, tokensOf } from './tokens';

export interface Parsed {
  /** What nobody here knows stands in it as `unknown`. */
  expression: Expression;
  /** What those unknown words may mean, by word; often nothing. */
  offers: ReadonlyMap<string, readonly Condition[]>;
  /** What it is to be called, if that was said in quotes. */
  name?: string;
}

/**
 * Reads whom somebody means, in their words or in ours said back. Nothing is guessed: what is not known, or could be two things, is `unknown` with what
 * it may be. @returns undefined when no word says whom, or when it is more than an expression can hold
 */
export function parseWords(text: string, language: Language, vocabulary: Vocabulary, today: Today): Parsed | undefined {
  const lexicon = lexiconOf(language);
  const tokens = tokensOf(text, language);
  const terms = new Terms(lexicon, tokens, vocabulary, today);
  const reader = new Reader(lexicon, tokens, terms);
  const read = reader.whole();
  const expression = read && readExpression(read);
  if (!expression) return undefined;
  return { expression, offers: terms.offers, ...(terms.name !== undefined && { name: terms.name }) };
}

/** `or` of `and`s of terms that may be denied or stand in brackets. */
class Reader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly lexicon: Lexicon,
    private readonly tokens: readonly Token[],
    private readonly terms: Terms,
  ) {}

  whole(): Expression | undefined {
    const parts: Expression[] = [];
    while (this.at < this.tokens.length) {
      const part = this.any();
      if (part) parts.push(part);
      else this.at += 1; // a bracket that closes nothing
    }
    return parts.length > 0 ? simplest({ and: parts }) : undefined;
  }

  private any(): Expression | undefined {
    const parts: Expression[] = [];
    do {
      const part = this.all();
      if (part) parts.push(part);
    } while (this.takes('or'));
    return parts.length > 1 ? { or: parts } : parts[0];
  }

  private all(): Expression | undefined {
    const parts: Expression[] = [];
    while (this.at < this.tokens.length && !this.isSign(')') && !this.sees('or')) {
      if (this.takes('and') || this.isSign(',') || this.isSign(';')) {
        if (this.isSign(',') || this.isSign(';')) this.at += 1;
        continue;
      }
      const part = this.one();
      if (part) parts.push(part);
    }
    return parts.length > 1 ? { and: parts } : parts[0];
  }

  private one(): Expression | undefined {
    const fixed = this.terms.fixed(this.at);
    if (fixed) return this.took(fixed);
    const isDenied = this.isDenial();
    if (isDenied) {
      this.takes('not');
      this.skipNothing();
      const inner = this.at < this.tokens.length && !this.isSign(')') ? this.denied() : undefined;
      return inner && { not: inner };
    }
    return this.brackets() ?? this.term(false);
  }

  /** "No la han leído"; but "no tiene edad" says something. */
  private skipNothing(): void {
    for (let isOn = true; isOn; ) isOn = !this.sees('known') && this.takes('noise');
  }

  private denied(): Expression | undefined {
    const fixed = this.terms.fixed(this.at);
    if (fixed) return this.took(fixed);
    if (this.isDenial()) return this.one();
    return this.brackets() ?? this.term(true);
  }

  private brackets(): Expression | undefined {
    if (!this.isSign('(') || this.depth > limits.depth * 2) return undefined;
    this.at += 1;
    this.depth += 1;
    const inner = this.any();
    this.depth -= 1;
    if (this.isSign(')')) this.at += 1;
    return inner;
  }

  private term(isDenied: boolean): Expression | undefined {
    const found = this.terms.at(this.at, isDenied);
    if (found) return this.took(found);
    this.at += 1; // says nothing of whom
    return undefined;
  }

  private took({ value, next }: { value: Expression; next: number }): Expression {
    this.at = next;
    return value;
  }

  /** "Menos los vip" denies, "menos de 3 compras" counts. */
  private isDenial(): boolean {
    return this.sees('not') && !this.terms.countsAt(this.at);
  }

  private sees(name: Plain): boolean {
    return matched(this.lexicon.of(name), this.tokens, this.at) > 0;
  }

  private takes(name: Plain): boolean {
    const taken = matched(this.lexicon.of(name), this.tokens, this.at);
    this.at += taken;
    return taken > 0;
  }

  private isSign(sign: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'sign' && token.raw === sign;
  }
}

const ways = ['is', 'isnt', 'over', 'under', 'least', 'most', 'after', 'before', 'known'] as const;

/** One condition as a form asks for it, with the value as people write it. @returns undefined when the value can't be compared so */
export function conditionOf(
  attribute: string,
  how: string,
  value: string,
  language: Language,
  vocabulary: Vocabulary,
  today: Today,
): Expression | undefined {
  const way = ways.find((one) => one === how);
  const known = vocabulary.attributes.find(({ key }) => key === attribute);
  if (!way || !known) return undefined;
  if (way === 'known') return { attribute, known: true };
  const quoted = (text: string) => `«${text.replaceAll('»', '»»')}»`;
  const isText = known.kind === 'text' && (way === 'is' || way === 'isnt');
  const same = known.values.find((one) => fold(one) === fold(value.trim())) ?? value.trim();
  const said = `${quoted(attribute)} ${lexiconOf(language).say(way)} ${isText ? quoted(same) : value}`;
  const read = parseWords(said, language, vocabulary, today)?.expression;
  return read && 'attribute' in read ? read : undefined;
}
