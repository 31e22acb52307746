import { type Act, form, type IntentHandler, next, pageOf, reply, type Turn } from '../../../src/intent';

const most = 9;

const listed: Act = async ({ services, person, args }) => {
  const known = await services.segments.known();
  if (known.length === 0) return reply('none', {}, { buttons: [{ act: 'create-segment/start' }] });
  const { shown, more } = pageOf(known, most, args.from);
  const segments = await services.segments.list(
    person.language,
    shown.map(({ id }) => id),
  );
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
  const further = [
    ...(more ? [{ act: 'more', args: { from: more } }] : []),
    ...(known.length > most ? [{ act: 'search', form: true }] : []),
  ];
  return reply('list', {}, { facts, buttons: [...buttons, ...further, { act: 'create-segment/start' }] });
};

const all = async ({ services }: Turn) =>
  (await services.segments.known()).map(({ id, name }) => ({ value: id, label: name }));

/** A page at a time; of many, one is also found by its name. */
export const intent: IntentHandler = {
  heard: listed,
  acts: {
    more: listed,
    search: async (turn) => form({ key: 'search', act: 'found', choices: { segment: await all(turn) } }),
    found: async ({ values }) => next('create-segment/show', {}, { segment: values.segment ?? '' }),
  },
  choices: { segment: all },
};
