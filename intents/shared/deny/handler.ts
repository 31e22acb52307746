import { type IntentHandler, reply } from '../../../src/intent';

/** A no to nothing that was asked; never a wish to leave. */
export const intent: IntentHandler = {
  heard: async ({ person }) => reply(person.kind === 'recipient' ? 'person' : 'member'),
};
