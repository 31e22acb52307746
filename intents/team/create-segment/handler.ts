import { type IntentHandler, reply } from '../../../src/intent';

/** Offers what people have in common; the group is made by its button. */
export const intent: IntentHandler = {
  heard: async ({ services, text }) => {
    const offered = await services.campaigns.common(text);
    if (offered.length === 0) return reply('nothing', {}, { buttons: [{ act: 'list-segments/start' }] });
    const buttons = offered.map(({ key, value, count }) => ({
      act: 'create',
      args: { key, value },
      label: 'one',
      vars: { key, value, count },
    }));
    return reply('offer', {}, { buttons });
  },
  acts: {
    create: async ({ services, args }) => {
      const { key = '', value = '' } = args;
      const { id, name, count } = await services.campaigns.addSegment({ key, value });
      return reply(
        'created',
        { name, count },
        { buttons: [{ act: 'send-campaign/start', args: { segment: id } }, { act: 'list-segments/start' }] },
      );
    },
  },
};
