import type { CampaignVerbs } from './services-campaigns';
import type { ChannelVerbs } from './services-channels';
import type { ConsentProof, ConsentVerbs, SignUpVerbs } from './services-consent';
import type { CostVerbs } from './services-costs';
import type { GateVerbs } from './services-gate';
import type { ImportVerbs } from './services-imports';
import type { PageVerbs } from './services-pages';
import type { ReportVerbs } from './services-reports';
import type { SegmentVerbs } from './services-segments';
import type { StopVerbs } from './services-stops';
import type { TemplateVerbs } from './services-templates';
import type { TestVerbs } from './services-tests';

export type { CampaignView } from './services-campaigns';
export type { ConsentLine, ConsentProof, SignUpView } from './services-consent';

export type Role = 'owner' | 'operator' | 'approver' | 'viewer' | 'privacy' | 'agent' | 'support' | 'platform';

/** A post that is kept up to date: `intent/card`, its ids, and the topic whose change draws it again. */
export interface Card {
  card: string;
  args: Readonly<Record<string, string>>;
  topic: string;
  /** The person it speaks of. */
  about?: string;
}

/** The verbs that an intent may use, bound to one tenant, one turn and its transaction. All or none of a turn's verbs happen. */
export interface Services {
  company: CompanyVerbs;
  consent: ConsentVerbs;
  signUp: SignUpVerbs;
  campaigns: CampaignVerbs;
  segments: SegmentVerbs;
  imports: ImportVerbs;
  templates: TemplateVerbs;
  gate: GateVerbs;
  tests: TestVerbs;
  costs: CostVerbs;
  stops: StopVerbs;
  reports: ReportVerbs;
  privacy: PrivacyVerbs;
  support: SupportVerbs;
  records: RecordVerbs;
  account: AccountVerbs;
  channels: ChannelVerbs;
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

export type Right = 'access' | 'rectify' | 'erase' | 'object' | 'portability' | 'block';
export type CaseState =
  | 'received'
  | 'unconfirmed'
  | 'confirmed'
  | 'accepted'
  | 'rejected'
  | 'executing'
  | 'answered'
  | 'closed'
  | 'withdrawn';

export interface CaseView {
  id: string;
  /** `SOL-000204` */
  number: string;
  right: Right;
  state: CaseState;
  receivedAt: Date;
  dueAt: Date;
  /** `+56 9 •••• •321` */
  masked: string;
  records: number;
  decidedBy?: string;
  reason?: string;
  /** Until when WhatsApp takes our answer to this person; none: they are to write again first. */
  answerUntil?: Date;
  /** The answer is proved sent, or the company told them by another way. */
  told: boolean;
}

export interface PrivacyVerbs {
  /** Opens a case from this message, or finds the open one; promotions stop in the same transaction; the controller is told. */
  open(contact: string, right: Right): Promise<CaseView & { isNew: boolean }>;
  /** The person said yes. */
  confirm(id: string): Promise<CaseView>;
  /** The person takes it back. */
  withdraw(id: string): Promise<CaseView>;
  /** @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  accept(id: string): Promise<CaseView>;
  /** Needs a legal ground and facts. @throws REJECTION_INCOMPLETE */
  reject(id: string, ground: string, facts: string): Promise<CaseView>;
  /** The answer that could not leave was given by another way. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  toldOtherwise(id: string): Promise<CaseView>;
  /** A person sees their own alone. */
  get(id: string): Promise<CaseView>;
  list(): Promise<readonly CaseView[]>;
  /** Those that somebody of the team speaks of: by the number, by the person's phone or mail (audited), by digits alone. `undefined`: none in particular. */
  meant(said: { code?: unknown; address?: unknown; text: string }): Promise<readonly CaseView[] | undefined>;
  /** What the person wrote since they asked, for whoever decides; empty once it is gone. Reading it is audited. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  words(id: string): Promise<string>;
  /** Whether the person is asked for a yes first, and the legal grounds on which it may be refused. */
  rulesOf(right: Right): { confirm: boolean; grounds: readonly string[] };
  /** Every case of this person that is not over, newest first. */
  openOf(contact: string): Promise<readonly CaseView[]>;
  /** The newest case of this person, if any. */
  latest(contact: string): Promise<CaseView | undefined>;
  /** What is held about this person: categories of the data map with counts. */
  summary(
    contact: string,
  ): Promise<{ categories: readonly { category: string; count: number }[]; records: number; firstSeen: Date }>;
}

export interface MessageTrace {
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
  /** What happened with a person: consents, stops, messages, cases. Reading it is audited. */
  history(address: string): Promise<readonly { at: Date; what: string; vars: Record<string, string> }[] | undefined>;
  /** A person asked for a person: the team is told, the bot keeps quiet. Where there is no team to tell, it does not. */
  handOff(contact: string): Promise<{ alreadyOpen: boolean; told: boolean }>;
  /** How the talk stands, for its card. */
  talk(contact: string): Promise<{
    masked: string;
    language: string;
    open: boolean;
    /** `media`: a picture, a voice note, …; the text is its caption. */
    lines: readonly { at: Date; from: 'person' | 'us'; text: string; media?: string }[];
  }>;
  /** A member answers through us. */
  answer(contact: string, text: string): Promise<void>;
  /** What a person just wrote is shown to the team. @returns whether there is one */
  forward(contact: string): Promise<boolean>;
  /** Whether that may be acknowledged: once in the person's day, and again after hours without. */
  acknowledge(): boolean;
  resolve(contact: string): Promise<void>;
}

/** One person as they stand on record, by a phone or mail; `undefined`: nobody here by that address. Every look is audited. */
export interface RecordVerbs {
  /** `refusal`: why promotions don't go to them. */
  find(address: string): Promise<{ masked: string; language: string; since: Date; refusal?: string } | undefined>;
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
  }>;
  /** Promotions of the campaigns that began this month. */
  usage(): Promise<{ campaigns: number; sent: number; delivered: number; failed: number }>;
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
  /** By their names, whoever looks after the account. */
  owners(): Promise<readonly string[]>;
  /** Who is in it, and what each may do now. */
  members(): Promise<readonly { name: string; roles: readonly Role[] }[]>;
  /** Cards and answers to whoever speaks come in this language, until they write in another. */
  speak(language: 'es' | 'en' | 'pt'): Promise<void>;
  /** Live posts about this are drawn again. */
  refresh(topic: string): Promise<void>;
}
