import type { TenantTx } from '../../data/database';
import { campaignsTable } from '../campaigns/campaigns.table';
import { waysOf } from './campaign-report';
import { countGroups, type GroupCount } from './figures.table';
import { settings } from './settings';

/** What became of a campaign by what is known of its people in plain: for a file, it reads every row. */
export async function campaignGroups(tx: TenantTx, id: string): Promise<readonly GroupCount[]> {
  const row = await campaignsTable.get(tx, id);
  if (!row) return [];
  const batches = (await waysOf(tx, row)).map(({ batch }) => batch);
  return countGroups(tx, batches, { smallest: settings.smallest_group, most: settings.most_groups });
}
