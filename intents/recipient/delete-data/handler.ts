import {
  type CaseView,
  type IntentHandler,
  type Reply,
  recipientOf,
  reply,
  type Turn,
  unproved,
} from '../../../src/intent';

const unasked: readonly CaseView['state'][] = ['received', 'unconfirmed'];
const over: readonly CaseView['state'][] = ['answered', 'closed', 'withdrawn'];

/** It came by a way in which anybody could write in their name: what is open is theirs to close once they have shown that they are. */
const isAnybody = ({ identity }: CaseView): boolean => identity?.has === 'L0';

/** The question, as long as it has not been answered; then how it is going. */
async function show({ services }: Turn, request: CaseView): Promise<Reply> {
  const { name: company } = await services.company.profile();
  const { id, number, records, state, dueAt } = request;
  const vars = { company, number, records, due: { day: dueAt }, state: { text: `my_case_states.${state}` } };
  if (!unasked.includes(state)) return reply(over.includes(state) ? 'over' : 'under_way', vars);
  const args = { case: id };
  return reply('ask', vars, {
    ...(isAnybody(request) && unproved(request)),
    buttons: [
      { act: 'confirm', args, style: 'danger' },
      { act: 'dismiss', args },
    ],
    expect: { yes: 'confirm', no: 'dismiss', args },
  });
}

/** The case opens when the message arrives; a yes only says what will be done. The controller decides. */
export const intent: IntentHandler = {
  heard: async (turn) => show(turn, await turn.services.privacy.open(recipientOf(turn), 'erase')),
  acts: {
    late: async (turn) => show(turn, await turn.services.privacy.get(turn.args.case ?? '')),
    confirm: async (turn) => {
      const { privacy, company } = turn.services;
      const asked = await privacy.get(turn.args.case ?? '');
      if (!unasked.includes(asked.state)) return show(turn, asked);
      const { number, dueAt } = await privacy.confirm(asked.id);
      return reply('confirmed', { company: (await company.profile()).name, number, due: { day: dueAt } });
    },
    /** They seem to have changed their mind: nothing is closed unless they say so. */
    reconsider: async (turn) => {
      const asked = await turn.services.privacy.get(turn.args.case ?? '');
      if (!unasked.includes(asked.state)) return show(turn, asked);
      const args = { case: asked.id };
      return reply(
        'taken_back',
        { number: asked.number },
        {
          buttons: [
            { act: 'dismiss', args },
            { act: 'late', args },
          ],
          expect: { yes: 'late', no: 'dismiss', args },
        },
      );
    },
    dismiss: async (turn) => {
      const { privacy } = turn.services;
      const asked = await privacy.get(turn.args.case ?? '');
      if (![...unasked, 'confirmed'].includes(asked.state)) return show(turn, asked);
      if (isAnybody(asked)) return reply('left', { number: asked.number });
      return reply('dismissed', { number: (await privacy.withdraw(asked.id)).number });
    },
  },
};
