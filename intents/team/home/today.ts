import { type CampaignLine, type Reply, type ReplyButton, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

const most = 5;
const order: readonly CampaignLine['state'][] = ['sending', 'held', 'paused', 'awaiting_approval', 'scheduled', 'done'];
const hasBegun = ({ sent, failed }: CampaignLine): boolean => sent + failed > 0;

function line(turn: Turn, one: CampaignLine): Reply {
  const { id, number, name, segment, state, at, doneAt, sendable, sent, delivered, failed, queued } = one;
  const args = { campaign: id };
  const pauses = state === 'sending' && is(turn, 'operator', 'approver', 'owner');
  const buttons: ReplyButton[] = [
    { act: 'list-campaigns/show', label: 'see', args },
    ...(pauses ? [{ act: 'send-campaign/pause', label: 'pause', args }] : []),
  ];
  const when = state === 'done' ? doneAt : state === 'scheduled' ? at : undefined;
  const vars = {
    number,
    name,
    segment,
    state: { text: `campaign_states.${state}` },
    when: when ? { short: when } : '',
  };
  return reply(when ? 'timed' : 'line', vars, {
    buttons,
    ...(hasBegun(one) && {
      facts: [{ key: 'figures', vars: { sent, delivered, failed, sendable } }],
      ...(state !== 'done' && { progress: { done: sendable - queued, of: sendable } }),
    }),
  });
}

/** What is under way, leaves or was over today, with how far it has come. */
export function today(turn: Turn, lines: readonly CampaignLine[]): Reply[] {
  if (!is(turn, 'operator', 'approver', 'owner', 'viewer')) return [];
  const all = order.flatMap((state) => lines.filter((one) => one.state === state));
  const more = all.length - most;
  return [
    reply(all.length > 0 ? 'today' : 'noneToday'),
    ...all.slice(0, most).map((one) => line(turn, one)),
    ...(more > 0 ? [reply('moreToday', { more }, { buttons: [{ act: 'list-campaigns/start', label: 'all' }] })] : []),
  ];
}
