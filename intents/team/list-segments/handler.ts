import { type IntentHandler, reply } from '../../../src/intent';

const most = 9;

export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const segments = await services.segments.list();
    const facts = segments.slice(0, most).map(({ name, version, selected, sendable }) => ({
      key: 'line',
      vars: { name, version, count: selected, sendable },
    }));
    return segments.length === 0 ? reply('none') : reply('list', {}, { facts });
  },
};
