import {
  type Act,
  type CampaignView,
  card,
  citedIn,
  form,
  type IntentHandler,
  next,
  type Reply,
  reply,
  type Slots,
  silence,
  type Turn,
  type Vars,
} from '../../../src/intent';
import {
  backupOf,
  hasUnproven,
  isForNobody,
  isLate,
  isObstructed,
  progress,
  running,
  standing,
  topic,
  whenOf,
} from './draft-card';
import { guide, offered, wishedIn } from './guide';
import { test } from './test-send';

const wishOf = ({ template, segment, at, pace, channel, backup }: Slots) => ({
  ...{ template: String(template), segment: String(segment) },
  ...(at instanceof Date && { at }),
  ...((pace === 'local' || pace === 'waves') && { pace: pace as 'local' | 'waves' }),
  ...(channel && { channel: String(channel) }),
  ...(backup && { backup: String(backup) }),
});

/** The draft stands and can be said otherwise. */
const drafted = ({ id }: CampaignView): Reply => {
  const args = { campaign: id };
  return { ...card({ card: 'author', args, topic: topic(id) }), draft: { change: 'change', args } };
};

/** Everybody's own hour is an hour all the same. */
const lacksHour = ({ at, pace }: Slots): boolean => pace === 'local' && !(at instanceof Date);

const heard: Act = async ({ slots, services }) =>
  lacksHour(slots)
    ? next('schedule-campaign/start', { ...slots, at: undefined })
    : drafted(await services.campaigns.draft(wishOf(slots)));

/** Whoever may approve is asked: those with that role, else who runs the account. */
const ask: Act = async ({ services, args, person }) => {
  const { state, version } = await services.campaigns.get(args.campaign ?? '');
  // Pressed twice: it was asked for.
  if (state === 'awaiting_approval' && version === Number(args.version) + 1) return silence;
  const frozen = await services.campaigns.askApproval(args.campaign ?? '', Number(args.version));
  const shown = {
    card: 'send-campaign/approval',
    args: { campaign: frozen.id },
    topic: topic(frozen.id),
    canWait: true as const,
  };
  const author = person.kind === 'member' ? person.member : undefined;
  const told =
    (await services.team.tell('approver', shown, author)) || (await services.team.tell('owner', shown, author));
  const isAlone = told === 0 && frozen.sendable <= (await services.campaigns.aloneAtMost(frozen.authorId));
  const invites = person.kind === 'member' && person.roles.includes('owner') ? 'yes' : 'no';
  return isAlone ? reply('alone', { number: frozen.number }) : reply('asked', { number: frozen.number, told, invites });
};

/** From here on its progress stands in the channel. */
async function approved({ services }: Turn, campaign: CampaignView): Promise<Reply> {
  const { id, number, pace } = campaign;
  const live = { card: 'send-campaign/progress', args: { campaign: id }, topic: topic(id) };
  const shown = (await services.team.post('campaigns', live)) ? 'yes' : 'no';
  return reply('approved', { number, when: whenOf(campaign), pace, shown });
}

const undecided = ['draft', 'awaiting_approval'];

/** Pressed twice, or by two at once: it was approved, and that is said; nothing is done again. */
async function approve(turn: Turn): Promise<Reply> {
  const { args, services } = turn;
  const was = await services.campaigns.get(args.campaign ?? '');
  if (was.approver && was.version > Number(args.version) && !undecided.includes(was.state))
    return reply('approvedBefore', { number: was.number, approver: was.approver }, { private: true });
  return approved(turn, await services.campaigns.approve(was.id, Number(args.version)));
}

/** The number is typed, not pressed: nobody sends to more people than they know of. */
const aloneSend: Act = async (turn) => {
  const { args, values, services } = turn;
  const { sendable } = await services.campaigns.get(args.campaign ?? '');
  const count = (values.count ?? '').replace(/[.,\s]/g, '');
  if (count !== String(sendable))
    return form({ key: 'alone', act: 'aloneSend', args, initial: values, errors: { count: 'wrong' }, stays: true });
  return approved(turn, await services.campaigns.approveAlone(args.campaign ?? '', Number(args.version), sendable));
};

