import { type IntentHandler, reply } from '../../../src/intent';

/** What left this month; prices are nothing that is known here. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { campaigns, sent, delivered, failed } = await services.account.usage();
    const facts = sent + failed > 0 ? [{ key: 'delivered' }, { key: 'failed' }] : [];
    return reply('month', { campaigns, sent, delivered, failed }, { facts, private: true });
  },
};
