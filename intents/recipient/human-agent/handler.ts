import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** A person, please: the team sees it, and the bot keeps quiet. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { alreadyOpen, told } = await turn.services.support.handOff(recipientOf(turn));
    const { name: company, contact, legalName } = await turn.services.company.profile();
    if (!told) return reply('nobody', { company, contact: contact || legalName });
    return reply(alreadyOpen ? 'waiting' : 'called', { company });
  },
};
