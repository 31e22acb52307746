import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Purpose = 'marketing' | 'answer' | 'case';
export type GateCode =
  | 'COMPANY_STOPPED'
  | 'TEMPLATE_NOT_APPROVED'
  | 'UNBOUND'
  | 'UNREACHABLE'
  | 'OPTED_OUT'
  | 'ON_HOLD'
  | 'BLOCKED'
  | 'NO_CONSENT'
  | 'UNREAD_INBOUND'
  | 'WINDOW_CLOSED';

export interface GateRule {
  code: GateCode;
  why: 'law' | 'meta' | 'setting';
  for: readonly Purpose[];
  /** It refuses only for now. */
  passes?: boolean;
}

/** The rules, in the order in which they are asked. */
export const gateRules: readonly GateRule[] = parse(readFileSync(join(__dirname, 'gate.yaml'), 'utf8'));

/** Codes that make a message wait instead of ending it. */
export const passing: readonly GateCode[] = gateRules.filter((rule) => rule.passes).map((rule) => rule.code);

/** What the gate looks at, for one message. */
export interface GateFacts {
  companyStopped: boolean;
  templateApproved: boolean;
  /** It answers a message of this very person, or belongs to a case of theirs. */
  bound: boolean;
  reachable: boolean;
  stopped: boolean;
  held: boolean;
  blocked: boolean;
  consentProved: boolean;
  unreadInbound: boolean;
  /** Hours since the person last wrote; undefined: never. */
  hoursSinceInbound: number | undefined;
}

const serviceWindowHours = 24;

/** Until when an answer may leave; the provider takes none later than a day after the person's last message. */
export const windowEnd = (lastInbound: Date): Date => new Date(lastInbound.getTime() + serviceWindowHours * 3_600_000);

/** Whether an answer may still leave. */
export const isWindowOpen = (lastInbound: Date, now: Date): boolean => now < windowEnd(lastInbound);

const holds: Readonly<Record<GateCode, (facts: GateFacts) => boolean>> = {
  COMPANY_STOPPED: (facts) => !facts.companyStopped,
  TEMPLATE_NOT_APPROVED: (facts) => facts.templateApproved,
  UNBOUND: (facts) => facts.bound,
  UNREACHABLE: (facts) => facts.reachable,
  OPTED_OUT: (facts) => !facts.stopped,
  ON_HOLD: (facts) => !facts.held,
  BLOCKED: (facts) => !facts.blocked,
  NO_CONSENT: (facts) => facts.consentProved,
  UNREAD_INBOUND: (facts) => !facts.unreadInbound,
  WINDOW_CLOSED: (facts) => facts.hoursSinceInbound !== undefined && facts.hoursSinceInbound < serviceWindowHours,
};

/** What guards this purpose. @param lasting without the rules that refuse only for now: who is in a campaign at all */
export const rulesFor = (purpose: Purpose, lasting = false): readonly GateRule[] =>
  gateRules.filter((rule) => rule.for.includes(purpose) && !(lasting && rule.passes));

/** May this leave? `undefined`: yes; otherwise the first rule that says no. The same rules as one SQL condition: gate.table.ts. */
export const refusal = (purpose: Purpose, facts: GateFacts, lasting = false): GateCode | undefined =>
  rulesFor(purpose, lasting).find((rule) => !holds[rule.code](facts))?.code;
