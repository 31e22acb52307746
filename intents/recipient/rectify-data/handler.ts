import { type IntentHandler, opensCase } from '../../../src/intent';

/** The person's own words are the request: whoever decides reads them, and what they add while it is open. */
export const intent: IntentHandler = { heard: opensCase('rectify') };
