import type { Language } from '../../../intent';
import type { TrainingLine } from '../catalogue';
import { wordsOf } from '../normalise';
import { LANGUAGES } from '../types';
import { type Features, featuresOf } from './features';
import { languageContainer, type Network, quietNlp, type Stemmer } from './nlpjs';
import { shuffled } from './shuffle';

export interface Guess {
  intent: string;
  /** Raw activation of the network: near 1 for what it was shown, near 0 for what it never saw. */
  activation: number;
}
export interface Classified {
  guesses: readonly Guess[];
  /** Share of words never seen in training. */
  unknown: number;
  /** How many words it had. */
  words: number;
}

const SEED = 20261201;
/** All three languages together, for messages that mix them. */
const JOINT = 'xx';
const JOINT_SHARE = 0.4;
const SETTINGS = { log: false, learningRate: 1, iterations: 20, errorThresh: 0.0002, useNoneFeature: false };

/** One network per language and a joint one, for what one audience may say. */
export class Classifier {
  private readonly networks = new Map<string, Network>();
  private readonly known = new Set<string>();
  private readonly stems = new Map<Language, (words: string[]) => string[]>();

  private constructor(private readonly intents: readonly string[]) {}

  /** Learns who says what. Order of the lines plays no part. */
  static async train(lines: readonly TrainingLine[]): Promise<Classifier> {
    const classifier = new Classifier([...new Set(lines.map(({ intent }) => intent))]);
    await classifier.learn(lines);
    return classifier;
  }

  /** Every intent with its activation, likeliest first. */
  classify(plainText: string, language: Language): Classified {
    const features = this.features(plainText, language);
    const own = this.networks.get(language)?.run(features) ?? {};
    const mixed = this.networks.get(JOINT)?.run(features);
    const guesses = this.intents.map((id) => {
      // the network reuses its answer object: copy before the next run
      return { intent: id, activation: (own[id] ?? 0) * (1 - JOINT_SHARE) + (mixed?.[id] ?? 0) * JOINT_SHARE };
    });
    guesses.sort((a, b) => b.activation - a.activation || (a.intent < b.intent ? -1 : 1));
    const words = wordsOf(plainText, language);
    const strange = words.filter((word) => !this.known.has(word)).length;
    return { guesses, unknown: words.length === 0 ? 1 : strange / words.length, words: words.length };
  }

  /** Whether a word stands in any example: then it is no misspelt keyword. */
  knows(word: string): boolean {
    return this.known.has(word);
  }

  private features(plainText: string, language: Language): Features {
    return featuresOf(wordsOf(plainText, language), this.stems.get(language) ?? ((words) => words));
  }

  private async learn(written: readonly TrainingLine[]): Promise<void> {
    const container = languageContainer();
    container.registerConfiguration('nlu-??', { keepStopwords: true, filterZeros: true, ...SETTINGS }, true);
    // replaces nlp.js's own preparation, which keeps every text it ever saw in a cache
    const seen = new Map<string, Features>();
    const prepare = ({ text }: { text: string }): Features => {
      const features = seen.get(text) ?? this.trainingFeatures(text);
      seen.set(text, features);
      // a copy: nlp.js adds to what it is given
      return { ...features };
    };
    container.register('features', { run: prepare }, true);
    container.registerPipeline('nlu-??-prepare', ['features'], true);
    const nlp = quietNlp(container);
    nlp.addLanguage([...LANGUAGES, JOINT]);
    for (const language of LANGUAGES) {
      const stemmer = container.get<Stemmer>(`stemmer-${language}`);
      this.stems.set(language, (words) => stemmer?.stem(words) ?? words);
    }
    const lines = shuffled(written, SEED);
    for (const { text, intent, language } of lines) {
      for (const word of wordsOf(text, language)) this.known.add(word);
      // the language travels with the text, since the joint network trains on all three
      nlp.addDocument(language, `${language}|${text}`, intent);
      nlp.addDocument(JOINT, `${language}|${text}`, intent);
    }
    await nlp.train();
    for (const locale of [...LANGUAGES, JOINT]) {
      const manager = nlp.nluManager.domainManagers[locale];
      const network = manager?.domains.master_domain?.neuralNetwork;
      if (network) this.networks.set(locale, network);
    }
  }

  private trainingFeatures(marked: string): Features {
    return this.features(marked.slice(3), marked.slice(0, 2) as Language);
  }
}
