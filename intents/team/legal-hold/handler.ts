import { type IntentHandler, reply } from '../../../src/intent';

/** Nothing is erased unless somebody accepts it: a lawsuit is a ground to refuse. */
export const intent: IntentHandler = {
  heard: async ({ person }) => {
    const mayDecide = person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));
    const buttons = mayDecide ? [{ act: 'privacy-requests/start' }] : [];
    return reply('how', {}, { buttons, private: true });
  },
};
