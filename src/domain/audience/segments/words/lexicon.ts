import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Action, ConsentState, SegmentChannel } from '../expression';
import { fold, type Language, type Token, tokensOf } from './tokens';

/** A way of saying something, as plain words. */
type Phrase = readonly string[];
export type Phrases = readonly Phrase[];

/** The words of one language, as its file has them. */
interface File extends Record<Plain, string[]> {
  ago: Around;
  lessAgo: Around;
  moreAgo: Around;
  units: Record<Unit, string[]>;
  months: string[];
  did: Record<Action, string[]>;
  date: Record<'joined' | 'wrote', string[]>;
  consent: Record<ConsentState, string[]>;
  channels: Record<SegmentChannel, string[]>;
  languages: Record<Language, string[]>;
  countries: Record<string, string[]>;
  verbs: { say: string[]; of: string[] }[];
  age: { of: string[]; years: string[] };
  values: { say: string[]; of: string[]; are: string[] }[];
}
type Around = { before: string; after: string };
export type Unit = 'day' | 'week' | 'month' | 'year';
const plain = [
  ...([
    'and',
    'or',
    'not',
    'everybody',
    'is',
    'isnt',
    'oneOf',
    'known',
    'over',
    'under',
    'least',
    'most',
    'between',
    'orMore',
    'orLess',
  ] as const),
  ...([
    'thousand',
    'after',
    'before',
    'since',
    'until',
    'betweenDays',
    'andDay',
    'article',
    'ofDay',
    'inDay',
    'lastDays',
    'lastOne',
  ] as const),
  ...(['this', 'inLength', 'campaign', 'lastCampaign', 'tag', 'language', 'country', 'noise'] as const),
] as const;
export type Plain = (typeof plain)[number];

/** How one language says whom it means; what is said back is the first of each list. */
export class Lexicon {
  readonly file: File;
  readonly months: readonly string[];
  private readonly phrases = new Map<object | string, Phrases>();
  private readonly grammar: Phrases;

  constructor(readonly language: Language) {
    this.file = load(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as File;
    this.months = this.file.months.map(fold);
    const { noise: _noise, verbs: _verbs, values: _values, age: _age, countries: _countries, ...grammar } = this.file;
    this.grammar = allIn(grammar).map((text) => this.split(text));
  }

  /** What is said back. */
  say(name: Plain): string {
    return this.file[name][0] ?? '';
  }

  of(name: Plain): Phrases {
    return this.compiled(this.file[name]);
  }

  /** A list of the file, ready to be looked for: the longest first. */
  compiled(list: readonly string[]): Phrases {
    const known = this.phrases.get(list);
    if (known) return known;
    const made = list.map((text) => this.split(text)).sort((a, b) => b.length - a.length);
    this.phrases.set(list, made);
    return made;
  }

  split(text: string): string[] {
    return tokensOf(text, this.language).map((token) => token.plain);
  }

  /** Whether the grammar would take the beginning of these words for its own. */
  isReserved(words: readonly string[]): boolean {
    return this.grammar.some((phrase) => phrase.length > 0 && phrase.every((word, at) => words[at] === word));
  }
}

const allIn = (node: unknown): string[] => {
  if (typeof node === 'string') return [node];
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(allIn) : [];
};

/** How many words of the text one of these takes at this place; 0: none does. */
export function matched(phrases: Phrases, tokens: readonly Token[], at: number): number {
  const found = phrases.find((phrase) =>
    phrase.every((word, offset) => {
      const token = tokens[at + offset];
      return token?.plain === word && token.kind !== 'quoted';
    }),
  );
  return found?.length ?? 0;
}

const made = new Map<Language, Lexicon>();
export function lexiconOf(language: Language): Lexicon {
  const known = made.get(language) ?? new Lexicon(language);
  made.set(language, known);
  return known;
}
