import type { BillingVerbs, NoticeVerbs } from './services-billing';
import type { CampaignVerbs } from './services-campaigns';
import type { ChannelVerbs } from './services-channels';
import type { ConnectingVerbs } from './services-connecting';
import type { ConsentProof, ConsentVerbs, SignUpVerbs } from './services-consent';
import type { CostVerbs } from './services-costs';
import type { GateVerbs } from './services-gate';
import type { HandOffVerbs } from './services-hand-offs';
import type { HomeVerbs } from './services-home';
import type { IdentityVerbs } from './services-identity';
import type { ImportVerbs } from './services-imports';
import type { KeepingVerbs } from './services-keeping';
import type { PageVerbs } from './services-pages';
import type { PrivacyVerbs } from './services-privacy';
import type { AuthorityVerbs, IncidentVerbs, MyselfVerbs, PolicyVerbs, RegisterVerbs } from './services-registers';
import type { ReportVerbs } from './services-reports';
import type { RequestVerbs } from './services-requests';
import type { SegmentVerbs } from './services-segments';
import type { StopVerbs } from './services-stops';
import type { FailureVerbs, RevealVerbs, StaffVerbs } from './services-support';
import type { TemplateVerbs } from './services-templates';
import type { TestVerbs } from './services-tests';

export type { CampaignView } from './services-campaigns';
export type { ConsentLine, ConsentProof, SignUpView } from './services-consent';
export type { CampaignLine } from './services-home';
export type { CaseView, PrivacyVerbs, Right } from './services-privacy';
export type { AuthorityLine, IncidentLine, SubprocessorLine } from './services-registers';

export type Role = 'owner' | 'operator' | 'approver' | 'viewer' | 'privacy' | 'agent' | 'support' | 'platform';

/** A post that is kept up to date: `intent/card`, its ids, and the topic whose change draws it again. */
export interface Card {
  card: string;
  args: Readonly<Record<string, string>>;
  topic: string;
  /** The person it speaks of. */
  about?: string;
  /** It stands on the page of whoever is told, too: those who want it quiet read it there alone. */
  canWait?: true;
}

/** The verbs that an intent may use, bound to one tenant, one turn and its transaction. All or none of a turn's verbs happen. */
export interface Services {
  company: CompanyVerbs;
  home: HomeVerbs;
  consent: ConsentVerbs;
  signUp: SignUpVerbs;
  campaigns: CampaignVerbs;
  segments: SegmentVerbs;
  imports: ImportVerbs;
  templates: TemplateVerbs;
  gate: GateVerbs;
  tests: TestVerbs;
  costs: CostVerbs;
  billing: BillingVerbs;
  notices: NoticeVerbs;
  stops: StopVerbs;
  reports: ReportVerbs;
  privacy: PrivacyVerbs;
  identity: IdentityVerbs;
  requests: RequestVerbs;
  keeping: KeepingVerbs;
  registers: RegisterVerbs;
  authorities: AuthorityVerbs;
  incidents: IncidentVerbs;
  policy: PolicyVerbs;
  myself: MyselfVerbs;
  support: SupportVerbs;
  handOffs: HandOffVerbs;
  records: RecordVerbs;
  reveals: RevealVerbs;
  failures: FailureVerbs;
  staff: StaffVerbs;
  account: AccountVerbs;
  channels: ChannelVerbs;
  connecting: ConnectingVerbs;
  team: TeamVerbs;
  pages: PageVerbs;
}

export interface CompanyVerbs {
  profile(): Promise<{
    name: string;
    legalName: string;
    country: string;
    zone: string;
    privacyUrl: string;
    policyVersion: string;
    policyDate: Date;
    contact: string;
  }>;
}

export interface MessageTrace {
  contact: string;
  masked: string;
  campaign?: string;
  channel: string;
  at: Date;
  state: string;
  steps: readonly { status: string; at: Date }[];
  /** Of an error or a refusal. */
  code?: string;
  /** Of a refusal of the gate. */
  refused?: { why: string; rule: string };
}

export interface SupportVerbs {
  /** The last messages to a phone or mail, newest first. `undefined`: nobody here by that address. */
  messages(address: string, limit: number): Promise<readonly MessageTrace[] | undefined>;
  /** What happened with a person, the newest page or the one before that moment: consents, stops, messages, what they did, cases. Reading it is audited. */
  history(
    address: string,
    before?: Date,
  ): Promise<
    | {
        contact: string;
        masked: string;
        /** Oldest first. */
        lines: readonly { at: Date; what: string; vars: Record<string, string> }[];
        more: boolean;
      }
    | undefined
  >;
  /** A person asked for a person: the team is told, the bot keeps quiet. Where there is no team to tell, it does not. */
  handOff(contact: string): Promise<{ alreadyOpen: boolean; told: boolean }>;
  /** How a person is named to the team. */
  masked(contact: string): Promise<string>;
  /** What a person just wrote is shown to the team. @returns whether there is one */
  forward(contact: string): Promise<boolean>;
  /** Nobody of the team is there, and this person was not told since it left: until when, and the company's own words for it, or none. */
  away(contact: string): Promise<{ until: Date; words: string } | undefined>;
  /** Whether that may be acknowledged: once in the person's day, and again after hours without. */
  acknowledge(): boolean;
}

