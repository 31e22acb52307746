export type LedgerAct = 'given' | 'renewed' | 'withdrawn' | 'expired' | 'pending' | 'declined' | 'needs_reconfirmation';

/** One line of the ledger. */
export interface LedgerEntry {
  act: LedgerAct;
  at: Date;
  /** `person`: their own words or button; anything else was told by somebody else. */
  source: string;
  /** Of a yes, false: the words agreed to or the evidence are not on record. */
  proven?: boolean;
  /** Of a yes: it ends by itself. */
  until?: Date | null;
}

/** `unproven`: somebody said that they agreed, and there is nothing to show for it. */
export type ConsentState = 'given' | 'unproven' | 'pending' | 'withdrawn' | 'needs_reconfirmation' | 'expired' | 'none';

/** How long a question of ours waits for its yes; then it is as if it had never been asked. */
export const pendingDays = 7;
export const pendingMs = pendingDays * 86_400_000;

const never = Number.NEGATIVE_INFINITY;
const last = (entries: readonly LedgerEntry[], ...acts: LedgerAct[]): number =>
  Math.max(never, ...entries.filter(({ act }) => acts.includes(act)).map(({ at }) => at.getTime()));
/** Whether it is a yes, the first or a later one. */
export const isYes = ({ act }: Pick<LedgerEntry, 'act'>): boolean => act === 'given' || act === 'renewed';

/**
 * What the ledger alone says of one channel and purpose: a function of the set of entries, their order of arrival changes nothing.
 * The person's own yes counts unless they withdrew, or were to confirm anew, at the same moment or later; anybody else's only if neither ever
 * happened, whatever its date. The same in SQL: `consents` in audience/standing.table.ts, NO_CONSENT in delivery/gate.table.ts.
 * @param at as it stood then; without it everything counts and nothing has ended by its date
 */
export function stateOf(entries: readonly LedgerEntry[], at?: Date): ConsentState {
  const then = at?.getTime();
  const known = then === undefined ? entries : entries.filter((entry) => entry.at.getTime() <= then);
  const left = last(known, 'withdrawn', 'needs_reconfirmation');
  // An expiry is written down after the fact: what ended by then has ended, whoever asks.
  const over = Math.max(then ?? never, last(known, 'expired'));
  const isOver = ({ until }: LedgerEntry): boolean => !!until && until.getTime() <= over;
  const standing = known.filter(
    (entry) => isYes(entry) && (entry.source === 'person' ? entry.at.getTime() > left : left === never),
  );
  const valid = standing.filter((entry) => !isOver(entry));
  if (valid.some(({ proven }) => proven !== false)) return 'given';
  if (valid.length > 0) return 'unproven';
  return newest([
    ['withdrawn', last(known, 'withdrawn')],
    ['needs_reconfirmation', last(known, 'needs_reconfirmation')],
    ['expired', Math.max(never, ...standing.map(({ until }) => until?.getTime() ?? never))],
    ['pending', pendingSince(known, then)],
  ]);
}

/** Whether a promotion is permitted by the ledger alone: a yes stands, and it is proved. */
export const isGiven = (entries: readonly LedgerEntry[], at?: Date): boolean => stateOf(entries, at) === 'given';

/** Whether any channel may be used. */
export function isGivenOnAny(entries: readonly (LedgerEntry & { channel: string })[], at?: Date): boolean {
  const channels = new Set(entries.map((entry) => entry.channel));
  return [...channels].some((channel) =>
    isGiven(
      entries.filter((one) => [channel, 'all'].includes(one.channel)),
      at,
    ),
  );
}

function pendingSince(known: readonly LedgerEntry[], then: number | undefined): number {
  const asked = last(known, 'pending');
  if (asked <= last(known, 'declined')) return never;
  return then !== undefined && asked + pendingMs <= then ? never : asked;
}

/** What a person was asked in the last days, and has not answered with a no. */
export const openQuestions = <Entry extends LedgerEntry & { channel: string }>(
  entries: readonly Entry[],
  at: Date,
): Entry[] =>
  entries.filter(
    (asked) =>
      asked.act === 'pending' &&
      at.getTime() < asked.at.getTime() + pendingMs &&
      !isAnswered(asked, entries, 'declined'),
  );

/** Of these, those to which nothing at all was said since: a bare yes means them. */
export const unanswered = <Entry extends LedgerEntry & { channel: string }>(
  entries: readonly Entry[],
  at: Date,
): Entry[] =>
  openQuestions(entries, at).filter((asked) => !isAnswered(asked, entries, 'given', 'renewed', 'withdrawn'));

const isAnswered = (
  asked: LedgerEntry & { channel: string },
  entries: readonly (LedgerEntry & { channel: string })[],
  ...acts: LedgerAct[]
): boolean =>
  entries.some(
    ({ act, at, channel, source }) =>
      acts.includes(act) && source === 'person' && at >= asked.at && [asked.channel, 'all'].includes(channel),
  );

/** The one that happened last; of the same moment the one that stands first. */
function newest(ends: readonly [ConsentState, number][]): ConsentState {
  return ends.reduce<[ConsentState, number]>((best, one) => (one[1] > best[1] ? one : best), ['none', never])[0];
}
