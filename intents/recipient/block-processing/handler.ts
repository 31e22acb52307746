import { type IntentHandler, opensCase } from '../../../src/intent';

/** Frozen from this message on, until the controller has decided; the reasons are the person's own words. */
export const intent: IntentHandler = { heard: opensCase('block') };
