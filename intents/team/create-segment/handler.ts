import {
  type Act,
  type Described,
  form,
  type IntentHandler,
  kept,
  type Reply,
  type ReplyForm,
  reply,
  type SegmentView,
  type Turn,
} from '../../../src/intent';

/** Slack takes no longer one in a list. */
const longestOption = 75;

/** What was described, with its people, before it is saved; or a saved one as it stands. */
const shown = ({ id, name, version, saved, revises, words, selected, sendable, leftOut }: SegmentView): Reply => {
  const args = { segment: id };
  const isKept = revises ? 'save' : 'name';
  return reply(
    saved ? 'saved' : 'proposed',
    { name, version, words, selected, sendable },
    {
      facts: [{ key: 'people' }, ...leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } }))],
      buttons: [
        saved
          ? { act: 'send-campaign/start', args, style: 'primary' as const }
          : { act: isKept, args, style: 'primary' as const, ...(revises ? {} : { form: true }) },
        { act: 'change', args, form: true },
        { act: 'guided', args, label: 'add', form: true },
        ...(saved ? [] : [{ act: 'discard', args }]),
      ],
    },
  );
};

/** A word that nobody knows is asked about, with what there is; it may also be left out, or all be said otherwise. */
const told = (described: Described): Reply => {
  if ('view' in described) return shown(described.view);
  const { segment, word, offers } = described.ask;
  const args = { segment };
  return reply(
    'ask',
    { word },
    {
      buttons: [
        ...offers.map(({ words, means }) => ({ act: 'tell', args: { ...args, means }, label: 'one', vars: { words } })),
        { act: 'leave', args },
        { act: 'change', args, form: true },
      ],
    },
  );
};

const changing = (args: Turn['args'], more: Partial<ReplyForm>): Reply =>
  form({ key: 'change', act: 'changed', args, ...more, stays: true });

const changed: Act = async ({ services, args, values, person }) => {
  const described = await services.segments.describe(values.words ?? '', person.language, args.segment);
  return described ? told(described) : changing(args, { initial: values, errors: { words: 'unclear' } });
};

/** What people are told apart by. */
const attributes = async ({ services }: Turn) =>
  (await services.segments.attributes())
    .filter((key) => key.length <= longestOption)
    .map((key) => ({ value: key, label: key }));

const guided = async (turn: Turn): Promise<ReplyForm> => ({
  key: 'guided',
  act: 'added',
  args: turn.args,
  choices: { attribute: await attributes(turn) },
  stays: true,
});

const added: Act = async (turn) => {
  const { services, args, values, person } = turn;
  const { attribute = '', how = '', value = '', join = 'and' } = values;
  return kept(await guided(turn), values, { SEGMENT_INVALID: ['value', 'invalid'] }, async () =>
    told(await services.segments.add(args.segment, { attribute, how, value, join }, person.language)),
  );
};

const naming = (args: Turn['args'], name: string): ReplyForm => ({
  key: 'name',
  act: 'save',
  args,
  initial: { name },
  stays: true,
});

/** Under a name of its own; a new version keeps the one it has. */
const save: Act = async ({ services, args, values, person }) =>
  kept(naming(args, values.name ?? ''), values, { SEGMENT_NAME_TAKEN: ['name', 'taken'] }, async () => {
    const segment = await services.segments.save(args.segment ?? '', values.name, person.language);
    const { id, name, version, selected, sendable } = segment;
    return reply(
      'created',
      { name, version, selected, sendable },
      { buttons: [{ act: 'send-campaign/start', args: { segment: id } }, { act: 'list-segments/start' }] },
    );
  });

/** Described in words or by a form, looked at, then saved under a name by its button. */
export const intent: IntentHandler = {
  heard: async ({ services, person, text }) => {
    const described = await services.segments.describe(text, person.language);
    if (described) return told(described);
    const offered = await services.segments.common(person.language);
    if (offered.length === 0) return reply('nothing');
    const buttons = offered.map(({ words, means }) => ({
      act: 'propose',
      args: { means },
      label: 'one',
      vars: { words },
    }));
    return reply('offer', {}, { buttons: [...buttons, { act: 'guided', form: true }] });
  },
  acts: {
    propose: async ({ services, args, person }) =>
      told(await services.segments.begin(args.means ?? '', person.language)),
    tell: async ({ services, args, person }) =>
      told(await services.segments.tell(args.segment ?? '', args.means, person.language)),
    leave: async ({ services, args, person }) =>
      told(await services.segments.tell(args.segment ?? '', undefined, person.language)),
    show: async ({ services, args, person }) => shown(await services.segments.get(args.segment ?? '', person.language)),
    change: async ({ services, args, person }) => {
      const { words } = await services.segments.get(args.segment ?? '', person.language);
      return changing(args, { initial: { words } });
    },
    changed,
    guided: async (turn) => form(await guided(turn)),
    added,
    name: async ({ services, args, person }) => {
      const { name } = await services.segments.get(args.segment ?? '', person.language);
      return form(naming(args, name));
    },
    save,
    discard: async ({ services, args }) => {
      await services.segments.discard(args.segment ?? '');
      return reply('discarded');
    },
  },
  choices: { attribute: attributes },
};
