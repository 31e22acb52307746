import { type IntentHandler, reply } from '../../../src/intent';

/** A person, please: the team sees it, and the bot keeps quiet. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { alreadyOpen } = await services.support.handOff(person.kind === 'recipient' ? person.contact : '');
    const { name } = await services.company.profile();
    return reply(alreadyOpen ? 'waiting' : 'called', { company: name });
  },
};
