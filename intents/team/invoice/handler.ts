import { type IntentHandler, reply } from '../../../src/intent';

/** No invoice is made here: whom to ask for it, and what can be said of the month. */
export const intent: IntentHandler = {
  heard: async () => reply('elsewhere', {}, { buttons: [{ act: 'usage-billing/start' }], private: true }),
};
