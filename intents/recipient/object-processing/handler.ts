import { type IntentHandler, opensCase } from '../../../src/intent';

/** Promotions stop with the case; whether the rest stops too, the controller decides on the person's own words. */
export const intent: IntentHandler = { heard: opensCase('object') };
