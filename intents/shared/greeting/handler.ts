import { type IntentHandler, reply } from '../../../src/intent';

export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    if (person.kind === 'member')
      return reply('member', { name: person.name.split(' ')[0] }, { buttons: [{ act: 'help/start' }] });
    const { name: company } = await services.company.profile();
    const acts = ['access-data/start', 'opt-out/stop', 'human-agent/start'];
    return reply('person', { company }, { buttons: acts.map((act) => ({ act })) });
  },
};
