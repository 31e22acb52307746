import { type Reply, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

/** What is left to be spent, of a company that pays in advance; whoever runs the account can pay more in. */
export async function credit(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'operator', 'approver', 'viewer', 'owner')) return [];
  const has = await turn.services.billing.credit();
  if (!has) return [];
  const { left, level } = has;
  return [reply('credit', { left, level }, { buttons: [{ act: 'usage-billing/start', label: 'detail' }] })];
}
