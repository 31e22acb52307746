import type { TenantTx } from '../data/database';
import { numbers, pulse, usage } from '../domain/reports/account.table';
import type { Records } from '../domain/support/records.service';
import type { Services } from '../services';

interface Said {
  now: Date;
  at: Date;
  inbox: string;
}
interface Speaker {
  member: string;
  roles: readonly string[];
}

/** What staff ask and order about one person's record. */
export function bindRecords(
  tx: TenantTx,
  records: Records,
  speaker: Speaker,
  { now, at, inbox }: Said,
): Services['records'] {
  const by = { ...speaker, now };
  return {
    find: (address) => records.find(tx, address, by),
    proof: (address) => records.proof(tx, address, by),
    takeOff: (address) => records.takeOff(tx, address, { ...by, at, evidence: inbox }),
    trail: async (address) =>
      (await records.trail(tx, address, by)).map(({ at: then, act, actor, name, campaign, request }) => ({
        at: then,
        act,
        actor,
        name: name ?? '',
        what: campaign ? `C-${campaign}` : request ? `SOL-${String(request).padStart(6, '0')}` : '',
      })),
  };
}

/** How the customer's own sending stands. */
export function bindAccount(tx: TenantTx, now: Date): Services['account'] {
  return {
    health: async () => {
      const { lastSent, lastReceipt, ...rest } = await pulse(tx);
      return {
        numbers: await numbers(tx),
        ...rest,
        ...(lastSent && { lastSent }),
        ...(lastReceipt && { lastReceipt }),
      };
    },
    usage: () => usage(tx, now),
  };
}
