import { type IntentHandler, reply } from '../../../src/intent';

/** Nobody's data goes to advertising: there is no way out for it, and so it is said. */
export const intent: IntentHandler = { heard: async () => reply('refused', {}, { private: true }) };
