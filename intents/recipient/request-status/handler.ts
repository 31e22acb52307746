import { type CaseView, type IntentHandler, type Reply, recipientOf, reply, type Turn } from '../../../src/intent';

const over: readonly CaseView['state'][] = ['answered', 'closed', 'withdrawn'];
const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];

/** The one that was named, else the newest. */
const find = async (turn: Turn): Promise<CaseView | undefined> => {
  const { privacy } = turn.services;
  const named = String(turn.slots.code ?? '');
  return named.startsWith('SOL-') ? privacy.get(named) : privacy.latest(recipientOf(turn));
};

/** What the person may still do with it: an erasure waits for their yes, anything undecided can be taken back. */
const choices = ({ right, state }: CaseView): readonly string[] => {
  if (right === 'erase' && ['received', 'unconfirmed'].includes(state))
    return ['delete-data/confirm', 'delete-data/dismiss'];
  return undecided.includes(state) ? ['withdraw'] : [];
};

async function show({ services }: Turn, request: CaseView): Promise<Reply> {
  const { name: company } = await services.company.profile();
  const { id, number, right, dueAt } = request;
  const { confirm } = services.privacy.rulesOf(right);
  const state = request.state === 'received' && !confirm ? 'confirmed' : request.state;
  const said = state === 'closed' && !request.told ? 'untold' : state;
  const names = { right: { text: `rights.${right}` }, state: { text: `my_case_states.${said}` } };
  if (over.includes(state)) return reply('over', { number, ...names });
  const buttons = choices(request).map((act) => ({ act, args: { case: id } }));
  return reply('open', { company, number, ...names, due: { day: dueAt } }, { buttons });
}

/** How a request of the person is going, and taking it back. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const request = await find(turn);
    if (request) return show(turn, request);
    return reply('none', { company: (await turn.services.company.profile()).name });
  },
  acts: {
    withdraw: async (turn) => {
      const { privacy } = turn.services;
      const asked = await privacy.get(turn.args.case ?? '');
      if (!undecided.includes(asked.state)) return show(turn, asked);
      return reply('withdrawn', { number: (await privacy.withdraw(asked.id)).number });
    },
  },
};
