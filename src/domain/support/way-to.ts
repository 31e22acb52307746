import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import { newestInbound } from './timeline.table';

/** The last way by which they wrote, if it is still ours to answer by. */
export async function wayTo(tx: TenantTx, audience: Audience, contact: string) {
  const last = await newestInbound(tx, await audience.findTokens(tx, contact));
  const senders = last ? await tenantsTable.senders(tx, last.channel, 'every') : [];
  const own = senders.find((one) => one.provider_id === last?.sender && one.app === last.app);
  return last && own && { inbox: last.id, at: last.at, channel: last.channel, sender: own.id };
}
