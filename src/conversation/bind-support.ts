import type { TenantTx } from '../data/database';
import { isId } from '../data/ids';
import type { Members } from '../domain/accounts/members.service';
import type { Audience } from '../domain/audience/audience.service';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import { failuresOf } from '../domain/support/failures';
import { campaignByNumber } from '../domain/support/failures.table';
import type { Records } from '../domain/support/records.service';
import type { Reveals } from '../domain/support/reveals';
import type { Support } from '../domain/support/support.service';
import { isBlocked } from '../domain/support/whom';
import { AppError } from '../errors';
import type { Services } from '../services';
import { casesIn, emailsIn, phonesIn } from './understand';

interface Rooms {
  members: Members;
  audience: Audience;
  campaigns: Campaigns;
  records: Records;
  reveals: Reveals;
  support: Support;
}
interface Speaker {
  id: string;
  roles: readonly string[];
}

/** What is behind the mask, for a reason and a quarter of an hour. */
export const bindReveals = (tx: TenantTx, domain: Rooms, by: Speaker, now: Date): Services['reveals'] => ({
  find: async (said) => {
    const contact = await domain.records.shown(tx, said, { member: by.id, roles: by.roles, now });
    return contact ? { contact, masked: await domain.audience.masked(tx, contact) } : undefined;
  },
  open: (asked) => domain.reveals.open(tx, asked, by, now),
  shown: async (id) => {
    const { open, ...shown } = await domain.reveals.shown(tx, id, now);
    if (!open) return shown;
    const { identity, name, lines } = open;
    const { phone, email, bsuid } = identity;
    const known = { ...(phone && { phone }), ...(email && { email }), ...(bsuid && { bsuid }), ...(name && { name }) };
    return { ...shown, open: { ...known, lines } };
  },
  hide: (id) => domain.reveals.hide(tx, id, by, now),
  seenBy: async (member, contact) => {
    const found = await domain.members.get(tx, member, now);
    if (!found) throw new AppError('ACTION_INVALID');
    const staff = await domain.members.isStaff(tx, member);
    return { name: found.name, staff, masked: await domain.audience.masked(tx, contact) };
  },
});

const mayAsk = ['support', 'agent', 'operator', 'approver', 'owner'];
const mostNamed = 10;

/** Why messages did not arrive, of many at once. */
export const bindFailures = (tx: TenantTx, domain: Rooms, by: Speaker, now: Date): Services['failures'] => ({
  of: async (asked) => {
    if (!by.roles.some((role) => mayAsk.includes(role))) throw new AppError('ROLE_REQUIRED');
    if (asked.campaign) await domain.campaigns.get(tx, asked.campaign, now);
    const { campaigns, ...found } = await failuresOf(tx, asked);
    return { ...found, campaigns: campaigns.map(({ number, ...one }) => ({ ...one, number: `C-${number}` })) };
  },
  named: async (text) => {
    const named = isId(text) ? [text] : [...emailsIn(text), ...phonesIn(text), ...casesIn(text)];
    const said = [...new Set(named)].slice(0, mostNamed);
    const found: Awaited<ReturnType<Services['failures']['named']>>['people'][number][] = [];
    let nobody = 0;
    let blocked = 0;
    for (const one of said) {
      const contact = await domain.records.whose(tx, one, { member: by.id, roles: by.roles, now });
      if (contact && (await isBlocked(tx, contact))) {
        blocked += 1;
        continue;
      }
      const [last] = (await domain.support.messages(tx, one, 1, by, now)) ?? [];
      if (!contact || !last) nobody += 1;
      else {
        const { masked, at, state, code, campaign } = last;
        found.push({ contact, masked, at, state, ...(code && { code }), ...(campaign && { campaign }) });
      }
    }
    const number = /(?<![\w-])C-(\d{1,7})(?!\w)/.exec(text)?.[1];
    const campaign = number && (await campaignByNumber(tx, Number(number)));
    return { people: found, nobody, blocked, ...(campaign && { campaign }) };
  },
});
