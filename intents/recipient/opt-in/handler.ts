import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Comes back; only by the person's own words, which are the proof. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { alreadyIn } = await turn.services.consent.optIn(recipientOf(turn));
    const { name: company } = await turn.services.company.profile();
    return reply(alreadyIn ? 'already' : 'done', { company });
  },
};
