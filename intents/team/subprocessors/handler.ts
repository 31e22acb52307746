import { type IntentHandler, reply } from '../../../src/intent';

const receivers = ['connectus', 'meta', 'slack'];

/** Who else gets the data, and what of it. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { privacyUrl: url } = await services.company.profile();
    return reply('list', { url }, { facts: receivers.map((key) => ({ key })), private: true });
  },
};
