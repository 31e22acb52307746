import { beginningFacts, nextStep, type Reply, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

/** Until the first campaign has gone out: what is done, and what comes next of what the reader may do. */
export async function beginning(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'operator', 'approver', 'owner')) return [];
  const steps = await turn.services.home.beginnings();
  if (!steps) return [];
  const done = steps.filter((one) => one.done).length;
  const facts = beginningFacts(steps);
  return [reply('beginning', { done, of: steps.length }, { facts, buttons: await nextStep(turn) })];
}
