import { AppError } from '../../errors';

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
export type Outcome = 'granted' | 'partial' | 'denied' | 'not_applicable';
/** What is out of use because of this case; `provisional`: since the message came in, until the controller decides. */
export type Block = 'provisional' | 'granted' | 'refused' | 'released';
/** What stays of a partial yes: a category of the data map, on which ground, until when (`2031-12-01`; none: as long as the ground lasts). */
export interface Kept {
  category: string;
  ground: string;
  until?: string;
  /** Of a legal hold: the day on which it is looked at again; it has no end. */
  review?: string;
}

/** What of a case decides where it may go. Where it stands is the state; what has happened meanwhile are moments beside it. */
export interface CaseFacts {
  right: Right;
  state: CaseState;
  outcome: Outcome | null;
  ground: string | null;
  facts: string | null;
  kept: readonly Kept[] | null;
  due_at: Date;
  extended_at: Date | null;
  overdue_at: Date | null;
  confirmed_at: Date | null;
  acknowledged_at: Date | null;
  decided_at: Date | null;
  executed_at: Date | null;
  /** Of an erasure: how many traces a search found, and when it found none. */
  traces: number | null;
  verified_at: Date | null;
  answered_at: Date | null;
  block: Block | null;
  agency_notice: string | null;
}
/** lapse: the person did not answer the question · execute: what was decided is being done · answer: proved sent · close: `isTold` or given up */
export type CaseEvent =
  | { act: 'confirm' | 'lapse' | 'withdraw' | 'acknowledge' | 'overdue' | 'release' | 'told_otherwise' }
  | { act: 'extend'; until: Date; reason: string }
  | { act: 'accept'; kept?: readonly Kept[]; facts?: string }
  | { act: 'reject'; ground: string; facts: string; agencyNotice?: string }
  | { act: 'execute'; isIdentified: boolean }
  | { act: 'verify'; traces: number }
  | { act: 'answer'; proof: { hash: Buffer; at: Date } | undefined }
  | { act: 'close' };
/** What the law says of such a case, from rights.yaml and deadlines.yaml. */
export interface CaseRules {
  mustConfirm: boolean;
  grounds: readonly string[];
  /** Of these grounds: they say that the right does not apply. */
  notApplicable: readonly string[];
  /** The latest day an extension may reach; none: there is no extension. */
  latestExtension?: Date;
}

/** Fewer letters are no reason. */
const shortestFacts = 20;
const shortestReason = 10;

/** They speak of the request as a whole: nothing that is held stays because of them. */
const ofRequest: readonly string[] = ['identity_not_verified', 'not_the_subject', 'no_data'];
export const mayKeep = (ground: string): boolean => !ofRequest.includes(ground);

const undecided: readonly CaseState[] = ['received', 'unconfirmed', 'confirmed'];
const over: readonly CaseState[] = ['answered', 'closed', 'withdrawn'];

/** Nothing was done yet: the controller may still refuse it, and the person take it back. A yes may wait long for a proof of who asks. */
const notBegun: readonly CaseState[] = [...undecided, 'accepted'];

export const isUndecided = (state: CaseState): boolean => undecided.includes(state);
/** Whether the same wish said again belongs to this case. */
export const isOpen = (state: CaseState): boolean => !over.includes(state);
export const isRefusal = (outcome: Outcome | null): boolean => outcome === 'denied' || outcome === 'not_applicable';

type Act = CaseEvent['act'];
type Move<A extends Act> = (
  one: CaseFacts,
  event: Extract<CaseEvent, { act: A }>,
  at: Date,
  rules: CaseRules,
) => Partial<CaseFacts>;

function must(one: CaseFacts, states: readonly CaseState[]): void {
  if (!states.includes(one.state)) throw new AppError('CASE_STATE', { status: one.state });
}
const isText = (text: string | undefined, least: number): text is string =>
  text !== undefined && text.trim().length >= least;

const accept: Move<'accept'> = (one, { kept = [], facts }, at, { mustConfirm, grounds }) => {
  must(one, mustConfirm ? ['unconfirmed', 'confirmed'] : undecided);
  const block: Pick<CaseFacts, 'block'> = { block: one.right === 'block' ? 'granted' : one.block };
  const decided = { state: 'accepted', decided_at: at, ...block } as const;
  if (kept.length === 0) return { ...decided, outcome: 'granted' };
  if (!isText(facts, shortestFacts) || kept.some(({ ground }) => !grounds.includes(ground) || !mayKeep(ground)))
    throw new AppError('REJECTION_INCOMPLETE');
  return { ...decided, outcome: 'partial', kept, facts: facts.trim() };
};

