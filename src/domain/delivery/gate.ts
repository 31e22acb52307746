import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { CampaignPurpose } from '../campaigns/templates.table';

export type { CampaignPurpose };

/** Why something leaves. Campaigns have one of the first three; an answer is bound to a message, a case's to the case, a test to the member who wants to see it; a single one of service is a template that a member chose for somebody. */
export type Purpose = CampaignPurpose | SinglePurpose;
export type SinglePurpose = 'answer' | 'case' | 'notice' | 'test' | 'service';

/** Rules that are asked once a campaign, whoever it goes to. */
export type CampaignCode =
  | 'HOUSE_STOPPED'
  | 'COMPANY_STOPPED'
  | 'CHANNEL_STOPPED'
  | 'SENDER_STOPPED'
  | 'CONTRACT_MISSING'
  | 'SUBPROCESSOR_NOT_AUTHORISED'
  | 'TRANSFER_MISSING'
  | 'SUBPROCESSOR_CONTRACT_OVER'
  | 'FIELD_UNDECLARED'
  | 'ASSESSMENT_MISSING'
  | 'NO_SENDER'
  | 'PURPOSE_UNDECLARED'
  | 'NO_BASIS'
  | 'TEMPLATE_NOT_APPROVED'
  | 'TEMPLATE_CATEGORY'
  | 'TEMPLATE_QUALITY'
  | 'NO_OPT_OUT_TEXT'
  | 'APPROVAL_STALE'
  | 'LINK_REFUSED'
  | 'TAKEOVER_SUSPECTED'
  | 'AUDIENCE_PREPARING'
  | 'CREDIT_USED_UP'
  | 'COST_CEILING'
  | 'TENANT_CAP'
  | 'NEW_COMPANY_CAP'
  | 'MESSAGING_LIMIT';
export type PersonCode =
  | 'UNBOUND'
  | 'UNREACHABLE'
  | 'OPTED_OUT'
  | 'ON_HOLD'
  | 'BLOCKED'
  | 'MINOR'
  | 'UNCONFIRMED_HOLDER'
  | 'NO_CONSENT'
  | 'PAUSED_BY_PERSON'
  | 'CHOSEN_FREQUENCY'
  | 'COLLECTIONS_LIMIT'
  | 'FREQUENCY_CAP'
  | 'UNREAD_INBOUND'
  | 'QUIET_HOURS'
  | 'WINDOW_CLOSED';
export type GateCode = CampaignCode | PersonCode;

export interface GateRule {
  code: GateCode;
  why: 'law' | 'meta' | 'house' | 'setting';
  /** Where it comes from: `T-CAMP-1 · L-2`. */
  rule: string;
  for: readonly Purpose[];
  of: 'campaign' | 'person';
  /** It refuses only for now. */
  passes?: boolean;
  /** The campaign waits for somebody to put it right. */
  halts?: boolean;
  /** Who may lift it for one campaign. */
  lifts?: 'owner';
}

/** The rules, in the order in which they are asked. */
export const gateRules = load(readFileSync(join(__dirname, 'gate.yaml'), 'utf8')) as readonly GateRule[];

export const ruleOf = (code: string): GateRule | undefined => gateRules.find((rule) => rule.code === code);

/** Codes that make a message wait instead of ending it. */
export const passing: readonly GateCode[] = gateRules.filter((rule) => rule.passes).map((rule) => rule.code);

export type Stopped = 'house' | 'company' | 'channel' | 'sender';

