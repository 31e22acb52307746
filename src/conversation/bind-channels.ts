import type { TenantTx } from '../data/database';
import { isWell } from '../domain/delivery/number-checks';
import { type SenderStanding, sendersNow } from '../domain/delivery/senders-now.table';
import { queueNow } from '../domain/support/queue-now.table';
import type { Services } from '../services';
import type { SenderView } from '../services-channels';

const viewOf = (row: SenderStanding): SenderView => ({
  channel: row.channel,
  label: row.label,
  limit: row.messaging_limit,
  ...(row.opened_at && { stopped: { since: row.opened_at, code: row.code ?? '' } }),
  ...(row.heard_at && { heard: row.heard_at }),
  ...(row.failed && { unasked: row.failed }),
  ...standingOf(row),
});

function standingOf(row: SenderStanding): Pick<SenderView, 'standing'> {
  if (!row.checked_at) return {};
  const { throughput, checked_at: at, problems } = row;
  const [quality = 'UNKNOWN', status = 'UNKNOWN', canSend = 'UNKNOWN'] = [row.quality, row.status, row.can_send].map(
    (one) => one ?? 'UNKNOWN',
  );
  return {
    standing: {
      ...{ quality: quality.toLowerCase(), status: status.toLowerCase(), canSend: canSend.toLowerCase(), at },
      ...{ problems: problems ?? [], isWell: isWell({ quality, status, canSend }) },
      ...(throughput !== null && { throughput }),
    },
  };
}

/** How the customer's numbers and addresses stand. */
export const bindChannels = (tx: TenantTx, now: Date): Services['channels'] => ({
  senders: async () => (await sendersNow(tx)).map(viewOf),
  sender: async (id) => {
    const found = (await sendersNow(tx)).find((one) => one.id === id);
    return found && viewOf(found);
  },
  queue: () => queueNow(tx, now),
});
