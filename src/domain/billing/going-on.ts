import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import { localTime } from '../audience/local-time';
import type { Campaigns } from '../campaigns/campaigns.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { liftedRules, waitingPlaces } from '../delivery/campaign-facts.table';
import { hoursAt } from '../delivery/hours';
import type { Credit } from './credit.service';

/**
 * Campaigns that stopped for lack of credit go on once there is some: those that stopped today, while somebody who waits may still be written to; of the
 * others a person is asked, because what they say may be over by now. Of a little that was only given back nothing begins: it would stop again at once.
 */
export async function goOn(
  tx: TenantTx,
  { credit, campaigns }: { credit: Pick<Credit, 'state'>; campaigns: Campaigns },
  now: Date,
): Promise<void> {
  const held = await campaignsTable.heldFor(tx, 'CREDIT_USED_UP');
  if (held.length === 0) return;
  const level = (await credit.state(tx))?.level ?? 'ok';
  if (level !== 'ok' && level !== 'low') return;
  const zone = (await tenantsTable.get(tx))?.zone ?? 'UTC';
  const isToday = ({ held_at: at }: CampaignRow) => at !== null && localTime(at, zone).day === localTime(now, zone).day;
  for (const id of held)
    await campaigns.creditCame(tx, id, async (row) => isToday(row) && (await isOpenNow(tx, row, now)), now);
}

async function isOpenNow(tx: TenantTx, row: CampaignRow, now: Date): Promise<boolean> {
  const places = await waitingPlaces(tx, row.batch_id);
  const { purpose, channel, pace } = row;
  const lifted = await liftedRules(tx, row.id);
  return !hoursAt(places, { purpose, channel, lifted, pace }, now).allClosed;
}
