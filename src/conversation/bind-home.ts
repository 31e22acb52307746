import type { TenantTx } from '../data/database';
import { instantOf, localTime, nextDay } from '../domain/audience/local-time';
import { campaignsAround } from '../domain/reports/home';
import { beginnings } from '../domain/reports/home.table';
import type { Person } from '../intent';
import type { HomeVerbs } from '../services-home';

/** What one member's page shows, bound to whoever reads it. */
export const bindHome = (tx: TenantTx, person: Person, now: Date): HomeVerbs => ({
  campaigns: () => {
    const { day } = localTime(now, person.zone);
    const author = person.kind === 'member' ? person.member : undefined;
    const [from, until] = [day, nextDay(day)].map((one) => instantOf(one, 0, person.zone)) as [Date, Date];
    return campaignsAround(tx, { from, until, author });
  },
  beginnings: async () => {
    const { sent, ...rest } = await beginnings(tx);
    return sent ? undefined : rest;
  },
});
