import { type IntentHandler, reply } from '../../../src/intent';

const most = 9;

export const intent: IntentHandler = {
  heard: async ({ services, person }) => {
    const segments = (await services.segments.list(person.language)).slice(0, most);
    if (segments.length === 0) return reply('none', {}, { buttons: [{ act: 'create-segment/start' }] });
    const facts = segments.map(({ name, version, words, selected, sendable }) => ({
      key: 'line',
      vars: { name, version, words, count: selected, sendable },
    }));
    const buttons = segments.map(({ id, name }) => ({
      act: 'create-segment/show',
      args: { segment: id },
      label: 'one',
      vars: { name },
    }));
    return reply('list', {}, { facts, buttons: [...buttons, { act: 'create-segment/start' }] });
  },
};
