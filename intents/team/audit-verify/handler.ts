import { type IntentHandler, reply } from '../../../src/intent';

/** Walks the whole record and says whether it is as it was written, and if not, which entry is not. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { entries, keptTo, broken } = await services.keeping.verifyAudit();
    if (broken) {
      const { why, seq = 0, entry = '' } = broken;
      return reply('broken', { why, seq, entry }, { private: true });
    }
    return reply(keptTo === undefined ? 'wholeAlone' : 'whole', { entries, kept: keptTo ?? 0 }, { private: true });
  },
};
