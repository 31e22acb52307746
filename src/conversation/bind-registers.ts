import type { TenantTx } from '../data/database';
import type { Tenants } from '../domain/accounts/tenants.service';
import { campaignsTable } from '../domain/campaigns/campaigns.table';
import type { MemberRights } from '../domain/privacy/member-data';
import type { Agreements } from '../domain/registers/agreements';
import { type Authorities, type AuthorityView, authorityFields } from '../domain/registers/authorities';
import { houseContact } from '../domain/registers/house';
import { draftOf } from '../domain/registers/incident-drafts';
import type { Incidents, IncidentView } from '../domain/registers/incidents';
import { offeredContract } from '../domain/registers/papers';
import type { PolicyNotices } from '../domain/registers/policy-notices';
import type { Providers } from '../domain/registers/providers';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { AuthorityLine, IncidentLine, Services } from '../services';
import { type Reader, sayHouse } from './texts';

interface Rooms {
  tenants: Tenants;
  agreements: Agreements;
  providers: Providers;
  authorities: Authorities;
  incidents: Incidents;
  policyNotices: PolicyNotices;
  memberRights: MemberRights;
}
interface Turning {
  person: Person;
  now: Date;
  publicUrl: string;
}
type Bound = Pick<Services, 'registers' | 'authorities' | 'incidents' | 'policy' | 'myself'>;
type Actor = { id: string; roles: readonly string[] };

/** The registers, and what whoever speaks may ask of Connectus itself, bound to a turn. */
export function bindRegisters(tx: TenantTx, rooms: Rooms, actor: Actor, turning: Turning): Bound {
  return {
    registers: bindProviders(tx, rooms, actor, turning),
    authorities: bindAuthorities(tx, rooms, actor, turning),
    incidents: bindIncidents(tx, rooms, actor, turning),
    policy: bindPolicy(tx, rooms.policyNotices, actor, turning),
    myself: bindMyself(tx, rooms.memberRights, turning),
  };
}

function bindProviders(
  tx: TenantTx,
  { providers, agreements }: Rooms,
  actor: Actor,
  { person, now }: Turning,
): Bound['registers'] {
  return {
    contract: () => {
      const { terms, hash } = offeredContract(person.language);
      const { version, ...points } = terms;
      return { version, hash, points };
    },
    sign: (read) => agreements.sign(tx, read, actor, now),
    purposes: () => agreements.purposes(tx),
    declare: (purpose, version) => agreements.declare(tx, purpose, version, actor, now),
    list: async () =>
      (await providers.list(tx, now)).map(({ transfer, standing, hosts: _hosts, ...one }) => ({
        ...one,
        fields: named('disclosed', one.fields, person),
        standing: standing.is,
        ...(transfer && { mechanism: transfer.mechanism, document: transfer.document }),
      })),
    authorise: (id) => providers.authorise(tx, id, actor, now),
    revoke: (id) => providers.revoke(tx, id, actor, now),
    assess: (reference) => providers.assess(tx, reference, actor, now),
    papers: async () => {
      const { contract, assessments, assessedAbove } = await providers.papers(tx);
      const [newest] = assessments;
      return {
        assessedAbove,
        ...(contract && {
          terms: { version: contract.version, signedAt: contract.signed_at, signedBy: contract.signed_by },
        }),
        ...(newest && { assessment: { reference: newest.reference, at: newest.made_at } }),
      };
    },
  };
}

function bindAuthorities(
  tx: TenantTx,
  { tenants, authorities }: Rooms,
  actor: Actor,
  { person, now }: Turning,
): Bound['authorities'] {
  const authorityLine = (view: AuthorityView) => lineOfAuthority(view, person);
  return {
    record: async ({ addresses, since, until, ...wish }) => {
      const { zone } = await tenants.get(tx);
      const span = spanOf(since, until, zone);
      if (!span) throw new AppError('AUTHORITY_INCOMPLETE');
      const wanted = { ...wish, ...span, addresses: addresses.split(/[\s,;]*[,;\n][\s,;]*/).filter(Boolean) };
      return authorityLine(await authorities.record(tx, wanted, actor, now));
    },
    approve: async (id) => authorityLine(await authorities.approve(tx, id, actor, now)),
    refuse: async (id, reason) => authorityLine(await authorities.refuse(tx, id, reason, actor, now)),
    get: async (id) => authorityLine(await authorities.get(tx, id)),
    list: async () => (await authorities.list(tx)).map(authorityLine),
    fields: authorityFields,
  };
}

const lineOfAuthority = (view: AuthorityView, reader: Reader): AuthorityLine => ({
  ...{ id: view.id, number: view.number, state: view.state, authority: view.authority, basis: view.basis },
  ...{
    document: view.document,
    fields: named('authority_fields', view.fields, reader),
    people: view.people,
    since: view.since,
    until: view.until,
  },
  recordedAt: view.recorded_at,
  ...(view.exported_at && { exportedAt: view.exported_at }),
  ...(view.reason && { reason: view.reason }),
});

