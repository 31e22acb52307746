import { type IntentHandler, reply } from '../../../src/intent';

/** How the person's newest request is going. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const latest = await services.privacy.latest(person.kind === 'recipient' ? person.contact : '');
    const { name } = await services.company.profile();
    if (!latest) return reply('none', { company: name });
    return reply('status', {
      company: name,
      number: latest.number,
      right: { text: `rights.${latest.right}` },
      state: { text: `case_states.${latest.state}` },
      due: { day: latest.dueAt },
    });
  },
};