const delegate: Act = async ({ services, args, person }) => {
  const others = (await services.campaigns.approversOf(args.campaign ?? '')).filter(
    ({ id }) => person.kind !== 'member' || person.member !== id,
  );
  const choices = others.map(({ id, name }) => ({ value: id, label: name }));
  if (choices.length === 0) return reply('nobodyElse');
  return form({ key: 'delegate', act: 'delegateSend', args, choices: { member: choices } });
};

/** Who of it gets nothing, masked, a page at a time. */
const who: Act = async ({ services, args }) => {
  const { number } = await services.campaigns.get(args.campaign ?? '');
  const { people, next: after } = await services.campaigns.leftOut(args.campaign ?? '', args.after);
  const facts = people.map(({ masked, code }) => ({
    key: 'person',
    vars: { masked, why: { text: `advice.${code}` } },
  }));
  const buttons = after ? [{ act: 'who', label: 'more', args: { campaign: args.campaign ?? '', after } }] : [];
  return reply(people.length > 0 ? 'who' : 'whoNobody', { number }, { facts, buttons, private: true });
};

/** Figures as the reader's country writes them; what the provider has no word on is left out. */
function figuresOf(seen: string | undefined): Vars[string] {
  const [, count, most] = /^(\d+)(?: \/ (\d+))?$/.exec(seen ?? '') ?? [];
  if (count !== undefined)
    return { text: most ? 'figures.of' : 'figures.one', vars: { count: Number(count), most: Number(most ?? 0) } };
  return seen === undefined || seen === 'UNKNOWN' ? 'none' : seen;
}

/** What does not stand on the card: by which other way it goes, rule by rule what was asked and answered, who is left out. Whoever owns the account may lift the company's own. */
const rules: Act = async ({ services, args, person }) => {
  const campaign = await services.campaigns.get(args.campaign ?? '');
  const { id, number, state, leftOut } = campaign;
  const answers = await services.gate.campaign(id);
  const facts = answers.map(({ code, rule, answer, seen }) => ({
    key: 'rule',
    vars: { name: { text: `gate_rule.${code}` }, rule: citedIn(rule), answer, seen: figuresOf(seen) },
  }));
  const mayLift =
    person.kind === 'member' && person.roles.includes('owner') && !['done', 'cancelled', 'expired'].includes(state);
  const buttons = answers
    .filter(({ answer, lifts }) => mayLift && lifts && answer === 'refuses')
    .slice(0, 1)
    .map(({ code }) => ({ act: 'lift', args: { campaign: id, code } }));
  const whose = leftOut.length > 0 ? [{ act: 'who', args: { campaign: id } }] : [];
  return reply(
    'rules',
    { number },
    { facts: [...backupOf(campaign), ...facts], buttons: [...whose, ...buttons], private: true },
  );
};

/** Of one that two have to let go on, the first is only noted. */
const resume: Act = async ({ services, args }) => {
  const on = await services.campaigns.resume(args.campaign ?? '');
  return reply(on.state === 'held' ? 'resumeAsked' : 'going', { number: on.number, when: whenOf(on) });
};

const author = async (turn: Turn): Promise<Reply> => {
  const campaign = await turn.services.campaigns.get(turn.args.campaign ?? '');
  const { id, version, state, sendable } = campaign;
  const args = { campaign: id, version: String(version) };
  const isAsked = state === 'awaiting_approval';
  const mayAlone = isAsked && sendable <= (await turn.services.campaigns.aloneAtMost(campaign.authorId));
  const others = isAsked ? (await turn.services.campaigns.approversOf(id)).length : 0;
  return standing(turn, campaign, {
    ...running(campaign),
    draft: [
      ...(isForNobody(campaign) || isObstructed(campaign) || isLate(campaign, turn.now)
        ? []
        : [{ act: 'ask', args, style: 'primary' as const }]),
      ...(hasUnproven(campaign) ? [{ act: 'sign-up-link/start' }] : []),
      { act: 'discard', args },
    ],
    awaiting_approval: [
      ...(mayAlone ? [{ act: 'alone', args, style: 'primary' as const, form: true }] : []),
      ...(others > 0 ? [{ act: 'delegate', args, form: true }] : []),
      { act: 'discard', args },
    ],
  });
};

