import { type IntentHandler, reply } from '../../../src/intent';

export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { name } = await services.company.profile();
    return person.kind === 'recipient'
      ? reply('person', { company: name })
      : reply('member', { name: person.kind === 'member' ? (person.name.split(' ')[0] ?? '') : '' });
  },
};
