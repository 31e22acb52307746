import { type IntentHandler, reply } from '../../../src/intent';

/** No list is taken here: who has no proof of permission may not be written to. */
export const intent: IntentHandler = {
  heard: async () => reply('how', {}, { buttons: [{ act: 'list-segments/start' }] }),
};
