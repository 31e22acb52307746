import { type IntentHandler, next } from '../../../src/intent';

/** It is asked first: nothing undoes it. */
export const intent: IntentHandler = { heard: async ({ slots }) => next('my-data/ask', slots) };
