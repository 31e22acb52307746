import type { SurfaceRef } from '../channel';
import type { TenantTx } from '../data/database';
import type { CompanyPaper } from '../domain/accounts/company-paper';
import type { Connections } from '../domain/accounts/connections';
import type { Installations } from '../domain/accounts/installations';
import type { Members } from '../domain/accounts/members.service';
import type { Senders } from '../domain/accounts/senders.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import type { Imports } from '../domain/audience/import/imports.service';
import { isZone } from '../domain/audience/local-time';
import type { Audit } from '../domain/audit/audit.service';
import type { HeadFiles } from '../domain/audit/head-file';
import type { Credit } from '../domain/billing/credit.service';
import type { Payments } from '../domain/billing/payments.service';
import type { Statements } from '../domain/billing/statements.service';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import type { Segments } from '../domain/campaigns/segments.service';
import type { TemplateMedia } from '../domain/campaigns/template-media';
import type { Templates } from '../domain/campaigns/templates.service';
import type { Consent } from '../domain/consent/consent.service';
import type { PreferenceLinks } from '../domain/consent/preference-links';
import type { Preferences } from '../domain/consent/preferences.service';
import type { SignUps } from '../domain/consent/sign-ups.service';
import type { Outbox } from '../domain/delivery/outbox';
import type { Stops } from '../domain/delivery/stops.service';
import type { TestSends } from '../domain/delivery/test-sends';
import type { CorrectionNotices } from '../domain/privacy/correction-notices';
import type { Holds } from '../domain/privacy/holds';
import type { Identity } from '../domain/privacy/identity.service';
import type { IdentityLevel } from '../domain/privacy/identity-policy';
import type { Keepers } from '../domain/privacy/keepers';
import type { MemberRights } from '../domain/privacy/member-data';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Rectification } from '../domain/privacy/rectification';
import type { Representations } from '../domain/privacy/representations';
import type { Retention } from '../domain/privacy/retention';
import type { Unsorted } from '../domain/privacy/unsorted';
import type { Agreements } from '../domain/registers/agreements';
import type { Authorities } from '../domain/registers/authorities';
import type { Incidents } from '../domain/registers/incidents';
import { policyHead } from '../domain/registers/policy-ledger';
import type { PolicyNotices } from '../domain/registers/policy-notices';
import type { Providers } from '../domain/registers/providers';
import type { ServiceNotices } from '../domain/registers/service-notices';
import type { ReportFiles } from '../domain/reports/report-files';
import type { HandOffs } from '../domain/support/hand-offs.service';
import type { QuietTalks } from '../domain/support/quiet-talks';
import type { Records } from '../domain/support/records.service';
import type { Reveals } from '../domain/support/reveals';
import type { Support } from '../domain/support/support.service';
import type { SupportDesk } from '../domain/support/support-desk.service';
import type { TalkViews } from '../domain/support/talk-views';
import { AppError } from '../errors';
import type { Language, Person, Role } from '../intent';
import type { Card, Services } from '../services';
import type { ActRef } from './actions';
import { bindBilling, bindNotices } from './bind-billing';
import { bindCampaigns } from './bind-campaigns';
import { bindChannels } from './bind-channels';
import { bindConnecting } from './bind-connecting';
import { bindSignUp } from './bind-consent';
import { bindCosts } from './bind-costs';
import { bindGate } from './bind-gate';
import { bindHandOffs } from './bind-hand-offs';
import { bindHome } from './bind-home';
import { bindIdentity } from './bind-identity';
import { bindImports } from './bind-imports';
import { bindKeeping } from './bind-keeping';
import { bindPages } from './bind-pages';
import { bindPrivacy } from './bind-privacy';
import { bindAccount, bindRecords } from './bind-records';
import { bindRegisters } from './bind-registers';
import { bindReports } from './bind-reports';
import { bindRequests } from './bind-requests';
import { bindSegments } from './bind-segments';
import { bindStaff } from './bind-staff';
import { bindStops } from './bind-stops';
import { bindFailures, bindReveals } from './bind-support';
import { bindTemplates } from './bind-templates';
import { bindTests } from './bind-tests';
import type { Posts } from './posts';
import { saysWrongNumber } from './wrong-number';

