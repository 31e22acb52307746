/**
 * The few parts of nlp.js that are used, with their types (it ships none):
 * its container, its stemmers, its training pipeline and its network.
 */
export interface Container {
  use(part: unknown): string;
  get<T>(name: string): T | undefined;
  register(name: string, part: unknown, singleton?: boolean): void;
  registerConfiguration(name: string, settings: Record<string, unknown>, overwrite?: boolean): void;
  registerPipeline(name: string, steps: readonly string[], overwrite?: boolean): void;
}
export interface Network {
  run(features: Record<string, number>): Record<string, number> | undefined;
}
interface Nlu {
  neuralNetwork: Network;
  features: Record<string, number>;
}
export interface DomainManager {
  domains: Record<string, Nlu>;
  sentences: unknown[];
  stemDict: Record<string, unknown>;
}
export interface Nlp {
  container: Container;
  nluManager: { domainManagers: Record<string, DomainManager>; guesser: { extraSentences?: unknown[] } };
  addLanguage(locales: string[]): void;
  addDocument(locale: string, text: string, intent: string): void;
  train(): Promise<unknown>;
}
export interface Stemmer {
  stem(tokens: string[]): string[];
}
type NlpConstructor = new (settings: Record<string, unknown>, container: Container) => Nlp;

const { containerBootstrap } = require('@nlpjs/core') as { containerBootstrap: () => Container };
const { Nlp: NlpClass } = require('@nlpjs/nlp') as { Nlp: NlpConstructor };
const { LangEs } = require('@nlpjs/lang-es') as { LangEs: unknown };
const { LangEn } = require('@nlpjs/lang-en') as { LangEn: unknown };
const { LangPt } = require('@nlpjs/lang-pt') as { LangPt: unknown };

/** A container with the three languages in it; they must be there before an Nlp is made. */
export const languageContainer = (): Container => {
  const container = containerBootstrap();
  for (const language of [LangEs, LangEn, LangPt]) container.use(language);
  return container;
};

/** An Nlp that writes, loads, logs and guesses nothing by itself. */
export const quietNlp = (container: Container): Nlp =>
  new NlpClass({ autoSave: false, autoLoad: false, calculateSentiment: false, forceNER: false }, container);
