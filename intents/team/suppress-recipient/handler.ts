import { type IntentHandler, reply } from '../../../src/intent';

/** Takes a person off at once: it protects them, and nobody but them can undo it. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const done = await services.records.takeOff(String(slots.address));
    if (!done) return reply('unreadable', {}, { private: true });
    const { masked, isUnknown, alreadyOut, cancelled } = done;
    if (alreadyOut) return reply('already', { masked }, { private: true });
    return reply(isUnknown ? 'unknown' : 'done', { masked, cancelled }, { private: true });
  },
};
