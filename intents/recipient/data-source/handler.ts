import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Where the number came from, and on what permission the company writes. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const origin = await turn.services.consent.origin(recipientOf(turn));
    const { name: company } = await turn.services.company.profile();
    const buttons = [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }];
    if (!origin) return reply('unknown', { company }, { buttons });
    const source = { text: `sources.${origin.source.split(':')[0]}` };
    const facts = origin.text ? [{ key: 'text', vars: { text: origin.text } }] : [];
    return reply('origin', { company, at: { day: origin.at }, source }, { buttons, facts });
  },
};
