/** What a message means. Everything that knows nlp.js, stop words, cues and dates is behind this door. */

export { type IntentWords, readCatalogue } from './catalogue';
export { createUnderstanding, type UnderstandingEngine } from './engine';
export type { Audience, Guard, Named, Names, Pending, Question, SlotValue, Understanding } from './types';
