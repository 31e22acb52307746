import type { Language } from '../../../intent';
import type { TrainingLine } from '../catalogue';
import { wordsOf } from '../normalise';
import { Ensemble } from './ensemble';
import { wordFeature } from './features';
import { trainWith } from './nlpjs';
import { PRODUCTION, type Settings } from './settings';

export interface Guess {
  intent: string;
  /** How often such a guess is right, from 0 to 1: less where much of the text was never seen. */
  activation: number;
}
export interface Classified {
  /** Every intent, likeliest first. */
  guesses: readonly Guess[];
  /** Share of words never seen in training. */
  unknown: number;
  /** How many words it had. */
  words: number;
  /** How much of the text was seen in training, down to pieces of words, by how much it says: 0 nothing, 1 all. */
  familiar: number;
}

/** Says what a line means, from lines of which it was told. */
export class Classifier {
  private constructor(private readonly ensemble: Ensemble) {}

  /** Learns who says what. Order of the lines plays no part. */
  static async train(lines: readonly TrainingLine[], settings: Settings = PRODUCTION): Promise<Classifier> {
    let ensemble: Ensemble | undefined;
    const documents = lines.map(({ text, intent, language }) => ({
      utterance: wordsOf(text, language).join(' '),
      intent,
    }));
    await trainWith(documents, (corpus) => {
      ensemble = Ensemble.learn(
        corpus.map(({ utterance, intent }) => ({ words: utterance.split(' '), intent })),
        settings,
      );
    });
    if (!ensemble) throw new Error('nlp.js did not call the class that learns');
    return new Classifier(ensemble);
  }

  classify(plainText: string, language: Language): Classified {
    const words = wordsOf(plainText, language);
    const strange = words.filter((word) => !this.knows(word)).length;
    return {
      ...this.ensemble.guess(words),
      unknown: words.length === 0 ? 1 : strange / words.length,
      words: words.length,
    };
  }

  /** Whether a word stands in any example: then it is no misspelt keyword. */
  knows(word: string): boolean {
    return this.ensemble.vocabulary.has(wordFeature(word));
  }
}
