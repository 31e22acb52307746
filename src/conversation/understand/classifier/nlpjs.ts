/**
 * The few parts of nlp.js that are used, with their types (it ships none): its container, its managers of
 * documents and domains, and the place where a domain is given a class that learns: ours, instead of its network.
 */
interface Container {
  use(part: unknown): string;
  register(name: string, part: unknown, singleton?: boolean): void;
  registerConfiguration(name: string, settings: Record<string, unknown>, overwrite?: boolean): void;
  registerPipeline(name: string, steps: readonly string[], overwrite?: boolean): void;
}
interface Answer {
  intent: string;
  score: number;
}
interface Nlp {
  addLanguage(locale: string): void;
  addDocument(locale: string, text: string, intent: string): void;
  train(): Promise<unknown>;
  process(locale: string, text: string): Promise<Answer>;
}
export interface Document {
  utterance: string;
  intent: string;
}

const { containerBootstrap } = require('@nlpjs/core') as { containerBootstrap: () => Container };
const { Nlp: NlpClass } = require('@nlpjs/nlp') as {
  Nlp: new (settings: Record<string, unknown>, container: Container) => Nlp;
};

/** All three languages in one domain: people mix them. */
const LOCALE = 'xx';
const SILENT = { autoSave: false, autoLoad: false, calculateSentiment: false, forceNER: false, nlu: { log: false } };

/** nlp.js gathers the documents and has `learn` called with its corpus; gives what was learnt, and forgets the rest. */
export const trainedBy = async <T>(
  learn: (corpus: readonly Document[]) => T,
  documents: readonly Document[],
): Promise<T> => {
  const learnt: T[] = [];
  class Learner {
    train(corpus: readonly Document[]) {
      learnt.push(learn(corpus));
      return { status: {} };
    }
  }
  const container = containerBootstrap();
  container.register('Learner', Learner, false);
  const nluByDomain = { default: { className: 'Learner', settings: {} } };
  container.registerConfiguration('domain-manager-??', { nluByDomain, trainByDomain: false, useStemDict: false }, true);
  // its own steps besides these stem each text, and keep it in a cache for good
  container.registerPipeline('domain-manager-??-train', ['.generateCorpus', '.innerTrain', 'output.status'], true);
  const nlp = new NlpClass(SILENT, container);
  nlp.addLanguage(LOCALE);
  for (const { utterance, intent } of documents) nlp.addDocument(LOCALE, utterance, intent);
  await nlp.train();
  const [only] = learnt;
  if (only === undefined) throw new Error('nlp.js has called no class that learns');
  return only;
};

/** nlp.js by itself, with nothing set but silence: what ours is measured against. */
export const plainNlp = async (documents: readonly Document[]): Promise<(text: string) => Promise<Answer>> => {
  const { LangEn } = require('@nlpjs/lang-en') as { LangEn: unknown };
  const container = containerBootstrap();
  container.use(LangEn);
  const nlp = new NlpClass({ autoSave: false, autoLoad: false, nlu: { log: false } }, container);
  nlp.addLanguage('en');
  for (const { utterance, intent } of documents) nlp.addDocument('en', utterance, intent);
  await nlp.train();
  return (text) => nlp.process('en', text);
};
