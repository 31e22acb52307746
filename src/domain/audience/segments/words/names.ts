import type { Condition } from '../expression';
import type { Attribute } from '../vocabulary.table';
import { type Lexicon, matched, type Plain } from './lexicon';
import { fold, type Token } from './tokens';

/** What a customer's own words can name. */
export interface Vocabulary {
  attributes: readonly Attribute[];
  /** Newest first. */
  campaigns: readonly { number: number; name: string }[];
}

interface Found<T> {
  value: T;
  /** The place behind it. */
  next: number;
}
export interface ValuesOf {
  attribute: Attribute;
  values: readonly string[];
}

/** The customer's own names in a text: attributes, values, campaigns. Accents, capitals and an `s` at the end don't matter. */
export class Names {
  constructor(
    private readonly lexicon: Lexicon,
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
  ) {}

  /** An attribute by its name; one in quotes where it is compared, or for certain. */
  keyAt(at: number, isCertain = false): Found<Attribute> | undefined {
    const token = this.tokens[at];
    if (token?.kind === 'quoted') {
      const known = this.vocabulary.attributes.find(({ key }) => key === token.raw);
      // "oro": gasto sobre 200 — a name for the group
      if (!known && this.tokens[at + 1]?.raw === ':') return undefined;
      if (!isCertain && !this.isOperator(at + 1)) return undefined;
      return { value: known ?? { key: token.raw, kind: 'text', values: [] }, next: at + 1 };
    }
    return longest(at, this.vocabulary.attributes, ({ key }) => this.phrase(key, at));
  }

  /** A value of this attribute, with all that are written alike. */
  valueOf(attribute: Attribute, at: number): Found<string[]> | undefined {
    if (this.tokens[at]?.kind === 'quoted') {
      const { raw } = this.tokens[at] as Token;
      if (this.isOperator(at + 1) || !attribute.values.includes(raw)) return undefined;
      return { value: [raw], next: at + 1 };
    }
    const best = longest(at, attribute.values, (value) => this.phrase(value, at));
    if (!best || (best.next === at + 1 && this.isTooLittle(at))) return undefined;
    const same = attribute.values.filter((value) => this.phrase(value, at) === best.next - at);
    return { value: same, next: best.next };
  }

  /** A value of any attribute; of several where it is one of each. */
  valueAt(at: number): Found<readonly ValuesOf[]> | undefined {
    const all = this.vocabulary.attributes.flatMap((attribute) => {
      const found = this.valueOf(attribute, at);
      return found ? [{ attribute, values: found.value, next: found.next }] : [];
    });
    const next = Math.max(...all.map((one) => one.next));
    const best = all.filter((one) => one.next === next);
    return best.length > 0 ? { value: best, next } : undefined;
  }

  /** Attributes with one of these words in their name. */
  keysOf(words: readonly string[], kind: Attribute['kind']): readonly Attribute[] {
    const wanted = new Set(words.map(fold));
    return this.vocabulary.attributes.filter(
      (one) => one.kind === kind && this.split(one.key).some((word) => wanted.has(word)),
    );
  }

  valuesOf(keys: readonly string[], values: readonly string[]): Condition[] {
    const wanted = new Set(values.map(fold));
    return this.keysOf(keys, 'text').flatMap(({ key, values: all }) => {
      const [only, ...others] = all.filter((value) => wanted.has(fold(value)));
      if (!only) return [];
      return [others.length > 0 ? { attribute: key, in: [only, ...others] } : { attribute: key, is: only }];
    });
  }

  /** `C-118`, its name, or the last one, behind words that say nothing. @param most the last place to look at */
  campaignIn(at: number, most: number): Found<number> | undefined {
    for (let from = at; from <= most; from += 1) {
      const found = this.campaignAt(from);
      if (found) return found;
    }
    return undefined;
  }

  campaignAt(at: number): Found<number> | undefined {
    const last = this.take('lastCampaign', at);
    const [newest] = this.vocabulary.campaigns;
    if (last) return newest && { value: newest.number, next: at + last };
    const start = at + this.take('campaign', at);
    const token = this.tokens[start];
    if (token?.kind === 'code' && token.number) return { value: token.number, next: start + 1 };
    const named = (from: number) => longest(from, this.vocabulary.campaigns, ({ name }) => this.phrase(name, from));
    const found = named(at) ?? named(start);
    return found && { value: found.value.number, next: found.next };
  }

  numbers(): readonly string[] {
    return this.vocabulary.attributes.flatMap(({ key, kind }) => (kind === 'number' ? [key] : []));
  }

  newest(count: number): readonly number[] {
    return this.vocabulary.campaigns.slice(0, count).map(({ number }) => number);
  }

  /** A tag as the customer writes it. */
  tagged(token: Token): string {
    const tags = this.vocabulary.attributes.find(({ key }) => key === 'tag')?.values ?? [];
    return token.kind === 'quoted' ? token.raw : (tags.find((tag) => fold(tag) === token.plain) ?? token.raw);
  }

  /** Behind the words that nobody knows, from here on. */
  endOfUnknown(at: number): number {
    let next = at;
    while (next < this.tokens.length && !this.isKnown(next)) next += 1;
    return Math.max(next, at);
  }

  private isKnown(at: number): boolean {
    const token = this.tokens[at];
    if (!token || token.kind === 'sign' || token.kind === 'quoted') return true;
    if ((['and', 'or', 'not', 'noise'] as const).some((name) => this.take(name, at) > 0)) return true;
    return this.keyAt(at) !== undefined || this.valueAt(at) !== undefined;
  }

  private isOperator(at: number): boolean {
    const operators = [
      'is',
      'isnt',
      'oneOf',
      'over',
      'under',
      'least',
      'most',
      'between',
      'after',
      'before',
      'since',
      'until',
      'lastDays',
    ] as const;
    const { lessAgo, moreAgo } = this.lexicon.file;
    const begins = (before: string) =>
      this.lexicon.split(before).every((word, offset) => this.tokens[at + offset]?.plain === word);
    return operators.some((name) => this.take(name, at) > 0) || begins(lessAgo.before) || begins(moreAgo.before);
  }

  /** A letter, or a small word that the grammar uses: no value where it stands alone. */
  private isTooLittle(at: number): boolean {
    const { plain = '' } = this.tokens[at] ?? {};
    return plain.length < 2 || (plain.length < 3 && this.lexicon.isReserved([plain]));
  }

  /** How many words of the text say this name here; 0: they don't. */
  private phrase(name: string, at: number): number {
    const words = this.split(name);
    if (words.length === 0) return 0;
    const fits = words.every((word, offset) => {
      const token = this.tokens[at + offset];
      return token !== undefined && token.kind !== 'quoted' && isAlike(token.plain, word);
    });
    return fits ? words.length : 0;
  }

  private split(name: string): string[] {
    return this.lexicon
      .split(name.replaceAll('_', ' ').replaceAll('-', ' '))
      .filter((word) => /[\p{L}\p{N}]/u.test(word));
  }

  private take(name: Plain, at: number): number {
    return matched(this.lexicon.of(name), this.tokens, at);
  }
}

const isAlike = (said: string, word: string): boolean =>
  said === word ||
  (word.length > 3 && said.length > 3 && (said === `${word}s` || `${said}s` === word || said === `${word}es`));

function longest<T>(at: number, all: readonly T[], length: (one: T) => number): Found<T> | undefined {
  let best: Found<T> | undefined;
  for (const one of all) {
    const next = at + length(one);
    if (next > (best?.next ?? at)) best = { value: one, next };
  }
  return best;
}
