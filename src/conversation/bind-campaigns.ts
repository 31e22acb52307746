import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import type { Audience } from '../domain/audience/audience.service';
import { contactsTable } from '../domain/audience/contacts.table';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import type { CampaignVerbs } from '../services-campaigns';
import { entitiesIn } from './understand';

interface Rooms {
  campaigns: Campaigns;
  members: Members;
  audience: Audience;
}
type Actor = { id: string; roles: readonly string[] };
const mostLookedAt = 10;
const mostKnown = 5_000;

/** The verbs of campaigns, bound to one turn. */
export function bindCampaigns(
  tx: TenantTx,
  { campaigns, members, audience }: Rooms,
  actor: Actor,
  { now, zone }: { now: Date; zone: string },
): CampaignVerbs {
  return {
    draft: (wished) => campaigns.draft(tx, wished, actor, now),
    change: (id, wished) => campaigns.change(tx, id, wished, actor, now),
    askApproval: (id, version) => campaigns.askApproval(tx, id, version, actor, now),
    approve: (id, version) => campaigns.approve(tx, id, version, actor, now),
    approveAlone: (id, version, people) => campaigns.approveAlone(tx, id, { version, people }, actor, now),
    aloneAtMost: (member) => campaigns.aloneAtMost(tx, member, now),
    aloneAllowed: () => campaigns.aloneAllowed(tx),
    allowAlone: (most) => campaigns.allowAlone(tx, most ?? null, actor, now),
    askChanges: (id, version, comment) => campaigns.askChanges(tx, id, version, comment, actor, now),
    delegate: (id, version, to) => campaigns.delegate(tx, id, { version, to }, actor, now),
    approversOf: async (id) => {
      const { authorId } = await campaigns.get(tx, id, now);
      const may = (await members.list(tx, now)).filter(
        ({ id: member, roles }) => member !== authorId && roles.some((role) => role === 'approver' || role === 'owner'),
      );
      return may.map(({ id: member, name }) => ({ id: member, name }));
    },
    pause: (id) => campaigns.pause(tx, id, actor, now),
    resume: (id) => campaigns.resume(tx, id, actor, now),
    cancel: (id) => campaigns.cancel(tx, id, actor, now),
    meant: async (campaign, states) =>
      campaign === undefined
        ? (await campaigns.list(tx, mostLookedAt, now)).filter((one) => states.includes(one.state))
        : [await campaigns.get(tx, String(campaign), now)],
    get: (id) => campaigns.get(tx, id, now),
    page: async (most, from = '0') => {
      const first = Math.max(0, Math.trunc(Number(from)) || 0);
      const found = await campaigns.list(tx, most, now, first);
      const isMore = found.length === most && (await campaigns.count(tx)) > first + most;
      return { shown: found, ...(isMore && { more: String(first + most) }) };
    },
    known: async () =>
      (await campaigns.names(tx, mostKnown)).map(({ id, number, name }) => ({ id, number: `C-${number}`, name })),
    newest: () => campaigns.newest(tx),
    moment: (text, language) => entitiesIn({ text, audience: 'operator', language, now, zone }, [language]).moment?.at,
    report: (id) => campaigns.report(tx, id, now),
    leftOut: async (id, after) => {
      const page = await campaigns.leftOut(tx, id, after, actor, now);
      const people: { masked: string; code: string }[] = [];
      const blocked = await contactsTable.blocked(
        tx,
        page.people.map(({ contact }) => contact),
      );
      for (const { contact, code } of page.people.filter((one) => !blocked.includes(one.contact)))
        people.push({ masked: await audience.masked(tx, contact, page.channel), code });
      return { people, ...(page.next && { next: page.next }) };
    },
  };
}
