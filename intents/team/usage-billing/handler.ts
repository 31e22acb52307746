import { type IntentHandler, reply } from '../../../src/intent';

/** What left this month, what it cost by channel, and how much of the company's own ceiling that is. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { campaigns, sent, delivered, failed } = await services.account.usage();
    const { cost, ceiling } = await services.costs.month();
    const channels = [...new Set(cost?.lines.map(({ channel }) => channel))];
    const lines = channels.map((channel) => {
      const all = (cost?.lines ?? []).filter((one) => one.channel === channel);
      const messages = all.reduce((sum, one) => sum + one.messages, 0);
      const amount = all.reduce((sum, one) => sum + one.cost.amount, 0);
      const spent = { amount, currency: cost?.total.currency ?? '' };
      return { key: 'line', vars: { channel: { text: `channels.${channel}` }, messages, spent } };
    });
    const facts = [
      ...(sent + failed > 0 ? [{ key: 'delivered' }, { key: 'failed' }] : []),
      ...(cost ? [{ key: 'cost', vars: { cost: cost.total } }] : []),
      ...(channels.length > 1 ? lines : []),
      ...(ceiling ? [{ key: 'ceiling', vars: { ceiling } }] : []),
    ];
    return reply('month', { campaigns, sent, delivered, failed }, { facts, private: true });
  },
};
