import type { Language } from '../../../intent';
import type { TrainingLine } from '../catalogue';
import { wordsOf } from '../normalise';
import { Ensemble } from './ensemble';
import { wordFeature } from './features';
import { type Document, trainedBy } from './nlpjs';
import { pack, unpack } from './packed';
import { randomFrom, shuffle } from './random';
import { PRODUCTION, type Settings } from './settings';

const SEED = 20261201;

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

const learn = (documents: readonly Document[], settings: Settings): Promise<Ensemble> =>
  trainedBy(
    (corpus) =>
      Ensemble.learn(
        corpus.map(({ utterance, intent }) => ({ words: utterance.split(' '), intent })),
        settings,
      ),
    documents,
  );

/** Each line once, in the same order in whatever order they came. */
const inFixedOrder = (documents: readonly Document[]): Document[] => {
  const keyed = new Map(documents.map((document) => [`${document.utterance}\n${document.intent}`, document]));
  const keys = [...keyed.keys()].sort();
  const order = Int32Array.from(keys, (_, at) => at);
  shuffle(order, randomFrom(SEED));
  return [...order].map((at) => keyed.get(keys[at] as string) as Document);
};

/** Says what a line means, from lines of which it was told. */
export class Classifier {
  private constructor(private readonly ensemble: Ensemble) {}

  /** Learns who says what; order of the lines plays no part. */
  static async train(lines: readonly TrainingLine[], settings = PRODUCTION): Promise<Classifier> {
    const documents = inFixedOrder(
      lines.map(({ text, intent, language }) => ({ utterance: wordsOf(text, language).join(' '), intent })),
    );
    return new Classifier(await learn(documents, settings));
  }

  /** All that was learnt, as bytes. */
  pack(): Buffer {
    return pack(this.ensemble);
  }
  /** The same again. @throws on bytes that are not what was packed with these settings */
  static unpack(bytes: Buffer, settings = PRODUCTION): Classifier {
    return new Classifier(unpack(bytes, settings));
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