/** What the gate looks at of a campaign, whoever it goes to. */
export interface CampaignFacts {
  /** What is stopped that it would leave by: everything, this customer, its channel, its number. */
  stops: readonly Stopped[];
  /** Signed, and none of its points left open. */
  contractComplete: boolean;
  /** Who works for us on the channel's way, and whom the customer did not authorise. */
  unauthorised: readonly string[];
  /** Those of them in another country for which no ground of the transfer is on record. */
  untransferred: readonly string[];
  /** Those of them whose contract with us is over. */
  contractsOver: readonly string[];
  /** Fields of the message that one of them may not receive. */
  undeclared: readonly string[];
  /** There are few enough people, or the impact on them is assessed. */
  assessed: boolean;
  senderRegistered: boolean;
  purposeDeclared: boolean;
  basisKnown: boolean;
  templateApproved: boolean;
  /** The provider's category of today is one for this purpose. */
  categoryFits: boolean;
  templateQuality: string;
  optOutText: boolean;
  /** What was approved is what would leave; true of what was not yet asked. */
  approvalIntact: boolean;
  /** Links that nobody may be led to. */
  refusedLinks: readonly string[];
  /** Somebody else may be sending by this account; two people have not said otherwise. */
  suspected: boolean;
  /** Its rows are all made, or not yet asked for. */
  audienceReady: boolean;
  /** This month, in the customer's currency. */
  spent: number;
  costCeiling: number | undefined;
  /** What is left of a prepaid account; undefined: it pays by contract. */
  credit: number | undefined;
  /** Taken to be sent in the last 24 hours: by the customer, and from this number. */
  sentToday: number;
  dayCap: number | undefined;
  /** Of a company that is new to us. */
  newCompanyCap: number | undefined;
  begunToday: number;
  messagingLimit: number | undefined;
}

/** Of what leaves by itself, belonging to no campaign. */
export const nothingAmiss: CampaignFacts = {
  stops: [],
  contractComplete: true,
  unauthorised: [],
  untransferred: [],
  contractsOver: [],
  undeclared: [],
  assessed: true,
  senderRegistered: true,
  purposeDeclared: true,
  basisKnown: true,
  templateApproved: true,
  categoryFits: true,
  templateQuality: 'UNKNOWN',
  optOutText: true,
  approvalIntact: true,
  refusedLinks: [],
  suspected: false,
  audienceReady: true,
  spent: 0,
  costCeiling: undefined,
  credit: undefined,
  sentToday: 0,
  dayCap: undefined,
  newCompanyCap: undefined,
  begunToday: 0,
  messagingLimit: undefined,
};

/** What it looks at of a person and of one message to them. */
export interface PersonFacts {
  /** It answers a message of this very person, belongs to a case of theirs, or is the test of a member whose phone this is. */
  bound: boolean;
  reachable: boolean;
  stopped: boolean;
  held: boolean;
  blocked: boolean;
  minor: boolean;
  /** Whoever holds the number now said yes, or it never changed hands. */
  holderConfirmed: boolean;
  consentProved: boolean;
  paused: boolean;
  /** Promotions they got in the last 7 and 30 days, over all campaigns. */
  promotions: { week: number; month: number };
  chosenFrequency: 'all' | 'weekly' | 'monthly';
  frequencyCap: number | undefined;
  /** Messages about a debt in the last 7 days, and whether two full days have passed since the last. */
  collections: { week: number; atPeace: boolean };
  unreadInbound: boolean;
  /** It is an hour at which they may be written to. */
  inHours: boolean;
  /** Hours since the person last wrote; undefined: never. Where no provider counts them: none. */
  hoursSinceInbound: number | undefined;
}
export type GateFacts = CampaignFacts & PersonFacts;

const serviceWindowHours = 24;
/** Messages about a debt in seven days at most, by the law. */
export const collectionsAWeek = 2;

/** Until when an answer may leave; the provider takes none later than a day after the person's last message. */
export const windowEnd = (lastInbound: Date): Date => new Date(lastInbound.getTime() + serviceWindowHours * 3_600_000);

/** Whether an answer may still leave. */
export const isWindowOpen = (lastInbound: Date, now: Date): boolean => now < windowEnd(lastInbound);

const below = (count: number, most: number | undefined): boolean => most === undefined || count < most;

