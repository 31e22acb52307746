/** What a message means. Everything that knows nlp.js, stop words, cues and dates is behind this door. */

export type { IntentWords } from './catalogue';
export { createUnderstanding, type UnderstandingEngine } from './engine';
export { languageOracle } from './language';
export { plain } from './normalise';
export type { Audience, Names, Pending, Question, Understanding } from './types';
export { AUDIENCES } from './types';