function bindIncidents(
  tx: TenantTx,
  { tenants, incidents }: Rooms,
  actor: Actor,
  { person, now }: Turning,
): Bound['incidents'] {
  const incidentLine = (view: IncidentView) => lineOfIncident(view, person);
  const campaignId = async (number: string): Promise<string | undefined> => {
    const found = await campaignsTable.byNumber(tx, Number(number));
    return found?.id;
  };
  const scopeOf = async (said: string) => {
    const number = /^c-?0*(\d{1,9})$/i.exec(said.trim())?.[1];
    const id = number && (await campaignId(number));
    if (number) return { scope: 'campaign', scope_of: id ?? '' };
    const word = said.trim().toLowerCase();
    return word === 'everybody' ? { scope: word, scope_of: '' } : { scope: 'channel', scope_of: word };
  };
  return {
    open: async ({ scope, since, until, category, ...report }) => {
      const { zone } = await tenants.get(tx);
      const span = spanOf(since, until, zone);
      if (!span) throw new AppError('INCIDENT_INCOMPLETE');
      const categories = category === '' ? [] : [category];
      const whole = { ...report, ...(await scopeOf(scope)), ...span, categories, foundAt: now };
      return incidentLine(await incidents.open(tx, whole, actor, now));
    },
    toldAgency: async (id, reference) => incidentLine(await incidents.toldAgency(tx, id, reference, actor, now)),
    toldPeople: async (id) => incidentLine(await incidents.toldPeople(tx, id, actor, now)),
    close: async (id) => incidentLine(await incidents.close(tx, id, actor, now)),
    get: async (id) => incidentLine(await incidents.get(tx, id, now)),
    list: async () => (await incidents.list(tx, now)).map(incidentLine),
    draft: async (id, to, language) => {
      const { legal_name: legalName, contact, zone } = await tenants.get(tx);
      return draftOf(await incidents.get(tx, id, now), to, language, { legalName, contact, zone });
    },
  };
}

const lineOfIncident = (view: IncidentView, reader: Reader): IncidentLine => ({
  ...{ id: view.id, number: view.number, nature: view.nature, what: view.what, scope: view.scope },
  ...{
    categories: named('kinds_of_data', view.categories, reader),
    affected: view.affected,
    minors: view.minors,
    inDebt: view.in_debt,
  },
  ...{ mustNotify: view.must_notify_subjects, foundAt: view.found_at, agencyDue: view.agencyDue },
  ...{ overdue: view.overdue, closed: view.closed_at !== null },
  ...(view.controller_told_at && { controllerToldAt: view.controller_told_at }),
  ...(view.agency_told_at && { agencyToldAt: view.agency_told_at }),
  ...(view.agency_reference && { agencyReference: view.agency_reference }),
  ...(view.people_told_at && { peopleToldAt: view.people_told_at }),
});

function bindPolicy(
  tx: TenantTx,
  notices: PolicyNotices,
  actor: Actor,
  { person, now, publicUrl }: Turning,
): Bound['policy'] {
  const { language } = person;
  return {
    versions: () =>
      notices
        .versions()
        .map(({ version, date, change, hashes }) => ({ version, date, change, hash: hashes[language] })),
    url: `${publicUrl}/privacy?lang=${language}`,
    cookiesUrl: `${publicUrl}/cookies?lang=${language}`,
    contact: houseContact,
    read: (version) => notices.read(tx, actor.id, version, now),
    standing: async () =>
      (await notices.standing(tx)).map(({ member, name, told_at: told, read_at: read }) => ({
        name,
        isMe: member === actor.id,
        ...(told && { toldAt: told }),
        ...(read && { readAt: read }),
      })),
    announce: () => {
      if (!actor.roles.some((role) => role === 'platform' || role === 'owner')) throw new AppError('ROLE_REQUIRED');
      return notices.announce(tx, now);
    },
  };
}

function bindMyself(tx: TenantTx, rights: MemberRights, { person, now }: Turning): Bound['myself'] {
  const me = (): string => {
    if (person.kind !== 'member') throw new AppError('ROLE_REQUIRED');
    return person.member;
  };
  return {
    data: async () => {
      const { counts, ...data } = await rights.read(tx, me(), now);
      return { ...data, read: counts.policy_notice ?? 0, signed: counts.standing_instruction ?? 0 };
    },
    activity: async () =>
      (await rights.activity(tx, me(), now)).map(({ at, act, campaign, request }) => ({
        at,
        act,
        what: campaign ? `C-${campaign}` : request ? `SOL-${String(request).padStart(6, '0')}` : '',
      })),
    erase: () => rights.erase(tx, me(), now),
  };
}

/** Names of the registers as whoever reads says them. */
const named = (group: string, names: readonly string[], reader: Reader): string[] =>
  names.map((name) => sayHouse({ text: `${group}.${name}` }, reader));

/** Two days as somebody writes them, both whole, where the customer is; undefined: they are none. */
function spanOf(since: string, until: string, zone: string): { since: Date; until: Date } | undefined {
  const [from, to] = [dayIn(since, zone), dayIn(until, zone)];
  return from && to ? { since: from, until: new Date(to.getTime() + 86_400_000) } : undefined;
}

/** The first moment of a day written `2026-12-01`. */
function dayIn(said: string, zone: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(said.trim())) return undefined;
  const utc = new Date(`${said.trim()}T00:00:00Z`);
  if (Number.isNaN(utc.getTime())) return undefined;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(utc);
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(utc.getTime() - offset);
}
