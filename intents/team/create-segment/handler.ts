import { form, type IntentHandler, type Reply, reply, type SegmentView } from '../../../src/intent';

/** What was described, with its people, before it is saved. */
const shown = ({ id, words, selected, sendable, leftOut }: SegmentView): Reply => {
  const args = { segment: id };
  return reply(
    'proposed',
    { words, selected, sendable },
    {
      facts: [{ key: 'people' }, ...leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } }))],
      buttons: [
        { act: 'name', args, style: 'primary', form: true },
        { act: 'discard', args },
      ],
    },
  );
};

/** Described in words, looked at, then saved under a name by its button. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const offered = await services.segments.common();
    if (offered.length === 0) return reply('nothing');
    const buttons = offered.map(({ key, value, count }) => ({
      act: 'propose',
      args: { key, value },
      label: 'one',
      vars: { key, value, count },
    }));
    return reply('offer', {}, { buttons });
  },
  acts: {
    propose: async ({ services, args }) =>
      shown(await services.segments.propose({ key: args.key ?? '', value: args.value ?? '' })),
    name: async ({ services, args }) => {
      const { name } = await services.segments.get(args.segment ?? '');
      return form({ key: 'name', act: 'save', args, initial: { name } });
    },
    save: async ({ services, args, values }) => {
      const { id, name, selected, sendable } = await services.segments.save(args.segment ?? '', values.name);
      return reply(
        'created',
        { name, selected, sendable },
        { buttons: [{ act: 'send-campaign/start', args: { segment: id } }, { act: 'list-segments/start' }] },
      );
    },
    discard: async ({ services, args }) => {
      await services.segments.discard(args.segment ?? '');
      return reply('discarded');
    },
  },
};