/** The rooms of the domain that a turn may use. */
export interface Domain {
  audit: Audit;
  tenants: Tenants;
  members: Members;
  installations: Installations;
  connections: Connections;
  senders: Senders;
  audience: Audience;
  consent: Consent;
  links: PreferenceLinks;
  preferences: Preferences;
  signUps: SignUps;
  imports: Imports;
  campaigns: Campaigns;
  segments: Segments;
  templates: Templates;
  templateMedia: TemplateMedia;
  outbox: Outbox;
  stops: Stops;
  tests: TestSends;
  privacy: Privacy;
  identity: Identity;
  representations: Representations;
  unsorted: Unsorted;
  rectification: Rectification;
  keepers: Keepers;
  correctionNotices: CorrectionNotices;
  holds: Holds;
  retention: Retention;
  heads?: HeadFiles;
  providers: Providers;
  agreements: Agreements;
  authorities: Authorities;
  incidents: Incidents;
  policyNotices: PolicyNotices;
  serviceNotices: ServiceNotices;
  companyPaper: CompanyPaper;
  credit: Credit;
  statements: Statements;
  payments: Payments;
  memberRights: MemberRights;
  support: Support;
  handOffs: HandOffs;
  talks: TalkViews;
  quietTalks: QuietTalks;
  supportDesk: SupportDesk;
  records: Records;
  reveals: Reveals;
  reportFiles: ReportFiles;
  posts: Posts;
}

/** Where a turn stands: who speaks, in answer to which inbox row, at what time. */
export interface TurnContext {
  person: Person;
  now: Date;
  /** The provider's time. */
  at: Date;
  inbox: string;
  channel: string;
  /** It came to the mailbox for requests. */
  isDoor?: boolean;
  /** What the message proves by itself of who speaks. */
  level: IdentityLevel;
  publicUrl: string;
  /** Whether a message that goes to the team is to be acknowledged now. */
  acknowledge(): boolean;
  /** The workspace in which it is said, where there is one. */
  team?: string;
  /** What a button carries. */
  sign(action: ActRef): string;
  /** A yes or no of this person is waited for, in their own talk. */
  awaitYes(contact: string, yes: ActRef, no: ActRef, minutes: number): Promise<void>;
}

/** `intent/card`, as a post keeps it; a card alone is one of `intent`'s own. */
function cardRef(card: Card, intent: string): { intent: string; card: string; args: Card['args'] } {
  const [first = '', second] = card.card.split('/');
  return second ? { intent: first, card: second, args: card.args } : { intent, card: first, args: card.args };
}

