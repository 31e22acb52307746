import { type Reply, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

/** What a first campaign needs, in the order in which it is got, and what each begins with. */
const steps = ['sender', 'people', 'template', 'approver'] as const;
const begins = {
  sender: 'channel-health/start',
  people: 'import-recipients/start',
  template: 'create-template/start',
  approver: 'team-roles/start',
} as const;

/** Until the first campaign has gone out: what is done, and what comes next. */
export async function beginning(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'operator', 'approver', 'owner')) return [];
  const has = await turn.services.home.beginnings();
  if (!has) return [];
  const next = steps.find((step) => !has[step]);
  const facts = [
    ...steps.map((key) => ({ key, vars: { done: has[key] ? 'yes' : 'no' } })),
    { key: 'first', vars: { done: 'no' } },
  ];
  const done = steps.filter((step) => has[step]).length;
  // Once only the campaign is missing, the page begins with its button anyway.
  const act = next === 'sender' && is(turn, 'owner') ? 'connect-whatsapp/start' : next && begins[next];
  const buttons = act ? [{ act, label: 'begin', style: 'primary' as const }] : [];
  return [reply('beginning', { done, of: steps.length + 1 }, { facts, buttons })];
}
