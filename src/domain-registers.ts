import { addCard, tellOfRequest } from './conversation/bind-services';
import type { Posts } from './conversation/posts';
import type { TenantTx } from './data/database';
import type { Keys } from './data/keys';
import type { CompanyPaper } from './domain/accounts/company-paper';
import type { Members } from './domain/accounts/members.service';
import type { Tenants } from './domain/accounts/tenants.service';
import type { Audience } from './domain/audience/audience.service';
import type { Audit } from './domain/audit/audit.service';
import { campaignsTable } from './domain/campaigns/campaigns.table';
import type { Consent } from './domain/consent/consent.service';
import { statementOf } from './domain/consent/statement';
import { MemberRights } from './domain/privacy/member-data';
import { Agreements } from './domain/registers/agreements';
import { Authorities } from './domain/registers/authorities';
import { Incidents } from './domain/registers/incidents';
import { PolicyNotices } from './domain/registers/policy-notices';
import { Providers } from './domain/registers/providers';
import { ServiceNotices } from './domain/registers/service-notices';

interface RegisterRooms {
  keys: Keys;
  audit: Audit;
  tenants: Tenants;
  members: Members;
  audience: Audience;
  consent: Consent;
  companyPaper: CompanyPaper;
  posts: Posts;
}

const mostCampaigns = 20;

/** What is told of the registers goes to whoever looks after privacy; what is told to one member, to them alone. */
export function createRegisters(rooms: RegisterRooms) {
  const { keys, audit, tenants, members, audience, consent, companyPaper, posts } = rooms;
  const tell = async (tx: TenantTx, card: string, args: Record<string, string>, topic: string, now: Date) =>
    void (await tellOfRequest(tx, { tenants, members, posts }, { card, args, topic }, now));
  const tellMember = async (tx: TenantTx, member: string, card: Parameters<typeof addCard>[3], now: Date) => {
    const to = await members.get(tx, member, now);
    if (to) await addCard(tx, posts, { team: to.team, user: to.slackUser }, card, '', to.language, now);
  };
  const refresh = (tx: TenantTx, topic: string) => posts.refresh(tx, topic);
  return {
    agreements: new Agreements(audit, {
      isNamed: (tx) => companyPaper.isNamed(tx),
      proposed: async (tx) => statementOf((await tenants.get(tx)).name),
      keepWords: async (tx, { version, bodies }, now) => {
        for (const [language, body] of Object.entries(bodies))
          await consent.addText(tx, version, language, body, { now });
      },
      onChanged: async (tx) => {
        await refresh(tx, 'beginnings');
        // What refused these may not any more.
        for (const { id } of await campaignsTable.list(tx, mostCampaigns)) await refresh(tx, `campaign:${id}`);
      },
    }),
    providers: new Providers(audit, {
      onEnding: async (tx, { id, contract }, days, now) => {
        const topic = `contract:${id}:${contract.until}:${days}`;
        if (!(await posts.hasCard(tx, topic))) await tell(tx, 'subprocessors/ending', { id }, topic, now);
      },
      onChanged: (tx) => refresh(tx, 'subprocessors'),
    }),
    authorities: new Authorities(keys, audit, {
      find: (tx, address) => audience.findByAddress(tx, address),
      read: (tx, contact) => audience.read(tx, contact),
      onChanged: async (tx, { id }, now) => {
        const topic = `authority:${id}`;
        if (await posts.hasCard(tx, topic)) await refresh(tx, topic);
        else await tell(tx, 'authority/request', { id }, topic, now);
      },
    }),
    incidents: new Incidents(audit, {
      onOpened: (tx, { id }, now) => tell(tx, 'incident/incident', { id }, `incident:${id}`, now),
      onChanged: (tx, { id }) => refresh(tx, `incident:${id}`),
      onDue: (tx, { id }, now) => tell(tx, 'incident/due', { id }, `incident:${id}`, now),
    }),
    serviceNotices: new ServiceNotices(audit, {
      tell: (tx, member, notice, now) =>
        tellMember(tx, member, { card: 'service-notices/notice', args: { notice }, topic: `notice:${notice}` }, now),
      onRead: (tx, notice) => refresh(tx, `notice:${notice}`),
    }),
    policyNotices: new PolicyNotices(audit, {
      tell: (tx, member, version, now) =>
        tellMember(tx, member, { card: 'policy-versions/notice', args: { version }, topic: `policy:${version}` }, now),
      onRead: (tx, version) => refresh(tx, `policy:${version}`),
    }),
    memberRights: new MemberRights(members),
  };
}
