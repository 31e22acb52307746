import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Comes back; only by the person's own words, which are the proof. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { consent, company, privacy } = turn.services;
    const { alreadyIn, stillOut } = await consent.optIn(recipientOf(turn));
    if (stillOut?.case) return reply('held', { number: (await privacy.get(stillOut.case)).number });
    const { name } = await company.profile();
    return reply(alreadyIn ? 'already' : stillOut ? 'out' : 'done', { company: name });
  },
};
