import type { Language } from '../../intent';
import { examplesFor, heardBy, type IntentWords } from './catalogue';
import { editDistance } from './distance';
import { plain, wordsOf } from './normalise';
import type { Audience } from './types';

const SHORTEST = 6;
const MOST = 1;

/** All spellings of a word with one letter left out: two words one letter apart share one of them. */
const leftOut = (word: string): string[] => [
  word,
  ...Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1)),
];

/** The first letter is rarely wrong, and another ending is another form, not a slip. */
const isSlip = (word: string, meant: string): boolean =>
  word[0] === meant[0] &&
  word.slice(0, -1) !== meant &&
  meant.slice(0, -1) !== word &&
  word.slice(0, -1) !== meant.slice(0, -1);

/** How often each word stands in the examples of one audience. */
export type WordCounts = Readonly<Record<Language, ReadonlyMap<string, number>>>;

export const countWords = (catalogue: readonly IntentWords[], audience: Audience): WordCounts => {
  const inLanguage = (language: Language) => {
    const counts = new Map<string, number>();
    for (const { phrases } of heardBy(catalogue, audience)) {
      for (const line of examplesFor(audience, phrases[language])) {
        for (const word of wordsOf(plain(line), language)) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    return counts;
  };
  return { es: inLanguage('es'), en: inLanguage('en'), pt: inLanguage('pt') };
};

/** Puts words of one wrong letter right, by the words of the examples; a word that stands there is never touched. */
export class Speller {
  /** Made when the first word of a language is not found: most are. */
  private readonly near = new Map<Language, Map<string, string[]>>();

  constructor(private readonly counts: WordCounts) {}

  /** The text with its misspelt words put right. */
  correct(plainText: string, language: Language): string {
    return plainText.replace(/\p{L}+/gu, (word) =>
      word.length < SHORTEST ? word : (this.rightly(word, language) ?? word),
    );
  }

  private rightly(word: string, language: Language): string | undefined {
    const counts = this.counts[language];
    const [written = word] = wordsOf(word, language);
    if (counts.has(written)) return undefined;
    const near = leftOut(word).flatMap((key) => this.nearBy(language).get(key) ?? []);
    return [...new Set(near)]
      .filter((one) => isSlip(word, one) && editDistance(one, word, MOST) <= MOST)
      .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1))[0];
  }

  private nearBy(language: Language): ReadonlyMap<string, readonly string[]> {
    const known = this.near.get(language);
    if (known) return known;
    const near = new Map<string, string[]>();
    for (const word of [...this.counts[language].keys()].filter(({ length }) => length >= SHORTEST)) {
      for (const key of leftOut(word)) near.set(key, [...(near.get(key) ?? []), word]);
    }
    this.near.set(language, near);
    return near;
  }
}
