import { type IntentHandler, opensCase } from '../../../src/intent';

/** What is said of a cause: some are carried out by the person's word alone, one is explained and looked at by a person. */
const said: Readonly<Record<string, string>> = {
  marketing: 'stopped',
  consent_withdrawn: 'taken_back',
  automated: 'automated',
};

/** Promotions stop with the case and need no reason; a permission is taken back by a word; whether any other use stops, the controller decides on brief reasons. */
export const intent: IntentHandler = { heard: opensCase('object', said) };
