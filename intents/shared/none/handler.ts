import { type IntentHandler, reply, silence } from '../../../src/intent';

/** Talk with the shop goes to the shop's people; a member is asked to say it otherwise. */
export const intent: IntentHandler = {
  heard: async ({ person, services, text }) => {
    if (person.kind !== 'recipient') return reply('member');
    const { first } = await services.support.forward(person.contact, text);
    const { name } = await services.company.profile();
    return first ? reply('forwarded', { company: name }) : silence;
  },
};
