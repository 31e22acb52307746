import { type Act, awayVars, type IntentHandler, type Reply, recipientOf, reply, type Turn } from '../../../src/intent';

/** A person, please: the team sees it, and the bot keeps quiet. */
const handOff =
  (called: (company: string, turn: Turn) => Reply): Act =>
  async (turn) => {
    const { alreadyOpen, told } = await turn.services.support.handOff(recipientOf(turn));
    const { name: company, contact, legalName } = await turn.services.company.profile();
    if (!told) return reply('nobody', { company, contact: contact || legalName });
    const away = await turn.services.support.away(recipientOf(turn));
    if (away) return reply('away', awayVars(company, away));
    return alreadyOpen ? reply('waiting', { company }) : called(company, turn);
  };

export const intent: IntentHandler = {
  heard: handOff((company) => reply('called', { company })),
  acts: {
    /** Nobody asked for one, but nothing that was said was understood. */
    lost: handOff((company, { args }) => reply('lost', { company, held: args.held ?? 'no' })),
  },
};
