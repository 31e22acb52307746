import type { TenantTx } from '../data/database';
import { type SenderStanding, sendersNow } from '../domain/delivery/senders-now.table';
import type { Services } from '../services';
import type { SenderView } from '../services-channels';

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
