import type { Language } from '../../intent';
import { plain } from './normalise';
import { LANGUAGES } from './types';

const GRAM = 3;
const KNOWN_PRIOR = 1.5;
const SMOOTH = 0.5;
/** So many times as often in one language as in the other, a word is the first one's own. */
const OWN = 10;
/** Seen so often, a word is no stray one: `os`, `the`, `los`. */
const COMMON = 50;

export type LanguageShares = Readonly<Record<Language, number>>;
export interface WrittenIn {
  text: string;
  language: Language;
}

/** Codes, numbers, markup and the names of channels are of no language. */
const CODES =
  /<[^<>]*>|\{[^{}]*\}|[@%]\p{L}+%?|\S*\d\S*|(?<!\S)\p{L}{5}-\p{L}{5}(?!\S)|(?<!\p{L})(?:sms|e-?mails?|whats?app)(?!\p{L})/gu;

/** Pieces of three letters of each word, and each word whole. */
const pieces = (text: string): string[] =>
  (text.replace(CODES, ' ').match(/\p{L}+/gu) ?? []).flatMap((word) => {
    const framed = `_${word}_`;
    const grams = [`=${word}`];
    for (let at = 0; at + GRAM <= framed.length; at += 1) grams.push(framed.slice(at, at + GRAM));
    return grams;
  });

/** How often each piece was seen in each of LANGUAGES. */
export type PieceCounts = ReadonlyMap<string, readonly number[]>;

export const countPieces = (lines: readonly WrittenIn[]): PieceCounts => {
  const all = new Map<string, number[]>();
  for (const { text, language } of lines) {
    const at = LANGUAGES.indexOf(language);
    for (const piece of pieces(plain(text))) {
      const counts = all.get(piece) ?? LANGUAGES.map(() => 0);
      counts[at] = (counts[at] ?? 0) + 1;
      all.set(piece, counts);
    }
  }
  return all;
};

/**
 * Tells Spanish, English and Portuguese apart, trained on the examples themselves
 * (a general language guesser halves its accuracy on texts of ten letters).
 */
export class LanguageIdentifier {
  /** The logarithm of how likely a language has a piece. */
  private readonly logs = new Map<string, readonly number[]>();

  constructor(private readonly counts: PieceCounts) {
    const totals = LANGUAGES.map((_, at) => [...counts.values()].reduce((sum, each) => sum + (each[at] ?? 0), 0));
    const all = totals.map((total) => total + SMOOTH * counts.size);
    for (const [piece, counts] of this.counts) {
      this.logs.set(
        piece,
        counts.map((count, at) => Math.log((count + SMOOTH) / (all[at] ?? 1))),
      );
    }
  }

  /** Share of belief in each language; the known one is preferred where the text says little. */
  shares(plainText: string, known?: Language): LanguageShares {
    const found = pieces([...new Set(plainText.split(/\s+/))].join(' ')); // said ten times, it says no more
    const logs: number[] = LANGUAGES.map((language) => (language === known ? KNOWN_PRIOR : 0));
    for (const piece of found) {
      const each = this.logs.get(piece);
      if (each) for (let at = 0; at < logs.length; at += 1) logs[at] = (logs[at] ?? 0) + (each[at] ?? 0);
    }
    const top = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - top));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return Object.fromEntries(LANGUAGES.map((language, at) => [language, (weights[at] ?? 0) / all])) as Record<
      Language,
      number
    >;
  }

  /** Whether more words of a text are the other language's own than the known one's: people who mix languages leave a few in each. */
  saysRather(other: Language, known: Language, plainText: string): boolean {
    return this.ownOf(other, known, plainText).length > this.ownOf(known, other, plainText).length;
  }

  /** Whether a text of words that both share holds a common one of the other language, and none of the known one's own. */
  saysPlainly(other: Language, known: Language, plainText: string): boolean {
    const isCommon = (word: string) => this.seen(word, other) >= COMMON;
    return this.ownOf(other, known, plainText).some(isCommon) && this.ownOf(known, other, plainText).length === 0;
  }

  private ownOf(one: Language, not: Language, plainText: string): string[] {
    const words = pieces(plainText).filter((piece) => piece.startsWith('='));
    return words.filter((word) => this.seen(word, one) > OWN * this.seen(word, not));
  }

  private seen(word: string, language: Language): number {
    return this.counts.get(word)?.[LANGUAGES.indexOf(language)] ?? 0;
  }
}

/** The likeliest language, and every other one that can't be ruled out. */
export const likelyLanguages = (shares: LanguageShares, known: Language): Language[] => {
  const order = [...LANGUAGES].sort((a, b) => shares[b] - shares[a]);
  return order.filter((language, at) => at === 0 || language === known || shares[language] > 0.02);
};

/** Shares of belief in each language for any text, nothing known of its writer. */
export const languageOracle = (lines: readonly WrittenIn[]): ((text: string) => LanguageShares) => {
  const identifier = new LanguageIdentifier(countPieces(lines));
  return (text) => identifier.shares(plain(text));
};
