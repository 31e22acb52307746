import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** A file to take elsewhere: the company's to decide, and to hand over. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { privacy, company } = turn.services;
    const { id, number, state, dueAt, isNew } = await privacy.open(recipientOf(turn), 'portability');
    const { name } = await company.profile();
    const seen = state === 'received' ? 'confirmed' : state; // nobody is asked for a yes
    const vars = { company: name, number, due: { day: dueAt }, state: { text: `my_case_states.${seen}` } };
    return reply(isNew ? 'open' : 'under_way', vars, {
      buttons: [
        { act: 'access-data/start' },
        { act: 'request-status/withdraw', args: { case: id } },
        { act: 'human-agent/start' },
      ],
    });
  },
};
