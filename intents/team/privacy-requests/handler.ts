import { type IntentHandler, reply } from '../../../src/intent';

const open = ['received', 'unconfirmed', 'confirmed', 'accepted', 'executing', 'rejected', 'answered'];
const decidable = ['unconfirmed', 'confirmed'];

/** Requests of people about their data; the controller decides each. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const waiting = (await services.privacy.list()).filter((one) => open.includes(one.state));
    const [only] = waiting;
    if (!only) return reply('none');
    if (waiting.length === 1)
      return reply('none', {}, { live: { card: 'case', args: { case: only.id }, topic: `case:${only.id}` } });
    const facts = waiting.slice(0, 9).map((one) => ({
      key: 'line',
      vars: {
        number: one.number,
        masked: one.masked,
        right: { text: `rights.${one.right}` },
        state: { text: `case_states.${one.state}` },
        due: { day: one.dueAt },
      },
    }));
    return reply(
      'list',
      { count: waiting.length },
      {
        facts,
        buttons: waiting
          .slice(0, 5)
          .map((one) => ({ act: 'show', args: { case: one.id }, label: 'one', vars: { number: one.number } })),
      },
    );
  },
  acts: {
    show: async ({ args }) => reply('none', {}, { live: { card: 'case', args, topic: `case:${args.case}` } }),
    accept: async ({ services, args }) => {
      const accepted = await services.privacy.accept(args.case ?? '');
      return reply('accepted', { number: accepted.number });
    },
    reject: async ({ services, args }) => {
      const one = await services.privacy.get(args.case ?? '');
      return reply(
        'none',
        {},
        { form: { key: one.right === 'erase' ? 'rejectErase' : 'rejectOther', act: 'rejectSend', args } },
      );
    },
    rejectSend: async ({ services, args, values }) => {
      const rejected = await services.privacy.reject(args.case ?? '', values.ground ?? '', values.facts ?? '');
      return reply('rejected', { number: rejected.number });
    },
  },
  cards: {
    case: async ({ services, args }) => {
      const one = await services.privacy.get(args.case ?? '');
      const vars = {
        number: one.number,
        masked: one.masked,
        records: one.records,
        right: { text: `rights.${one.right}` },
        state: { text: `case_states.${one.state}` },
        due: { day: one.dueAt },
        received: one.receivedAt,
      };
      const buttons = decidable.includes(one.state)
        ? [
            { act: 'accept', args: { case: one.id }, style: 'primary' as const },
            { act: 'reject', args: { case: one.id }, style: 'danger' as const, form: true },
          ]
        : [];
      return reply('case', vars, {
        facts: [{ key: 'state' }, { key: 'received' }, { key: 'due' }, { key: 'records' }],
        buttons,
      });
    },
  },
};
