import { type IntentHandler, offering, reply, silence } from '../../../src/intent';

/** Talk with the shop goes to the shop's people; a member is asked to say it otherwise. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    if (person.kind !== 'recipient') return reply('member', {}, { buttons: [{ act: 'help/start' }] });
    const { name: company, contact, legalName } = await services.company.profile();
    if (services.requests.isDoor) {
      await services.requests.unheard('mail');
      return reply('at_door', { company });
    }
    const told = await services.support.forward(person.contact);
    if (!services.support.acknowledge()) return silence;
    const said = told ? reply('forwarded', { company }) : reply('alone', { company, contact: contact || legalName });
    if (!(await services.signUp.offersNow(person.contact))) return said;
    return offering({ ...said, buttons: [{ act: 'opt-in/ask' }, { act: 'opt-in/no' }] }, company);
  },
};
