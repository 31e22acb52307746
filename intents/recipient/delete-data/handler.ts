import { type IntentHandler, reply, type Turn } from '../../../src/intent';

const me = (turn: Turn): string => (turn.person.kind === 'recipient' ? turn.person.contact : '');

/** The case opens when the message arrives; a yes only says what will be done. The controller decides. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const opened = await turn.services.privacy.open(me(turn), 'erase');
    const { name } = await turn.services.company.profile();
    const vars = { company: name, number: opened.number, records: opened.records, due: { day: opened.dueAt } };
    if (!opened.isNew && opened.state !== 'received')
      return reply('under_way', { ...vars, state: { text: `case_states.${opened.state}` } });
    const args = { case: opened.id };
    return reply('ask', vars, {
      buttons: [
        { act: 'confirm', args, style: 'danger' },
        { act: 'dismiss', args },
      ],
      expect: { yes: 'confirm', no: 'dismiss', args },
    });
  },
  acts: {
    confirm: async ({ services, args }) => {
      const confirmed = await services.privacy.confirm(args.case ?? '');
      const { name } = await services.company.profile();
      return reply('confirmed', { company: name, number: confirmed.number, due: { day: confirmed.dueAt } });
    },
    dismiss: async ({ services, args }) => {
      const kept = await services.privacy.withdraw(args.case ?? '');
      const { name } = await services.company.profile();
      return reply('dismissed', { company: name, number: kept.number });
    },
  },
};
