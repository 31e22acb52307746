import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { campaignsTable } from '../campaigns/campaigns.table';
import { templatesTable } from '../campaigns/templates.table';
import { askCampaign } from './campaign-facts';
import { guards } from './guards';
import { holdOf } from './guards.table';

/** How many of a campaign may leave within 24 hours, where a cap of its company or its number says so. @throws CAMPAIGN_NOT_FOUND */
export async function roomToday(tx: TenantTx, id: string, now: Date): Promise<number | undefined> {
  const row = await campaignsTable.get(tx, id);
  if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
  return (await askCampaign(tx, row, await templatesTable.get(tx, row.template_id), now)).room;
}

/** What was too much when a guard held it, and what may be, both in percent. */
export async function spikeSeen(
  tx: TenantTx,
  id: string,
  code: string,
): Promise<{ percent: number; limit: number; sent: number } | undefined> {
  const hold = await holdOf(tx, id, code);
  if (hold?.percent === undefined || hold.code === 'TAKEOVER_SUSPECTED') return undefined;
  return { percent: hold.percent, limit: guards.spikes[hold.code].percent, sent: hold.sent };
}