const reject: Move<'reject'> = (one, { ground, facts, agencyNotice }, at, { grounds, notApplicable }) => {
  must(one, notBegun);
  if (!grounds.includes(ground) || !isText(facts, shortestFacts)) throw new AppError('REJECTION_INCOMPLETE');
  const outcome = notApplicable.includes(ground) ? 'not_applicable' : 'denied';
  const refused = { state: 'rejected', outcome, decided_at: at, ground, facts: facts.trim(), kept: null } as const;
  if (one.right !== 'block') return refused;
  if (!isText(agencyNotice, 1)) throw new AppError('AGENCY_NOTICE_MISSING');
  return { ...refused, block: 'refused', agency_notice: agencyNotice.trim() };
};

const extend: Move<'extend'> = (one, { until, reason }, at, { latestExtension }) => {
  must(one, undecided);
  if (!latestExtension) throw new AppError('EXTENSION_NOT_ALLOWED');
  if (one.extended_at) throw new AppError('EXTENSION_USED');
  if (at > one.due_at) throw new AppError('EXTENSION_LATE');
  if (!isText(reason, shortestReason)) throw new AppError('EXTENSION_INCOMPLETE');
  if (!(until > one.due_at && until <= latestExtension)) throw new AppError('EXTENSION_INCOMPLETE');
  return { due_at: until, extended_at: at };
};

/** An erasure that was carried out ends when nothing is found any more. */
const needsSearch = (one: CaseFacts): boolean => one.right === 'erase' && one.executed_at !== null;

const moves: { readonly [A in Act]: Move<A> } = {
  confirm: (one, _, at) => {
    must(one, ['received', 'unconfirmed']);
    return { state: 'confirmed', confirmed_at: at };
  },
  lapse: (one) => {
    must(one, ['received']);
    return { state: 'unconfirmed' };
  },
  withdraw: (one) => {
    must(one, notBegun);
    return { state: 'withdrawn', ...(one.right === 'block' && { block: 'released' }) };
  },
  acknowledge: (one, _, at) => {
    if (!isOpen(one.state)) throw new AppError('CASE_STATE', { status: one.state });
    return one.acknowledged_at ? {} : { acknowledged_at: at };
  },
  extend,
  accept,
  reject,
  execute: (one, { isIdentified }, at) => {
    must(one, ['accepted']);
    if (!isIdentified) throw new AppError('IDENTITY_NOT_PROVED');
    return { state: 'executing', executed_at: at };
  },
  verify: (one, { traces }, at) => {
    must(one, ['executing', 'answered']);
    return { traces, verified_at: traces === 0 ? at : null };
  },
  answer: (one, { proof }) => {
    must(one, ['executing', 'rejected']);
    if (!proof) throw new AppError('CASE_STATE', { status: one.state });
    return { state: 'answered', answered_at: proof.at };
  },
  close: (one) => {
    must(one, ['executing', 'rejected', 'answered']);
    if (needsSearch(one) && !one.verified_at) throw new AppError('CASE_STATE', { status: one.state });
    return { state: 'closed' };
  },
  told_otherwise: (one, _, at) => {
    must(one, ['closed']);
    if (one.answered_at) throw new AppError('CASE_STATE', { status: one.state });
    return { answered_at: at };
  },
  overdue: (one, _, at) => {
    if (!isOpen(one.state) || at <= one.due_at) throw new AppError('CASE_STATE', { status: one.state });
    return one.overdue_at ? {} : { overdue_at: at };
  },
  release: (one) => {
    if (one.block !== 'granted') throw new AppError('CASE_STATE', { status: one.state });
    return { block: 'released' };
  },
};

/**
 * Where a case goes: what changes of it, or why it may not.
 * @throws CASE_STATE, REJECTION_INCOMPLETE, AGENCY_NOTICE_MISSING, EXTENSION_NOT_ALLOWED, EXTENSION_USED, EXTENSION_LATE, EXTENSION_INCOMPLETE, IDENTITY_NOT_PROVED
 */
export function next(one: CaseFacts, event: CaseEvent, at: Date, rules: CaseRules): Partial<CaseFacts> {
  const move = moves[event.act] as Move<Act>;
  return move(one, event as never, at, rules);
}
