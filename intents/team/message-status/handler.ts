import { type IntentHandler, reply } from '../../../src/intent';

const most = 4;

/** The last messages to one person, each with its way and what its problem means. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const found = await services.support.messages(String(slots.address), most);
    const [newest] = found ?? [];
    if (!newest) return reply('nobody', {}, { private: true });
    const facts = (found ?? []).flatMap((one) => [
      {
        key: one.campaign ? 'campaign' : 'answer',
        vars: {
          campaign: one.campaign ?? '',
          at: one.at,
          state: { text: `states.${one.state}` },
          channel: { text: `channels.${one.channel}` },
        },
      },
      ...one.steps.map((step) => ({ key: 'step', vars: { status: { text: `states.${step.status}` }, at: step.at } })),
      ...(one.code ? [{ text: `advice.${one.code}` }] : []),
    ]);
    return reply('status', { masked: newest.masked }, { facts, private: true });
  },
};