const approval = async (turn: Turn): Promise<Reply> => {
  const campaign = await turn.services.campaigns.get(turn.args.campaign ?? '');
  const args = { campaign: campaign.id, version: String(campaign.version) };
  const others = campaign.state === 'awaiting_approval' ? await turn.services.campaigns.approversOf(campaign.id) : [];
  return standing(turn, campaign, {
    held: running(campaign).held ?? [],
    awaiting_approval: [
      { act: 'approve', args, style: 'primary' },
      { act: 'changes', args, form: true },
      ...(others.length > 1 ? [{ act: 'delegate', args, form: true }] : []),
    ],
  });
};

export const intent: IntentHandler = {
  /** Prepares; nothing leaves before a second person approves what is frozen then. */
  heard,
  acts: {
    ...guide,
    /** The same as by words. */
    guideDone: async ({ services, args }) => drafted(await services.campaigns.draft(wishOf(wishedIn(args)))),
    /** "No, on Friday": the same draft, said otherwise. */
    change: async ({ slots, args, services }) =>
      drafted(await services.campaigns.change(args.campaign ?? '', wishOf(slots))),
    ask,
    discard: async ({ services, args }) => {
      if ((await services.campaigns.get(args.campaign ?? '')).state === 'cancelled') return silence;
      const gone = await services.campaigns.cancel(args.campaign ?? '');
      return reply('discarded', { number: gone.number });
    },
    approve,
    alone: async ({ args }) => form({ key: 'alone', act: 'aloneSend', args, stays: true }),
    aloneSend,
    changes: async ({ args }) => form({ key: 'changes', act: 'changesSend', args }),
    changesSend: async ({ services, args, values }) => {
      const back = await services.campaigns.askChanges(args.campaign ?? '', Number(args.version), values.comment ?? '');
      return reply('returned', { number: back.number, author: back.author });
    },
    delegate,
    delegateSend: async ({ services, args, values }) => {
      const handed = await services.campaigns.delegate(args.campaign ?? '', Number(args.version), values.member ?? '');
      return reply('handed', { number: handed.number, asked: handed.askedOf ?? '' });
    },
    /** The next moment at which it may leave. */
    later: async ({ services, args }) => {
      const { templateId, segmentId, number, pace } = await services.campaigns.get(args.campaign ?? '');
      const at = new Date(args.at ?? '');
      const wish = wishOf({ template: templateId, segment: segmentId, at, pace });
      await services.campaigns.change(args.campaign ?? '', wish);
      return reply('moved', { number, when: at });
    },
    /** One of the company's own rules, for this campaign; its owner alone may. */
    lift: async ({ services, args }) => {
      await services.gate.lift(args.campaign ?? '', args.code ?? '');
      const { number } = await services.campaigns.get(args.campaign ?? '');
      return reply('lifted', { number });
    },
    test,
    who,
    rules,
    pause: async ({ services, args }) => {
      const before = await services.campaigns.get(args.campaign ?? '');
      const paused = before.state === 'paused' ? before : await services.campaigns.pause(before.id);
      return reply('onHold', { number: paused.number });
    },
    resume,
  },
  choices: offered,
  cards: {
    author,
    approval,
    /** The same to whoever has not answered, as its hour comes near. */
    reminder: async (turn) => {
      const { key, vars, ...more } = await approval(turn);
      return key === 'awaiting_approval' ? reply('reminder', vars, more) : { key, ...(vars && { vars }), ...more };
    },
    /** What stopped for lack of credit leaves again; whoever no longer wants that pauses it. */
    wentOn: async ({ services, args }) => {
      const { id, number, name, state } = await services.campaigns.get(args.campaign ?? '');
      const isOn = state === 'scheduled' || state === 'sending';
      return reply('wentOn', { number, name }, { buttons: isOn ? [{ act: 'pause', args: { campaign: id } }] : [] });
    },
    progress: async (turn) => progress(turn, await turn.services.campaigns.get(turn.args.campaign ?? '')),
  },
};
