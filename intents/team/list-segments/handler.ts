import { type IntentHandler, reply } from '../../../src/intent';

const most = 9;

export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const segments = await services.campaigns.segments();
    const facts = segments.slice(0, most).map(({ name, count }) => ({ key: 'line', vars: { name, count } }));
    return segments.length === 0 ? reply('none') : reply('list', {}, { facts });
  },
};
