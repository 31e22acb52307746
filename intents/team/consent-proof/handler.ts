import { type IntentHandler, reply } from '../../../src/intent';

/** When, how and to which words a person said yes, and whether they took it back. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const found = await services.records.proof(String(slots.address));
    if (!found) return reply('nobody', {}, { private: true });
    const { masked, given, withdrawnAt } = found;
    const withdrawn = withdrawnAt ? [{ key: 'withdrawn', vars: { at: withdrawnAt } }] : [];
    if (!given) return reply('none', { masked }, { facts: withdrawn, private: true });
    const { at, channel, source, text, textVersion: version } = given;
    const words = text ? { key: 'words', vars: { text, version } } : { key: 'wordless' };
    const vars = { masked, at, channel: { text: `channels.${channel}` }, source: source.split(':')[0] };
    return reply('given', vars, { facts: [words, ...withdrawn], private: true });
  },
};
