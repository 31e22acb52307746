import { windowEnd } from '../delivery/gate';
import { dayIn, daysBetween } from './calendar';
import { type Block, type CaseState, isOpen, isUndecided, type Kept, type Outcome, type Right } from './case-state';
import type { CaseRow, Scope } from './cases.table';
import { latestExtension, regimeOf } from './deadlines';
import type { IdentityLevel } from './identity-policy';
import { namesPromotions, objectedTo } from './objections';

export interface CaseView {
  id: string;
  /** `SOL-000204` */
  number: string;
  right: Right;
  scope: Scope;
  /** Why, where the law names it: `marketing`, `b`. */
  cause?: string;
  /** Of an objection: what stops when it is accepted (objections.yaml). */
  objectsTo?: readonly string[];
  /** Promotions ended with it, or wait until it is over. */
  promotions: 'stop' | 'hold';
  state: CaseState;
  outcome?: Outcome;
  receivedAt: Date;
  dueAt: Date;
  /** Whole days until then where the law counts them; below zero, how late it is. */
  daysLeft: number;
  overdue: boolean;
  extendedAt?: Date;
  originalDueAt?: Date;
  extensionReason?: string;
  /** Its one extension can still be asked for, up to then. */
  mayExtend?: Date;
  acknowledgedAt?: Date;
  identity: { needed: IdentityLevel; has: IdentityLevel };
  /** The case of the same message that came first. */
  parent?: string;
  /** As whom somebody else asks; `isProved`: the company saw on what paper. */
  onBehalf?: { relation: string; isProved: boolean };
  masked: string;
  records: number;
  decidedBy?: string;
  /** A signed instruction decided it. */
  standing?: string;
  reason?: string;
  facts?: string;
  kept?: readonly Kept[];
  /** The person's data is out of use now. */
  blocked: boolean;
  /** What a case that asks for a block made of it. */
  block?: Block;
  /** Until when WhatsApp takes our answer to this person; none: they are to write again first. */
  answerUntil?: Date;
  /** Later it can still be announced by an approved notice. */
  byNotice: boolean;
  /** The answer is proved sent, or the company told them by another way. */
  told: boolean;
  /** Until when the person may complain to the authority. */
  claimUntil?: Date;
}

export const caseNumber = (number: number): string => `SOL-${String(number).padStart(6, '0')}`;

/** What is shown of a case: never a number, never a name of the person. */
export function viewOf(row: CaseRow, now: Date): CaseView {
  const { zone } = regimeOf(row.regime);
  const latest = latestExtension(row);
  const mayExtend = latest && isUndecided(row.state) && !row.extended_at && now <= row.due_at;
  return {
    id: row.id,
    number: caseNumber(row.number),
    right: row.right,
    scope: row.scope,
    state: row.state,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    daysLeft: daysBetween(dayIn(now, zone), dayIn(row.due_at, zone)),
    overdue: row.overdue_at !== null || (isOpen(row.state) && now > row.due_at),
    identity: { needed: row.id_needed, has: row.id_level },
    masked: row.masked,
    records: row.records,
    blocked: row.blocked_at !== null,
    promotions: namesPromotions(row) ? 'stop' : 'hold',
    byNotice: row.has_notice,
    told: row.answered_at !== null,
    ...(row.cause && { cause: row.cause }),
    ...(row.right === 'object' && { objectsTo: objectedTo(row) }),
    ...(row.outcome && { outcome: row.outcome }),
    ...(row.extended_at && { extendedAt: row.extended_at }),
    ...(row.original_due_at && { originalDueAt: row.original_due_at }),
    ...(row.extension_reason && { extensionReason: row.extension_reason }),
    ...(mayExtend && { mayExtend: latest }),
    ...(row.acknowledged_at && { acknowledgedAt: row.acknowledged_at }),
    ...(row.parent_id && { parent: row.parent_id }),
    ...(row.relation &&
      row.relation !== 'self' && { onBehalf: { relation: row.relation, isProved: !!row.is_represented } }),
    ...(row.decider && { decidedBy: row.decider }),
    ...(row.standing_id && { standing: row.standing_id }),
    ...(row.ground && { reason: row.ground }),
    ...(row.facts && { facts: row.facts }),
    ...(row.kept && { kept: row.kept }),
    ...(row.block && { block: row.block }),
    ...(row.last_inbound_at && { answerUntil: windowEnd(row.last_inbound_at) }),
    ...(row.claim_until && { claimUntil: row.claim_until }),
  };
}
