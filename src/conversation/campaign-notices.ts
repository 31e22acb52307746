import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import { needsTwo } from '../domain/campaigns/approval';
import type { Notice } from '../domain/campaigns/campaign-moves';
import type { CampaignRow } from '../domain/campaigns/campaigns.table';
import { addCard } from './bind-services';
import type { Posts } from './posts';

const cards: Readonly<Record<Notice, string>> = {
  reminder: 'reminder',
  handed: 'approval',
  expired: 'author',
  held: 'author',
  approved: 'author',
  returned: 'author',
  went_on: 'wentOn',
  may_go_on: 'author',
};

/** What can wait until somebody looks at their page, for those who want it so. That something stopped can't. */
const canWait: ReadonlySet<Notice> = new Set(['reminder', 'handed', 'approved', 'returned']);

/** Whoever has to act on a campaign, or waits for it, reads it in their direct messages: a card that goes on being drawn. */
export async function tellOfCampaign(
  tx: TenantTx,
  { members, posts }: { members: Members; posts: Posts },
  row: CampaignRow,
  notice: Notice,
  now: Date,
): Promise<void> {
  if (notice === 'held' && row.held_why === 'TAKEOVER_SUSPECTED')
    await tellOfSuspicion(tx, { members, posts }, row, now);
  const card = { card: `send-campaign/${cards[notice]}`, args: { campaign: row.id }, topic: `campaign:${row.id}` };
  const told = (await toldOf(tx, members, row, notice, now)).filter(({ quiet }) => !(quiet && canWait.has(notice)));
  for (const { team, slackUser, language } of told)
    await addCard(tx, posts, { team, user: slackUser }, card, '', language, now);
}

/** Somebody else may use this account: whoever it belongs to hears of it, and so do we. */
async function tellOfSuspicion(
  tx: TenantTx,
  { members, posts }: { members: Members; posts: Posts },
  row: CampaignRow,
  now: Date,
): Promise<void> {
  const card = { card: 'stop-sending/suspicion', args: { campaign: row.id }, topic: `campaign:${row.id}` };
  const told = (await members.list(tx, now)).filter(({ roles }) =>
    roles.some((role) => ['owner', 'platform', 'support'].includes(role)),
  );
  for (const { team, slackUser, language } of told)
    await addCard(tx, posts, { team, user: slackUser }, card, '', language, now);
}

async function toldOf(tx: TenantTx, members: Members, row: CampaignRow, notice: Notice, now: Date) {
  const team = await members.list(tx, now);
  const author = team.filter(({ id }) => id === row.author_id);
  const approvers = team.filter(({ id, roles }) => id !== row.author_id && roles.includes('approver'));
  const asked = team.filter(({ id }) => id === row.asked_of);
  if (notice === 'handed') return asked;
  if (notice === 'reminder') return asked.length > 0 ? asked : approvers;
  if (notice === 'went_on' || notice === 'may_go_on')
    return team.filter(({ id }) => id === row.author_id || id === row.approver_id);
  if (notice === 'held' && needsTwo(row.held_why)) return [...author, ...approvers];
  return author;
}
