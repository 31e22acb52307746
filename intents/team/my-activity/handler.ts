import { type IntentHandler, next } from '../../../src/intent';

/** One’s own part of the record. */
export const intent: IntentHandler = { heard: async ({ slots }) => next('my-data/activity', slots) };
