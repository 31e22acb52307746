import { type Act, form, type Reply, type Slots, type Turn } from '../../../src/intent';

type Known = Readonly<Record<string, string>>;
const paces = ['now', 'at', 'local', 'waves'] as const;
const mostOptions = 100;

/** What is known so far travels from step to step: nothing is written before the last one. */
const only = (args: Known, ...keys: string[]): Known =>
  Object.fromEntries(Object.entries(args).filter(([key, value]) => keys.includes(key) && value !== ''));

/** 1. What. Templates that can be sent, or will be once they are approved. */
async function askWhat({ services }: Turn, args: Known, errors: Known = {}): Promise<Reply> {
  const all = await services.templates.list();
  const ofStates = (...states: readonly string[]) =>
    all
      .filter(({ status }) => states.includes(status))
      .slice(0, mostOptions)
      .map(({ id, name, channel }) => ({
        value: id,
        label: name.replace(/_/g, ' '),
        beside: { text: `channels.${channel}` },
      }));
  const choices = { template: ofStates('APPROVED', 'PENDING'), backup: ofStates('APPROVED') };
  const initial = { template: args.template ?? '', backup: args.backup ?? '' };
  return form({ key: 'what', act: 'guideWhat', args, choices, initial, errors, stays: true });
}

/** 2. To whom: a group that is there, or people as they are described. */
async function askWhom({ services, person }: Turn, args: Known, errors: Known = {}): Promise<Reply> {
  const groups = (await services.segments.list(person.language)).slice(0, mostOptions);
  const choices = groups.map(({ id, name }) => ({ value: id, label: name }));
  const initial = { segment: args.segment ?? '', people: args.people ?? '' };
  return form({ key: 'whom', act: 'guideWhom', args, choices: { segment: choices }, initial, errors, stays: true });
}

/** 3. When, and how. */
function askWhen(args: Known, errors: Known = {}): Reply {
  const initial = { pace: args.pace ?? 'at', moment: args.moment ?? '' };
  return form({ key: 'when', act: 'guideWhen', args, options: { pace: paces }, initial, errors, stays: true });
}

/** 4. All of it once more. */
async function askYes({ services, person }: Turn, args: Known): Promise<Reply> {
  const template = (await services.templates.list()).find(({ id }) => id === args.template);
  const { name, sendable, selected } = await services.segments.get(args.segment ?? '', person.language);
  const when = args.at ? new Date(args.at) : { text: 'as_soon' };
  const vars = { template: template?.name.replace(/_/g, ' ') ?? '', segment: name, sendable, selected, when };
  return form({ key: 'check', act: 'guideDone', args, vars: { ...vars, pace: args.pace ?? 'now' }, stays: true });
}

const what: Act = async (turn) => {
  const { backup: _before, ...rest } = turn.args;
  const args: Known = { ...rest, ...only(turn.values, 'template', 'backup') };
  if (!args.template) return askWhat(turn, args, { template: 'choose' });
  const templates = await turn.services.templates.list();
  const channelOf = (id: string | undefined) => templates.find((one) => one.id === id)?.channel;
  if (args.backup && channelOf(args.backup) === channelOf(args.template))
    return askWhat(turn, args, { backup: 'same' });
  return askWhom(turn, args);
};

/** Described people are a group of their own, which nobody has to save. */
const whom: Act = async (turn) => {
  const { values, services, person } = turn;
  const { segment: _before, ...rest } = turn.args;
  const args: Known = { ...rest, ...only(values, 'segment', 'people') };
  if (values.people && values.segment) return askWhom(turn, args, { people: 'both' });
  if (!values.people) return args.segment ? askWhen(args) : askWhom(turn, args, { segment: 'choose' });
  const described = await services.segments.find(values.people, person.language);
  return described
    ? askWhen({ ...only(args, 'template', 'backup', 'pace', 'moment'), segment: described })
    : askWhom(turn, args, { people: 'unknown' });
};

const when: Act = async (turn) => {
  const { values, services, person, now } = turn;
  const { at: _before, ...rest } = turn.args;
  const args: Known = { ...rest, pace: values.pace ?? 'at', moment: values.moment ?? '' };
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
  guide: (turn) => askWhat(turn, only(turn.args, 'template', 'segment')),
  guideWhat: what,
  guideWhom: whom,
  guideWhen: when,
};
