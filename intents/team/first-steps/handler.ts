import { type Act, beginningFacts, card, type IntentHandler, nextStep, type Reply, reply } from '../../../src/intent';
import { accept, contract } from './contract';
import { confirm, declare, purposes } from './purposes';

const topic = 'beginnings';

/** What is done, and one button for what comes next. */
const drawn =
  (key: 'list' | 'begin'): Act =>
  async (turn): Promise<Reply> => {
    const { services } = turn;
    const { name: company } = await services.company.profile();
    const steps = await services.home.beginnings();
    if (!steps) return reply('over', { company }, { buttons: [{ act: 'contract' }, { act: 'purposes' }] });
    const done = steps.filter((one) => one.done).length;
    return reply(
      key,
      { company, done, of: steps.length },
      { facts: beginningFacts(steps), buttons: await nextStep(turn) },
    );
  };

/** A company that let us in begins by itself: its papers, then its number, its people, its first campaign. */
export const intent: IntentHandler = {
  heard: async () => card({ card: 'list', args: {}, topic }),
  acts: { contract, accept, purposes, confirm, declare },
  cards: {
    list: drawn('list'),
    /** To whoever let us into their workspace. */
    begin: drawn('begin'),
  },
};
