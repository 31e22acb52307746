import { type IntentHandler, reply } from '../../../src/intent';

/** Whether messages leave and arrive, as far as it can be seen from here. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { numbers, stopped, answers, failed, lastSent, lastReceipt, waiting } = await services.account.health();
    const lines = numbers.map(({ channel, label }) => ({
      key: 'number',
      vars: { label, channel: { text: `channels.${channel}` } },
    }));
    const off = (await services.templates.list()).filter(({ status }) => ['PAUSED', 'DISABLED'].includes(status));
    const facts = [
      ...lines,
      ...(lastSent ? [{ key: 'sent', vars: { at: lastSent } }] : []),
      ...(lastReceipt ? [{ key: 'receipt', vars: { at: lastReceipt } }] : []),
      ...(answers > 0 ? [{ key: 'answers', vars: { answers, failed } }] : []),
      { key: 'waiting', vars: { waiting } },
      ...off.map(({ name, status }) => ({
        key: 'template',
        vars: { name, status: { text: `template_states.${status}` } },
      })),
    ];
    return reply(stopped ? 'stopped' : 'open', {}, { facts, private: true });
  },
};
