import { type CaseView, type IntentHandler, recipientOf, reply, type Turn } from '../../../src/intent';

const over: readonly CaseView['state'][] = ['answered', 'closed', 'withdrawn'];

/** The one that was named, else the newest. */
const find = async (turn: Turn): Promise<CaseView | undefined> => {
  const { privacy } = turn.services;
  const named = String(turn.slots.code ?? '');
  return named.startsWith('SOL-') ? privacy.get(named) : privacy.latest(recipientOf(turn));
};

/** How a request of the person is going; what still waits for their yes can be answered here. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const request = await find(turn);
    const { name: company } = await turn.services.company.profile();
    if (!request) return reply('none', { company });
    const { id, number, right, dueAt } = request;
    const { confirm } = turn.services.privacy.rulesOf(right);
    const state = request.state === 'received' && !confirm ? 'confirmed' : request.state;
    const said = state === 'closed' && !request.told ? 'untold' : state;
    const names = { right: { text: `rights.${right}` }, state: { text: `my_case_states.${said}` } };
    if (over.includes(state)) return reply('over', { number, ...names });
    const waits = right === 'erase' && ['received', 'unconfirmed'].includes(state);
    const acts = waits ? ['delete-data/confirm', 'delete-data/dismiss'] : [];
    return reply(
      'open',
      { company, number, ...names, due: { day: dueAt } },
      { buttons: acts.map((act) => ({ act, args: { case: id } })) },
    );
  },
};
