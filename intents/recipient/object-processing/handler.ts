import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Promotions stop with the case; whether the rest stops too, the controller decides on the person's own words. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { privacy, company } = turn.services;
    const { id, number, state, dueAt, isNew } = await privacy.open(recipientOf(turn), 'object');
    const { name } = await company.profile();
    const vars = { company: name, number, due: { day: dueAt }, state: { text: `my_case_states.${state}` } };
    if (state !== 'received') return reply('decided', vars, { buttons: [{ act: 'human-agent/start' }] });
    return reply(isNew ? 'noted' : 'added', vars, {
      buttons: [
        { act: 'access-data/start' },
        { act: 'request-status/withdraw', args: { case: id } },
        { act: 'human-agent/start' },
      ],
    });
  },
};
