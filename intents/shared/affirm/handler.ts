import { type IntentHandler, reply } from '../../../src/intent';

/** A yes to nothing that was asked. */
export const intent: IntentHandler = {
  heard: async ({ person }) => reply(person.kind === 'recipient' ? 'person' : 'member'),
};
