import { type IntentHandler, opensCase } from '../../../src/intent';

/** A file to take elsewhere: the company's to decide, and to hand over. */
export const intent: IntentHandler = { heard: opensCase('portability') };
