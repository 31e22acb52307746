import { type IntentHandler, reply } from '../../../src/intent';

/** Who did what lately; with an address, who touched that person. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const address = slots.address === undefined ? undefined : String(slots.address);
    const entries = await services.records.trail(address);
    if (entries.length === 0) return reply('nothing', {}, { private: true });
    const facts = entries.map(({ at, act, actor, name, what }) => ({
      key: 'entry',
      vars: { at, actor: name ? 'member' : actor, name, what, act: act.replace('.', '_') },
    }));
    return reply(address ? 'person' : 'all', {}, { facts, private: true });
  },
};
