import { type Act, type IntentHandler, reply } from '../../../src/intent';

/** Whether messages leave and arrive, as far as it can be seen from here. */
const heard: Act = async ({ services }) => {
  const { stopped, answers, failed, lastSent, lastReceipt, waiting, lateAnswers } = await services.account.health();
  const lines = (await services.channels.senders()).map(({ channel, label, stopped: off }) => ({
    key: off ? 'numberOff' : 'number',
    vars: {
      label,
      channel: { text: `channels.${channel}` },
      ...(off && { since: off.since, why: { text: `advice.${off.code}` } }),
    },
  }));
  const templates = (await services.templates.list()).filter(({ status }) => ['PAUSED', 'DISABLED'].includes(status));
  const facts = [
    ...lines,
    ...(lastSent ? [{ key: 'sent', vars: { at: lastSent } }] : []),
    ...(lastReceipt ? [{ key: 'receipt', vars: { at: lastReceipt } }] : []),
    ...(answers > 0 ? [{ key: 'answers', vars: { answers, failed } }] : []),
    { key: 'waiting', vars: { waiting } },
    ...lateAnswers.map((one) => ({ key: 'lateAnswers', vars: { language: { text: `languages.${one}` } } })),
    ...templates.map(({ name, status }) => ({
      key: 'template',
      vars: { name, status: { text: `template_states.${status}` } },
    })),
  ];
  return reply(stopped ? 'stopped' : 'open', {}, { facts, private: true });
};

/** Nothing goes through from a number: once, in the campaigns' channel, and again that it is over. */
const breaker: Act = async ({ services, args }) => {
  const since = new Date(args.since ?? '');
  const sender = await services.channels.sender(args.sender ?? '');
  const vars = { since, label: sender?.label ?? '', channel: { text: `channels.${sender?.channel ?? ''}` } };
  const off = sender?.stopped?.since.getTime() === since.getTime() ? sender.stopped : undefined;
  return off ? reply('away', { ...vars, why: { text: `advice.${off.code}` } }) : reply('back', vars);
};

export const intent: IntentHandler = { heard, cards: { breaker } };
