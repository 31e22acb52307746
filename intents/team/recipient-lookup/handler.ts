import { type IntentHandler, reply } from '../../../src/intent';

/** Who this is, masked, and whether promotions may go to them. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const found = await services.records.find(String(slots.address));
    if (!found) return reply('nobody', {}, { private: true });
    const { masked, language, since, refusal } = found;
    const vars = { masked, language: { text: `languages.${language}` }, since: { day: since } };
    const why = refusal ? [{ text: `advice.${refusal}` }] : [];
    const facts = [...why, { key: 'language' }, { key: 'since' }];
    return reply(refusal ? 'refused' : 'allowed', vars, { facts, private: true });
  },
};
