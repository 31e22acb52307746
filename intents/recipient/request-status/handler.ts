import {
  type CaseView,
  type IntentHandler,
  type Reply,
  type ReplyButton,
  recipientOf,
  reply,
  type Turn,
  type Vars,
} from '../../../src/intent';

const over: readonly CaseView['state'][] = ['answered', 'closed', 'withdrawn'];
/** Nothing was done of it yet. */
const notBegun: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed', 'accepted'];

/** The one that was named, else those that are open, else the newest. */
const find = async (turn: Turn): Promise<readonly CaseView[]> => {
  const { privacy } = turn.services;
  const named = String(turn.slots.code ?? '');
  if (named.startsWith('SOL-')) return [await privacy.get(named)];
  const open = await privacy.openOf(recipientOf(turn));
  const newest = open.length > 0 ? undefined : await privacy.latest(recipientOf(turn));
  return newest ? [newest] : open;
};

/** What the person may still do with it: an erasure waits for their yes, anything that was not begun can be taken back. */
const choices = ({ right, state, block, cause }: CaseView): readonly string[] => {
  if (cause === 'minor') return []; // it may be the child who taps
  if (right === 'erase' && ['received', 'unconfirmed'].includes(state))
    return ['delete-data/confirm', 'delete-data/dismiss'];
  if (block === 'granted') return ['release'];
  return notBegun.includes(state) ? ['withdraw'] : [];
};

/** How it stands, as it is said. */
const varsOf = ({ services }: Turn, { number, right, dueAt, ...request }: CaseView): Vars => {
  const { confirm } = services.privacy.rulesOf(right);
  const state = request.state === 'received' && !confirm ? 'confirmed' : request.state;
  const said = state === 'closed' && !request.told ? 'untold' : state;
  return {
    ...{ number, due: { day: dueAt } },
    ...{ right: { text: `rights.${right}` }, state: { text: `my_case_states.${said}` } },
  };
};

const buttonsOf = (request: CaseView): ReplyButton[] =>
  choices(request).map((act) => ({ act, args: { case: request.id } }));

async function show(turn: Turn, request: CaseView): Promise<Reply> {
  const { name: company } = await turn.services.company.profile();
  const vars = varsOf(turn, request);
  if (over.includes(request.state)) return reply('over', vars, { buttons: buttonsOf(request) });
  const { country } = await turn.services.company.profile();
  const late = request.overdue ? [{ key: 'late', vars: { authority: { text: `authorities.${country}` } } }] : [];
  return reply('open', { company, ...vars }, { facts: late, buttons: buttonsOf(request) });
}

/** All at once; what still waits for the person's yes can be answered here. */
async function showAll(turn: Turn, requests: readonly CaseView[]): Promise<Reply> {
  const { name: company } = await turn.services.company.profile();
  const facts = requests.map((request) => ({ key: 'one', vars: varsOf(turn, request) }));
  const waiting = requests.find((request) => choices(request).length > 1);
  return reply('several', { company, count: requests.length }, { facts, buttons: waiting ? buttonsOf(waiting) : [] });
}

/** How a request of the person is going, and taking it back. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const [request, ...others] = await find(turn);
    if (request && others.length > 0) return showAll(turn, [request, ...others]);
    if (request) return show(turn, request);
    return reply('none', { company: (await turn.services.company.profile()).name });
  },
  acts: {
    withdraw: async (turn) => {
      const { privacy } = turn.services;
      const asked = await privacy.get(turn.args.case ?? '');
      if (!notBegun.includes(asked.state)) return show(turn, asked);
      return reply('withdrawn', { number: (await privacy.withdraw(asked.id)).number });
    },
    /** Their data may be used again: what they had blocked is theirs to lift. */
    release: async (turn) => {
      const { privacy, company } = turn.services;
      const { number } = await privacy.release(turn.args.case ?? '');
      return reply('released', { number, company: (await company.profile()).name });
    },
  },
};
