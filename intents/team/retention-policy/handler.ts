import { type IntentHandler, reply } from '../../../src/intent';

/** How long data is kept: what is true here today. */
export const intent: IntentHandler = {
  heard: async () => reply('kept', {}, { facts: [{ key: 'erased' }, { key: 'left' }], private: true }),
};
