import { type IntentHandler, reply } from '../../../src/intent';

export const intent: IntentHandler = { heard: async () => reply('welcome') };