/** All verbs an intent may use, bound to one turn and its transaction. */
export function bindServices(tx: TenantTx, domain: Domain, context: TurnContext): Services {
  const { person, now } = context;
  const actor = person.kind === 'member' ? { id: person.member, roles: person.roles } : { id: 'nobody', roles: [] };
  const decider = { member: actor.id, roles: actor.roles };
  /** Who leaves, or may mean to, may say besides that the number is theirs now. */
  const noteHolder = async (contact: string, said: string): Promise<void> => {
    if (saysWrongNumber(said)) await domain.audience.wrongNumber(tx, contact, context.at, now);
  };
  const place = `message:${context.channel}`;
  const wish = { source: 'person', evidence: context.inbox, now, at: context.at, place };
  return {
    company: {
      profile: async () => {
        const profile = await domain.tenants.profile(tx);
        if (profile.privacyUrl) return profile;
        // Where its policy is the one we serve, so is its version.
        const { version: policyVersion, date: policyDate } = policyHead;
        return { ...profile, privacyUrl: `${context.publicUrl}/privacy/${tx.tenant}`, policyVersion, policyDate };
      },
    },
    home: bindHome(tx, person, now),
    consent: {
      withdraw: async (contact, said = '') => {
        const left = await domain.consent.withdraw(tx, contact, wish);
        await noteHolder(contact, said);
        return left;
      },
      hold: async (contact, said = '') => {
        const held = await domain.consent.hold(tx, contact, wish);
        await noteHolder(contact, said);
        return held;
      },
      isAddressed: async (contact) =>
        (await domain.consent.isGivenAnywhere(tx, contact)) ||
        (await domain.campaigns.hasReached(tx, contact, new Date(now.getTime() - yearMs))),
      release: async (contact) => {
        await domain.consent.release(tx, contact, now);
        return { stillOut: (await domain.consent.suppression(tx, contact)) === 'stop' };
      },
      optIn: (contact) => domain.consent.optIn(tx, contact, { ...wish, channels: [context.channel] }),
      receipt: (contact) => domain.consent.receipt(tx, contact, now),
    },
    signUp: bindSignUp(tx, domain, context, actor),
    campaigns: bindCampaigns(tx, domain, actor, { now, zone: person.zone }),
    imports: bindImports(tx, domain.imports, actor.id, context),
    segments: bindSegments(tx, domain.segments, actor, { now, zone: person.zone }),
    templates: bindTemplates(tx, domain, actor, {
      now,
      reader: person,
      ...(context.team && { team: context.team }),
    }),
    gate: bindGate(tx, domain, actor, now),
    tests: bindTests(tx, domain.tests, person, now),
    costs: bindCosts(tx, now),
    billing: bindBilling(tx, domain, actor, context),
    notices: bindNotices(tx, domain, actor, context),
    stops: bindStops(tx, domain, actor, now),
    reports: bindReports(tx, domain.reportFiles, actor, { language: person.language, now }),
    privacy: bindPrivacy(tx, domain, decider, context, (member, request, note) =>
      tellKeeper(tx, domain, member, request, note, now),
    ),
    identity: bindIdentity(tx, domain, decider, context),
    requests: bindRequests(tx, domain, decider, context, (card) => tellOfRequest(tx, domain, card, now)),
    keeping: bindKeeping(tx, domain, decider, now),
    ...bindRegisters(tx, domain, actor, context),
    support: bindSupport(tx, domain, context, actor),
    handOffs: bindHandOffs(tx, domain, actor, context),
    records: bindRecords(tx, domain.records, decider, context),
    reveals: bindReveals(tx, domain, actor, now),
    failures: bindFailures(tx, domain, actor, now),
    staff: bindStaff(tx, domain, {
      ...{ person, now },
      show: ({ team, slackUser, language }, card) =>
        addCard(tx, domain.posts, { team, user: slackUser }, card, '', language, now),
    }),
    account: bindAccount(tx, now),
    channels: bindChannels(tx, now),
    connecting: bindConnecting(tx, domain.connections, person, now),
    team: bindTeam(tx, domain, context),
    pages: bindPages(tx, domain, context),
  };
}

type Actor = { id: string; roles: readonly string[] };
const yearMs = 365 * 86_400_000;

function bindSupport(tx: TenantTx, domain: Domain, context: TurnContext, actor: Actor): Services['support'] {
  const { support, handOffs } = domain;
  const { now } = context;
  return {
    messages: (address, limit) => support.messages(tx, address, limit, actor, now),
    history: (address, before) => support.history(tx, address, actor, now, before),
    masked: (contact) => domain.audience.masked(tx, contact),
    handOff: (contact) => handOffs.ask(tx, contact, now),
    forward: (contact) => handOffs.show(tx, contact, now),
    away: (contact) => domain.supportDesk.awayFor(tx, contact, now),
    acknowledge: () => context.acknowledge(),
  };
}

/** Posts a card (`intent/card`) to the customer's channel for a purpose, in the customer's language. @returns whether there is such a channel */
export async function postTo(
  tx: TenantTx,
  tenants: Tenants,
  posts: Posts,
  purpose: string,
  card: Card,
  now: Date,
): Promise<boolean> {
  const place = await tenants.place(tx, purpose);
  if (!place) return false;
  const { language } = await tenants.get(tx);
  await addCard(tx, posts, place, card, '', language as Language, now);
  return true;
}

/** Whoever looks after a case from here on gets its card, with the words of whoever handed it on. */
async function tellKeeper(
  tx: TenantTx,
  { members, posts }: Pick<Domain, 'members' | 'posts'>,
  member: string,
  request: { case: string; contact: string },
  note: string,
  now: Date,
): Promise<void> {
  const to = (await members.list(tx, now)).find(({ id }) => id === member);
  if (!to) return;
  const at = { team: to.team, user: to.slackUser };
  const { contact } = request;
  if (note) await posts.add(tx, { at, language: to.language, content: { text: note }, contact }, now);
  const card = {
    card: 'privacy-requests/case',
    args: { case: request.case },
    topic: `case:${request.case}`,
    about: contact,
  };
  await addCard(tx, posts, at, card, '', to.language, now);
}

