/** One line of the ledger. */
export interface LedgerEntry {
  act: 'given' | 'withdrawn';
  at: Date;
  /** `person`: their own words or button; anything else was told by the company. */
  source: string;
}

/**
 * Whether a promotion is permitted by the ledger alone. A function of the set of entries: their order of arrival changes nothing.
 * A person's own yes counts unless they withdrew at the same moment or later; a company's record counts only if they never withdrew.
 */
export function isGiven(entries: readonly LedgerEntry[], at?: Date): boolean {
  const known = at ? entries.filter((entry) => entry.at <= at) : entries;
  const withdrawn = known.filter((entry) => entry.act === 'withdrawn').map((entry) => entry.at.getTime());
  const last = Math.max(Number.NEGATIVE_INFINITY, ...withdrawn);
  return known.some(
    (entry) =>
      entry.act === 'given' && (entry.source === 'person' ? entry.at.getTime() > last : withdrawn.length === 0),
  );
}

/** Whether any channel may be used. */
export function isGivenOnAny(entries: readonly (LedgerEntry & { channel: string })[]): boolean {
  const channels = new Set(entries.map((entry) => entry.channel));
  return [...channels].some((channel) => isGiven(entries.filter((one) => [channel, 'all'].includes(one.channel))));
}
