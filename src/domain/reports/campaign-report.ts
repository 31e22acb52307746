import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { comesBackBy } from '../campaigns/campaign';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { fallbacksTable } from '../campaigns/fallbacks.table';
import { templatesTable } from '../campaigns/templates.table';
import { countStates } from '../delivery/counts.table';
import { trackedLinksTable } from '../delivery/tracked-links.table';
import * as count from './figures.table';
import { reached, reports } from './reports.service';
import { settings } from './settings';

/** From the first that could be written to, to the last that answered. */
export interface Funnel {
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  replied: number;
}
export interface ChannelFigures extends Funnel {
  channel: string;
  failed: number;
}
export interface Hour {
  at: Date;
  delivered: number;
  read: number;
  clicked: number;
  replied: number;
}
/** @property comesBack which receipts its channels give: without them nothing is known, and that is not none */
type Brief = Funnel & { number: string; name: string; comesBack: readonly ('delivered' | 'read')[] };

export interface CampaignReport extends Brief {
  startedAt?: Date;
  reacted: number;
  complaints: number;
  /** Whether the customer counts who follows the links of such a campaign. */
  measures: boolean;
  links: readonly count.LinkCount[];
  /** Of more than a handful; those between them in which nothing came back are missing. */
  hours: readonly Hour[];
  /** More than one where it fell back to another. */
  channels: readonly ChannelFigures[];
  /** The newest first. */
  earlier: readonly Brief[];
}

/** All that a campaign's report tells beside its states, from kept counters: nothing here looks at its rows. @throws CAMPAIGN_NOT_FOUND */
export async function campaignReport(tx: TenantTx, id: string): Promise<CampaignReport> {
  const row = await campaignsTable.get(tx, id);
  if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
  const ways = await waysOf(tx, row);
  const batches = ways.map(({ batch }) => batch);
  const { reacted } = await count.countAnswered(tx, batches);
  const channels: ChannelFigures[] = [];
  for (const { batch, channel } of ways) channels.push({ channel, ...(await channelFigures(tx, batch)) });
  const earlier: Brief[] = [];
  for (const one of await count.earlierThan(tx, row.number, settings.earlier)) {
    const before = await campaignsTable.get(tx, one);
    if (before) earlier.push(await briefly(tx, before));
  }
  return {
    ...(await briefly(tx, row)),
    ...(row.started_at && { startedAt: row.started_at }),
    reacted,
    complaints: await count.countComplaints(tx, row.batch_id, row.frozen_at),
    measures: (await trackedLinksTable.tracking(tx, row.purpose)) !== undefined,
    links: await count.countVisits(tx, batches),
    hours: hoursOf(await count.countHours(tx, batches)),
    channels,
    earlier,
  };
}

/** By which channels it goes, each with a batch of its own: first its own, then those it falls back to. */
export async function waysOf(tx: TenantTx, row: CampaignRow): Promise<{ batch: string; channel: string }[]> {
  const template = await templatesTable.get(tx, row.template_id);
  const others = await fallbacksTable.of(tx, row.id);
  return [
    { batch: row.batch_id, channel: template?.channel ?? '' },
    ...others.map(({ batch_id, channel }) => ({ batch: batch_id, channel })),
  ];
}

/** Its people, each once, by whatever way. */
async function briefly(tx: TenantTx, row: CampaignRow): Promise<Brief> {
  const ways = await waysOf(tx, row);
  const batches = ways.map(({ batch }) => batch);
  const { sent, delivered, read } = await reports.figures(tx, row);
  const { clicked, replied } = await count.countAnswered(tx, batches);
  const comesBack = comesBackBy(ways.map(({ channel }) => channel));
  return { number: `C-${row.number}`, name: row.name, sent, delivered, read, clicked, replied, comesBack };
}

async function channelFigures(tx: TenantTx, batch: string): Promise<Omit<ChannelFigures, 'channel'>> {
  const states = await countStates(tx, batch);
  const of = (...names: string[]) =>
    states.filter(({ state }) => names.includes(state)).reduce((sum, one) => sum + one.count, 0);
  const { clicked, replied } = await count.countAnswered(tx, [batch]);
  return {
    sent: of(...reached),
    delivered: of('delivered', 'read'),
    read: of('read'),
    clicked,
    replied,
    failed: of('failed'),
  };
}

/** An hour in which fewer than a group came back is not told apart. */
function hoursOf(counts: readonly count.HourCount[]): Hour[] {
  const hours = new Map<number, Hour>();
  for (const { hour, what, count: n } of counts) {
    const one = hours.get(hour.getTime()) ?? { at: hour, delivered: 0, read: 0, clicked: 0, replied: 0 };
    if (what === 'delivered' || what === 'read' || what === 'clicked' || what === 'replied') one[what] += n;
    hours.set(hour.getTime(), one);
  }
  return [...hours.values()].filter(({ delivered, read }) => Math.max(delivered, read) >= settings.smallest_group);
}
