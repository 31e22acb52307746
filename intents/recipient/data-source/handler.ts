import { type IntentHandler, reply } from '../../../src/intent';

/** Where the number came from, and on what permission the company writes. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const origin = await services.consent.origin(person.kind === 'recipient' ? person.contact : '');
    const { name } = await services.company.profile();
    const buttons = [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }];
    if (!origin) return reply('unknown', { company: name }, { buttons });
    const vars = {
      company: name,
      at: { day: origin.at },
      source: { text: `sources.${origin.source.split(':')[0]}` },
      channel: { text: `channels.${origin.channel}` },
    };
    return reply('origin', vars, {
      buttons,
      ...(origin.text && { facts: [{ key: 'text', vars: { text: origin.text } }] }),
    });
  },
};