const holdsOfCampaign: Readonly<Record<CampaignCode, (facts: CampaignFacts) => boolean>> = {
  HOUSE_STOPPED: ({ stops }) => !stops.includes('house'),
  COMPANY_STOPPED: ({ stops }) => !stops.includes('company'),
  CHANNEL_STOPPED: ({ stops }) => !stops.includes('channel'),
  SENDER_STOPPED: ({ stops }) => !stops.includes('sender'),
  CONTRACT_MISSING: (facts) => facts.contractComplete,
  SUBPROCESSOR_NOT_AUTHORISED: (facts) => facts.unauthorised.length === 0,
  TRANSFER_MISSING: (facts) => facts.untransferred.length === 0,
  SUBPROCESSOR_CONTRACT_OVER: (facts) => facts.contractsOver.length === 0,
  FIELD_UNDECLARED: (facts) => facts.undeclared.length === 0,
  ASSESSMENT_MISSING: (facts) => facts.assessed,
  NO_SENDER: (facts) => facts.senderRegistered,
  PURPOSE_UNDECLARED: (facts) => facts.purposeDeclared,
  NO_BASIS: (facts) => facts.basisKnown,
  TEMPLATE_NOT_APPROVED: (facts) => facts.templateApproved,
  TEMPLATE_CATEGORY: (facts) => facts.categoryFits,
  TEMPLATE_QUALITY: (facts) => facts.templateQuality !== 'RED',
  NO_OPT_OUT_TEXT: (facts) => facts.optOutText,
  APPROVAL_STALE: (facts) => facts.approvalIntact,
  LINK_REFUSED: (facts) => facts.refusedLinks.length === 0,
  TAKEOVER_SUSPECTED: (facts) => !facts.suspected,
  AUDIENCE_PREPARING: (facts) => facts.audienceReady,
  CREDIT_USED_UP: ({ credit }) => credit === undefined || credit > 0,
  COST_CEILING: (facts) => below(facts.spent, facts.costCeiling),
  TENANT_CAP: (facts) => below(facts.sentToday, facts.dayCap),
  NEW_COMPANY_CAP: (facts) => below(facts.sentToday, facts.newCompanyCap),
  MESSAGING_LIMIT: (facts) => below(facts.begunToday, facts.messagingLimit),
};

const holdsOfPerson: Readonly<Record<PersonCode, (facts: PersonFacts) => boolean>> = {
  UNBOUND: (facts) => facts.bound,
  UNREACHABLE: (facts) => facts.reachable,
  OPTED_OUT: (facts) => !facts.stopped,
  ON_HOLD: (facts) => !facts.held,
  BLOCKED: (facts) => !facts.blocked,
  MINOR: (facts) => !facts.minor,
  UNCONFIRMED_HOLDER: (facts) => facts.holderConfirmed,
  NO_CONSENT: (facts) => facts.consentProved,
  PAUSED_BY_PERSON: (facts) => !facts.paused,
  CHOSEN_FREQUENCY: ({ chosenFrequency, promotions }) =>
    chosenFrequency === 'all' || (chosenFrequency === 'weekly' ? promotions.week : promotions.month) === 0,
  COLLECTIONS_LIMIT: ({ collections }) => collections.week < collectionsAWeek && collections.atPeace,
  FREQUENCY_CAP: (facts) => below(facts.promotions.week, facts.frequencyCap),
  UNREAD_INBOUND: (facts) => !facts.unreadInbound,
  QUIET_HOURS: (facts) => facts.inHours,
  WINDOW_CLOSED: (facts) => facts.hoursSinceInbound !== undefined && facts.hoursSinceInbound < serviceWindowHours,
};

const holds: Readonly<Record<GateCode, (facts: GateFacts) => boolean>> = { ...holdsOfCampaign, ...holdsOfPerson };

export interface Asking {
  /** Without the rules that refuse only for now: who is in a campaign at all. */
  lasting?: boolean;
  /** The customer's own rules that its owner lifted. Hours are lifted where they are looked up. */
  lifted?: readonly string[];
}

/** What guards this purpose, in order. */
export const rulesFor = (purpose: Purpose, { lasting = false, lifted = [] }: Asking = {}): readonly GateRule[] =>
  gateRules.filter(
    (rule) =>
      rule.for.includes(purpose) &&
      !(lasting && rule.passes) &&
      !(rule.lifts === 'owner' && lifted.includes(rule.code)),
  );

/** May this leave? `undefined`: yes; otherwise the first rule that says no. The same rules in SQL: gate.table.ts. */
export const refusal = (purpose: Purpose, facts: GateFacts, asking: Asking = {}): GateCode | undefined =>
  rulesFor(purpose, asking).find((rule) => !holds[rule.code](facts))?.code;

/** What refuses a campaign as a whole, all of it and in order: what a statement is told once. */
export const campaignRefusals = (
  purpose: Purpose,
  facts: CampaignFacts,
  asking: Asking = {},
): readonly CampaignCode[] =>
  rulesFor(purpose, asking)
    .filter((rule) => rule.of === 'campaign')
    .map((rule) => rule.code as CampaignCode)
    .filter((code) => !holdsOfCampaign[code](facts));
