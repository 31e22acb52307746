import type { TenantTx } from '../data/database';
import { type SenderRow, tenantsTable } from '../domain/accounts/tenants.table';
import type { Stops } from '../domain/delivery/stops.service';
import { signsSeen } from '../domain/delivery/suspicion.table';
import type { Services } from '../services';
import type { Posts } from './posts';

const channels = ['whatsapp', 'sms', 'email'];

/** Stopping what leaves, bound to a turn. */
export function bindStops(
  tx: TenantTx,
  { stops, posts }: { stops: Stops; posts: Posts },
  actor: { id: string; roles: readonly string[] },
  now: Date,
): Services['stops'] {
  /** Whoever looks at what can leave sees it at once. */
  const then = async <T>(done: T): Promise<T> => {
    await posts.refresh(tx, 'stops');
    return done;
  };
  return {
    stop: async (key) => then(await stops.stop(tx, key, actor, now)),
    resume: async (key) => then(await stops.resume(tx, key, actor, now)),
    stopHouse: (channel) => stops.stopHouse(tx, channel, actor, now),
    list: async () => {
      const { own, house } = await stops.list(tx);
      const numbers: SenderRow[] = [];
      for (const channel of channels) numbers.push(...(await tenantsTable.senders(tx, channel)));
      const labelOf = (what: string) => numbers.find(({ id }) => id === what)?.label ?? what;
      return {
        own: own.map(({ scope, what, stopped_at: at }) => ({ scope, what, label: labelOf(what), at })),
        house,
        numbers: numbers.map(({ id, channel, label }) => ({ id, channel, label })),
      };
    },
    signs: (campaign) => signsSeen(tx, campaign),
  };
}
