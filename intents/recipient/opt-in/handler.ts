import { type IntentHandler, reply } from '../../../src/intent';

/** Comes back; only by the person's own words, which are the proof. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { alreadyIn } = await services.consent.optIn(person.kind === 'recipient' ? person.contact : '');
    const { name } = await services.company.profile();
    return reply(alreadyIn ? 'already' : 'done', { company: name });
  },
};
