import type { TenantTx } from '../../data/database';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { analyzeMessages, lookingAt, makeRows, pageAfter, thawAudience } from './audience.table';
import { freezingTable } from './freezing.table';
import { cancelBatch } from './parcels.table';

/** So many people are looked at in one transaction: it neither holds memory nor keeps anybody waiting for long. */
const pageOf = 20_000;

/** Makes a campaign's rows as of now: the first page here, the others page by page in `freezeOn`, wherever the one before ended. */
export async function freeze(tx: TenantTx, row: CampaignRow, now: Date, most = pageOf): Promise<void> {
  await freezingTable.begin(tx, row.batch_id, now);
  if (await makePage(tx, row, most)) await campaignsTable.wake(tx, row.batch_id);
}

/** The next page. @returns whether there is more to make */
export async function freezeOn(tx: TenantTx, batch: string, most = pageOf): Promise<boolean> {
  const row = await campaignsTable.byBatch(tx, batch);
  return row ? makePage(tx, row, most) : false;
}

/** All of its rows are made, or none are asked for. */
export const isFrozen = async (tx: TenantTx, { batch_id }: CampaignRow): Promise<boolean> =>
  !(await freezingTable.isGoing(tx, batch_id));

async function makePage(tx: TenantTx, row: CampaignRow, most: number): Promise<boolean> {
  const batch = row.batch_id;
  const going = await freezingTable.lock(tx, batch);
  if (!going) return false;
  const page = await pageAfter(tx, going.after, most);
  const looking = await lookingAt(tx, row, going.at);
  const made = BigInt(going.made) + (await makeRows(tx, row, looking, page, BigInt(going.made), going.at));
  if (!page.isLast) {
    await freezingTable.note(tx, batch, page.until, made);
    return true;
  }
  await analyzeMessages(tx); // first, for the planner knows nothing yet of a million new rows
  await freezingTable.cancelDoubles(tx, batch);
  await freezingTable.end(tx, batch);
  return false;
}

/** The campaign went back to its author: its rows are made anew when approval is asked again. Nothing of it has left. */
export async function thaw(tx: TenantTx, { batch_id: batch }: CampaignRow): Promise<void> {
  await freezingTable.lock(tx, batch);
  await freezingTable.end(tx, batch);
  await thawAudience(tx, batch);
}

/** What is left to send does not go, nor is any more of it made. */
export async function cancelPlanned(tx: TenantTx, { batch_id: batch }: CampaignRow): Promise<void> {
  await freezingTable.lock(tx, batch);
  await freezingTable.end(tx, batch);
  await cancelBatch(tx, batch);
}
