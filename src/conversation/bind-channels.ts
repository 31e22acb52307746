import type { TenantTx } from '../data/database';
import type { OnBreaker } from '../domain/delivery/breaker';
import { type SenderStanding, sendersNow } from '../domain/delivery/senders-now.table';
import type { Services } from '../services';
import type { SenderView } from '../services-channels';
import { type Domain, postTo } from './bind-services';

const viewOf = ({ channel, label, opened_at: since, code }: SenderStanding): SenderView => ({
  channel,
  label,
  ...(since && { stopped: { since, code: code ?? '' } }),
});

/** How the customer's numbers and addresses stand. */
export const bindChannels = (tx: TenantTx): Services['channels'] => ({
  senders: async () => (await sendersNow(tx)).map(viewOf),
  sender: async (id) => {
    const found = (await sendersNow(tx)).find((one) => one.id === id);
    return found && viewOf(found);
  },
});

/** One message in the campaigns' channel for each time that a number stops: it says so, and says when it is over. */
export const breakerTold =
  ({ tenants, posts }: Pick<Domain, 'tenants' | 'posts'>): OnBreaker =>
  async (tx, sender, since, now) => {
    const topic = `breaker:${sender}:${since.getTime()}`;
    const args = { sender, since: since.toISOString() };
    if (await posts.hasCard(tx, topic)) await posts.refresh(tx, topic);
    else await postTo(tx, tenants, posts, 'campaigns', { card: 'channel-health/breaker', args, topic }, now);
  };
