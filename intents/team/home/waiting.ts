import { type CampaignLine, type CaseView, type Reply, reply, type Turn } from '../../../src/intent';
import { is, isMine } from './reader';

const mostOfAKind = 4;
const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];

const see = (campaign: CampaignLine) => [
  { act: 'list-campaigns/show', label: 'look', args: { campaign: campaign.id } },
];

function campaignsWaiting(turn: Turn, lines: readonly CampaignLine[]): Reply[] {
  const mayApprove = is(turn, 'approver', 'owner');
  const mayGoOn = is(turn, 'operator', 'approver', 'owner');
  return lines.flatMap((one) => {
    const { number, name, state, sendable, at, comment, heldWhy, segment } = one;
    const vars = { number, name, segment, people: sendable, when: at ?? { text: 'as_soon' } };
    if (state === 'awaiting_approval' && mayApprove && !isMine(turn, one))
      return [reply('approval', vars, { buttons: see(one) })];
    if (state === 'draft' && comment) return [reply('returned', { ...vars, comment }, { buttons: see(one) })];
    if (state === 'held' && mayGoOn)
      return [reply('held', { ...vars, why: { text: `advice.${heldWhy ?? 'other'}` } }, { buttons: see(one) })];
    return [];
  });
}

/** The most urgent first. */
async function requestsWaiting(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'privacy', 'owner')) return [];
  const isOwed = ({ state, told }: CaseView) => state === 'closed' && !told;
  const all = (await turn.services.privacy.list()).filter((one) => undecided.includes(one.state) || isOwed(one));
  const shown = all.slice(0, mostOfAKind).map((one) => {
    const { id, number, right, masked, daysLeft = 0, overdue, dueAt } = one;
    const late = overdue || daysLeft < 0 ? 'yes' : 'no';
    const vars = { number, masked, right: { text: `rights.${right}` }, days: daysLeft, late, due: { day: dueAt } };
    return reply(isOwed(one) ? 'owed' : 'request', vars, {
      buttons: [{ act: 'privacy-requests/show', label: 'look', args: { case: id } }],
    });
  });
  const more = all.length - shown.length;
  return more > 0
    ? [...shown, reply('moreRequests', { more }, { buttons: [{ act: 'privacy-requests/start', label: 'all' }] })]
    : shown;
}

/** People who asked for a person, the longest first. */
async function talksWaiting(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'agent', 'owner')) return [];
  const { handOffs } = turn.services;
  const { open } = await handOffs.waiting();
  if (open === 0) return [];
  const shown = (await handOffs.list(mostOfAKind)).map(({ id, contact, masked, openedAt, assignee }) => {
    const vars = { masked, since: openedAt, taken: assignee ? 'yes' : 'no', who: assignee ?? '' };
    return reply('talk', vars, { buttons: [{ act: 'hand-off/show', label: 'look', args: { contact, handOff: id } }] });
  });
  const more = open - shown.length;
  if (more <= 0) return shown;
  return [...shown, reply('moreTalks', { more }, { buttons: [{ act: 'hand-off/start', label: 'all' }] })];
}

/** What Connectus told the reader and they have not taken note of. */
async function noticesWaiting({ services }: Turn): Promise<Reply[]> {
  const unread = (await services.notices.mine()).filter(({ readAt }) => !readAt);
  return unread
    .slice(0, mostOfAKind)
    .map(({ id, title }) =>
      reply('notice', { title }, { buttons: [{ act: 'service-notices/show', label: 'look', args: { notice: id } }] }),
    );
}

/** What nobody but the reader, or their like, can move on. */
export async function waiting(turn: Turn, lines: readonly CampaignLine[]): Promise<Reply[]> {
  const campaigns = campaignsWaiting(turn, lines).slice(0, mostOfAKind);
  const found = [
    ...campaigns,
    ...(await requestsWaiting(turn)),
    ...(await talksWaiting(turn)),
    ...(await noticesWaiting(turn)),
  ];
  return [reply(found.length > 0 ? 'waiting' : 'nothingWaits'), ...found];
}
