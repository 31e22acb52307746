import type { TenantTx } from '../data/database';
import { missingNotices } from '../domain/privacy/notice-templates';
import type { Privacy } from '../domain/privacy/privacy.service';
import { pulse, usage } from '../domain/reports/account.table';
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
    proof: (address, then) => records.proof(tx, address, by, then),
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

/** Which requests somebody of the team speaks of. A number that no open request has says nothing. */
export function bindMeant(
  tx: TenantTx,
  { privacy, records }: { privacy: Privacy; records: Records },
  speaker: Speaker,
  now: Date,
): Services['privacy']['meant'] {
  return async ({ code, address, text }) => {
    const digits = /^SOL-(\d{1,6})$/i.exec(String(code ?? ''))?.[1];
    if (digits) return [await privacy.get(tx, `SOL-${digits}`, now)];
    if (address !== undefined) {
      const contact = await records.whose(tx, String(address), { ...speaker, now });
      return contact ? privacy.openOf(tx, contact, now) : [];
    }
    const numbers = new Set([...text.matchAll(/(?<!\d)\d{1,6}(?!\d)/g)].map(([found]) => Number(found)));
    const found = (await privacy.list(tx, now)).filter(({ number }) => numbers.has(Number(number.replace(/\D/g, ''))));
    return found.length > 0 ? found : undefined;
  };
}

/** How the customer's own sending stands. */
export function bindAccount(tx: TenantTx, now: Date): Services['account'] {
  return {
    health: async () => {
      const { lastSent, lastReceipt, ...rest } = await pulse(tx);
      return {
        ...rest,
        lateAnswers: await missingNotices(tx),
        ...(lastSent && { lastSent }),
        ...(lastReceipt && { lastReceipt }),
      };
    },
    usage: () => usage(tx, now),
  };
}
