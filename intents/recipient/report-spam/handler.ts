import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Whoever complains is left alone at once, and is answered by a person. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { consent, support, company } = turn.services;
    const contact = recipientOf(turn);
    const { alreadyOut } = await consent.withdraw(contact);
    const { alreadyOpen, told } = await support.handOff(contact);
    const { name, country, contact: mailbox, legalName } = await company.profile();
    const vars = { company: name, authority: { text: `authorities.${country}` } };
    if (!told) return reply('alone', { ...vars, contact: mailbox || legalName });
    return reply(alreadyOut && alreadyOpen ? 'again' : 'done', vars);
  },
};