/** To the channel where requests are looked after; where there is none, to whoever decides, in person. @returns whether somebody was told */
export async function tellOfRequest(
  tx: TenantTx,
  { tenants, members, posts }: Pick<Domain, 'tenants' | 'members' | 'posts'>,
  card: Card,
  now: Date,
): Promise<boolean> {
  if (await postTo(tx, tenants, posts, 'privacy', card, now)) return true;
  if ((await tellRole(tx, { members, posts }, 'privacy', card, now)) > 0) return true;
  return (await tellRole(tx, { members, posts }, 'owner', card, now)) > 0;
}

/** The same as a direct message to each member with this role. @returns how many were told */
export async function tellRole(
  tx: TenantTx,
  { members, posts }: Pick<Domain, 'members' | 'posts'>,
  role: Role,
  card: Card,
  now: Date,
  except?: string,
): Promise<number> {
  const told = (await members.list(tx, now, role)).filter((member) => member.id !== except);
  for (const { team, slackUser, language } of told.filter(({ quiet }) => !(quiet && card.canWait)))
    await addCard(tx, posts, { team, user: slackUser }, card, '', language, now);
  return told.length;
}

export async function addCard(
  tx: TenantTx,
  posts: Posts,
  at: SurfaceRef,
  card: Card,
  intent: string,
  language: Language,
  now: Date,
): Promise<void> {
  await posts.add(
    tx,
    { at, language, card: cardRef(card, intent), topic: card.topic, ...(card.about && { contact: card.about }) },
    now,
  );
}

function bindTeam(tx: TenantTx, domain: Domain, context: TurnContext): Services['team'] {
  const { person, now } = context;
  /** @throws ROLE_REQUIRED */
  const owner = (): string => {
    if (person.kind !== 'member' || !person.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    return `member:${person.member}`;
  };
  return {
    invite: (role) => domain.members.invite(tx, role, owner(), now),
    change: async (member, role, has) => {
      await domain.members.changeRole(tx, member, { role, has }, owner(), now);
    },
    remove: async (member) => {
      const by = owner();
      if (!(await domain.members.get(tx, member, now))) throw new AppError('MEMBER_GONE');
      await domain.members.leave(tx, member, by, now);
    },
    addWorkspace: async () => {
      const { invitation, expires } = await domain.installations.invite(tx, owner(), now);
      return { url: `${context.publicUrl}/slack/install?invitation=${invitation}`, expires };
    },
    // Linking makes transactions of its own: who speaks here has been linked.
    link: async () => {
      throw new AppError('CODE_INVALID');
    },
    post: (place, card) => postTo(tx, domain.tenants, domain.posts, place, card, now),
    tell: (role, card, except) => tellRole(tx, domain, role, card, now, except),
    show: async (card) => {
      const own = person.kind === 'member' ? await domain.members.get(tx, person.member, now) : undefined;
      if (!own) throw new AppError('ROLE_REQUIRED');
      await addCard(tx, domain.posts, { team: own.team, user: own.slackUser }, card, '', person.language, now);
    },
    owners: async () => (await domain.members.list(tx, now, 'owner')).map(({ name }) => name),
    members: async () => (await domain.members.list(tx, now)).map(({ id, name, roles }) => ({ id, name, roles })),
    settings: async () => {
      const own = person.kind === 'member' ? await domain.members.get(tx, person.member, now) : undefined;
      if (!own) throw new AppError('ROLE_REQUIRED');
      return { language: own.language, zone: own.zone, quiet: own.quiet };
    },
    set: async (settings) => {
      if (person.kind !== 'member' || (settings.zone !== undefined && !isZone(settings.zone)))
        throw new AppError('ACTION_INVALID');
      await domain.members.set(tx, person.member, settings);
    },
    speak: async (language) => {
      if (person.kind === 'member') await domain.members.setLanguage(tx, person.member, language);
    },
    refresh: (topic) => domain.posts.refresh(tx, topic),
  };
}