/** One person as they stand on record, by a phone, a mail or the number of a request of theirs; `undefined`: nobody here by that address. Every look is audited. */
export interface RecordVerbs {
  /** `refusal`: why promotions don't go to them. */
  find(
    address: string,
  ): Promise<{ contact: string; masked: string; language: string; since: Date; refusal?: string } | undefined>;
  /** What stands, the newest permission with its very words, and every act before and after it. */
  proof(
    address: string,
    then?: Date,
  ): Promise<(ConsentProof & { masked: string; past?: ConsentProof['states'] }) | undefined>;
  /** No more promotions, at once, on every channel; only the person can undo it. `undefined`: it can be no address. */
  takeOff(
    address: string,
  ): Promise<{ masked: string; isUnknown: boolean; alreadyOut: boolean; cancelled: number } | undefined>;
  /** What was done in the last 30 days, newest first; with an address, what touched that person. @throws ROLE_REQUIRED */
  trail(address?: string): Promise<
    readonly {
      at: Date;
      /** `campaign.approve` */
      act: string;
      /** `member`, `contact` or `system` */
      actor: string;
      name: string;
      /** `C-118`, `SOL-000204`, or empty. */
      what: string;
    }[]
  >;
}

export interface AccountVerbs {
  /** How sending goes, from the last answers to people and the campaigns under way. */
  health(): Promise<{
    /** The company's own stop of all promotions. */
    stopped: boolean;
    answers: number;
    failed: number;
    lastSent?: Date;
    lastReceipt?: Date;
    /** Promotions that have not left yet. */
    waiting: number;
    /** In which languages a request about data can't be answered once a day has passed: no notice is approved. */
    lateAnswers: readonly string[];
  }>;
  /** Promotions of the campaigns that began this month. */
  usage(): Promise<{ campaigns: number; sent: number; delivered: number; failed: number }>;
}

export interface MemberSettings {
  language: 'es' | 'en' | 'pt';
  zone: string | undefined;
  /** What can wait is not written to them: it stands on their page. */
  quiet: boolean;
}

export interface TeamVerbs {
  /** A one-time code for a new member. @throws ROLE_REQUIRED */
  invite(role: Role): Promise<{ code: string; expires: Date }>;
  /** Links the person who speaks. @throws CODE_INVALID */
  link(code: string): Promise<{ company: string; role: Role }>;
  /** Posts a card (`intent/card`) to the customer's channel for this purpose. @returns whether there is one */
  post(place: 'campaigns' | 'privacy' | 'support', card: Card): Promise<boolean>;
  /** The same as a direct message to each member with this role, but for `except`. Returns how many were told. */
  tell(role: Role, card: Card, except?: string): Promise<number>;
  /** The same to whoever speaks, in their own messages: money is nobody else's business. */
  show(card: Card): Promise<void>;
  /** By their names, whoever looks after the account. */
  owners(): Promise<readonly string[]>;
  /** Who is in it, and what each may do now. */
  members(): Promise<readonly { id: string; name: string; roles: readonly Role[] }[]>;
  /** Gives somebody a role, or takes it; without any they are out of the team. @throws ROLE_REQUIRED, MEMBER_GONE, MEMBER_LAST_OWNER */
  change(member: string, role: Role, has: boolean): Promise<void>;
  /** Out of the team, at once. @throws ROLE_REQUIRED, MEMBER_GONE, MEMBER_LAST_OWNER */
  remove(member: string): Promise<void>;
  /** Where one more Slack workspace joins the account, within a day. @throws ROLE_REQUIRED */
  addWorkspace(): Promise<{ url: string; expires: Date }>;
  /** What whoever speaks has chosen for themselves. `zone` undefined: the company's. */
  settings(): Promise<MemberSettings>;
  /** @throws ACTION_INVALID when the zone is none */
  set(settings: MemberSettings): Promise<void>;
  /** Cards and answers to whoever speaks come in this language, until they write in another. */
  speak(language: 'es' | 'en' | 'pt'): Promise<void>;
  /** Live posts about this are drawn again. */
  refresh(topic: string): Promise<void>;
}
