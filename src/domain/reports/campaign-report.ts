import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { templatesTable } from '../campaigns/templates.table';
import { countStates } from '../delivery/counts.table';
import { trackedLinksTable } from '../delivery/tracked-links.table';
import * as count from './figures.table';
import { reached } from './reports.service';
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
export interface CampaignReport extends Funnel {
  number: string;
  name: string;
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
  earlier: readonly (Funnel & { number: string; name: string })[];
}

/** All that a campaign's report tells beside its states, from kept counters: nothing here looks at its rows. @throws CAMPAIGN_NOT_FOUND */
export async function campaignReport(tx: TenantTx, id: string): Promise<CampaignReport> {
  const row = await campaignsTable.get(tx, id);
  if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
  const batches = [row.batch_id];
  const { reacted } = await count.countAnswered(tx, batches);
  const earlier = await count.earlierThan(tx, row.number, settings.earlier);
  return {
    ...(await briefly(tx, row)),
    ...(row.started_at && { startedAt: row.started_at }),
    reacted,
    complaints: await count.countComplaints(tx, row.batch_id, row.frozen_at),
    measures: (await trackedLinksTable.tracking(tx, row.purpose)) !== undefined,
    links: await count.countVisits(tx, batches),
    hours: hoursOf(await count.countHours(tx, batches)),
    channels: [await channelOf(tx, row, row.batch_id)],
    earlier: await Promise.all(
      earlier.map(async (one) => briefly(tx, (await campaignsTable.get(tx, one)) as CampaignRow)),
    ),
  };
}

async function briefly(tx: TenantTx, row: CampaignRow): Promise<Funnel & { number: string; name: string }> {
  return { number: `C-${row.number}`, name: row.name, ...(await funnelOf(tx, row.batch_id)) };
}

async function funnelOf(tx: TenantTx, batch: string): Promise<Funnel & { failed: number }> {
  const states = await countStates(tx, batch);
  const of = (...names: string[]) =>
    states.filter(({ state }) => names.includes(state)).reduce((sum, one) => sum + one.count, 0);
  const { clicked, replied } = await count.countAnswered(tx, [batch]);
  const [sent, delivered, read] = [reached, ['delivered', 'read'], ['read']].map((names) => of(...names));
  return { sent, delivered, read, clicked, replied, failed: of('failed') } as Funnel & { failed: number };
}

async function channelOf(tx: TenantTx, row: CampaignRow, batch: string): Promise<ChannelFigures> {
  const template = await templatesTable.get(tx, row.template_id);
  return { channel: template?.channel ?? '', ...(await funnelOf(tx, batch)) };
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
