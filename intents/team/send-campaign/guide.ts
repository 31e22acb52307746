import { type Act, form, type Reply, type ReplyForm, type Slots, type Turn } from '../../../src/intent';

type Known = Readonly<Record<string, string>>;
const paces = ['now', 'at', 'local', 'waves'] as const;
/** As much of what somebody typed as travels with a form. */
const longest = 500;

/** What is known so far travels from step to step: nothing is written before the last one. */
const only = (args: Known, ...keys: string[]): Known =>
  Object.fromEntries(
    Object.entries(args).flatMap(([key, value]) =>
      keys.includes(key) && value !== '' ? [[key, value.slice(0, longest)]] : [],
    ),
  );

const templatesOf =
  (...states: readonly string[]) =>
  async ({ services }: Turn) =>
    (await services.templates.list())
      .filter(({ status, isNotice }) => states.includes(status) && !isNotice)
      .map(({ id, name, channel }) => ({
        value: id,
        label: name.replace(/_/g, ' '),
        beside: { text: `channels.${channel}` },
      }));

/** All there is to choose from, also where it is more than a list holds. */
export const offered = {
  template: templatesOf('APPROVED', 'PENDING'),
  backup: templatesOf('APPROVED'),
  segment: async ({ services }: Turn) =>
    (await services.segments.known()).map(({ id, name }) => ({ value: id, label: name })),
};

/** 1. What. Templates that can be sent, or will be once they are approved. */
async function askWhat(turn: Turn, args: Known, more: Partial<ReplyForm> = {}): Promise<Reply> {
  const choices = { template: await offered.template(turn), backup: await offered.backup(turn) };
  const initial = { template: args.template ?? '', backup: args.backup ?? '' };
  return form({ key: 'what', act: 'guideWhat', args, choices, initial, ...more, resumes: true, stays: true });
}

/** 2. To whom: a group that is there, or people as they are described. */
async function askWhom(turn: Turn, args: Known, errors: Known = {}): Promise<Reply> {
  const choices = { segment: await offered.segment(turn) };
  const { people = '', segment = '' } = args;
  const initial = { segment: people ? '' : segment, people };
  return form({ key: 'whom', act: 'guideWhom', args, choices, initial, errors, resumes: true, stays: true });
}

/** 3. When, and how. */
function askWhen(args: Known, errors: Known = {}): Reply {
  const initial = { pace: args.pace ?? 'at', moment: args.moment ?? '' };
  return form({
    key: 'when',
    act: 'guideWhen',
    args,
    options: { pace: paces },
    initial,
    errors,
    resumes: true,
    stays: true,
  });
}

/** 4. All of it once more. */
async function askYes({ services, person }: Turn, args: Known): Promise<Reply> {
  const template = (await services.templates.list()).find(({ id }) => id === args.template);
  const { name, sendable, selected } = await services.segments.get(args.segment ?? '', person.language);
  const when = args.at ? new Date(args.at) : { text: 'as_soon' };
  const vars = { template: template?.name.replace(/_/g, ' ') ?? '', segment: name, sendable, selected, when };
  const shown = { vars: { ...vars, pace: args.pace ?? 'now' }, resumes: true, stays: true } as const;
  return form({ key: 'check', act: 'guideDone', args, ...shown });
}

const what: Act = async (turn) => {
  const { backup: _before, ...rest } = turn.args;
  const args: Known = { ...rest, ...only(turn.values, 'template', 'backup') };
  if (!args.template) return askWhat(turn, args, { errors: { template: 'choose' } });
  const templates = await turn.services.templates.list();
  const channelOf = (id: string | undefined) => templates.find((one) => one.id === id)?.channel;
  if (args.backup && channelOf(args.backup) === channelOf(args.template))
    return askWhat(turn, args, { errors: { backup: 'same' } });
  return askWhom(turn, args);
};

/** Described people are a group of their own, which nobody has to save. */
const whom: Act = async (turn) => {
  const { values, services, person } = turn;
  const { segment: _before, people: _said, ...rest } = turn.args;
  const args: Known = { ...rest, ...only(values, 'segment', 'people') };
  if (values.people && values.segment) return askWhom(turn, args, { people: 'both' });
  if (!values.people) return args.segment ? askWhen(args) : askWhom(turn, args, { segment: 'choose' });
  const described = await services.segments.find(values.people, person.language);
  return described
    ? askWhen({ ...only(args, 'template', 'backup', 'pace', 'moment', 'people'), segment: described })
    : askWhom(turn, args, { people: 'unknown' });
};

const when: Act = async (turn) => {
  const { values, services, person, now } = turn;
  const { at: _before, ...rest } = turn.args;
  const args: Known = { ...rest, pace: values.pace ?? 'at', moment: (values.moment ?? '').slice(0, longest) };
  const isNeeded = args.pace === 'at' || args.pace === 'local';
  const at = args.moment ? services.campaigns.moment(args.moment, person.language) : undefined;
  if (!at && (isNeeded || args.moment)) return askWhen(args, { moment: args.moment ? 'unclear' : 'missing' });
  if (args.pace === 'now' || (at && at <= now)) return askYes(turn, args);
  return askYes(turn, { ...args, ...(at && { at: at.toISOString() }) });
};

/** The wish that the form makes, as words would have made it. */
export const wishedIn = ({ template, segment, at, pace, backup }: Known): Slots => ({
  template,
  segment,
  ...(at && { at: new Date(at) }),
  ...((pace === 'local' || pace === 'waves') && { pace }),
  ...(backup && { backup }),
});

/** A campaign in four short steps. */
export const guide: Readonly<Record<'guide' | 'guideWhat' | 'guideWhom' | 'guideWhen', Act>> = {
  guide: (turn) => {
    const args = only(turn.args, 'template', 'segment');
    // What was left half filled stands in it again, unless it is begun about something.
    const isNew = Object.keys(args).length > 0 || !turn.left;
    return isNew ? askWhat(turn, args) : askWhat(turn, turn.left ?? {}, { note: { text: 'left_half' } });
  },
  guideWhat: what,
  guideWhom: whom,
  guideWhen: when,
};
