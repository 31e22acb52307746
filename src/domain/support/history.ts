import type { TenantTx } from '../../data/database';
import type { Audience } from '../audience/audience.service';
import type { Consent } from '../consent/consent.service';
import { actsBefore, askedBefore, didBefore, sentBefore, wroteBefore } from './history.table';

export interface TimelineLine {
  at: Date;
  what: string;
  vars: Record<string, string>;
}
export interface History {
  contact: string;
  masked: string;
  /** Oldest first. */
  lines: readonly TimelineLine[];
  /** There is more before the first of them. */
  more: boolean;
}

const shown = 10;
/** How far back the audit is read for it. */
const trailDays = 90;
const trailFrom = (before: Date): Date => new Date(before.getTime() - trailDays * 86_400_000);
const later = (one: Date, other: Date): Date => (one > other ? one : other);
const done: Readonly<Record<string, string>> = {
  'handoff.opened': 'handed_off',
  'handoff.answered': 'answered_by',
  'handoff.resolved': 'resolved_by',
  'person.shown_number': 'seen_by',
  'person.shown_talk': 'seen_by',
};
const did: Readonly<Record<string, string>> = {
  clicked: 'did_clicked',
  replied: 'did_replied',
  reacted: 'did_reacted',
};

/** What happened between the company and one person, a page at a time, from the newest back: no word of either side stands in it. */
export async function historyOf(
  tx: TenantTx,
  { audience, consent }: { audience: Audience; consent: Consent },
  contact: string,
  before: Date,
): Promise<History> {
  const most = shown + 1;
  const since = (await audience.holder(tx, contact))?.since ?? new Date(0);
  const campaign = ({ number, name }: { number: number | null; name: string | null }) =>
    number === null ? '' : `C-${number} · ${name ?? ''}`;
  const all: TimelineLine[] = [
    ...(since.getTime() > 0 && since < before ? [{ at: since, what: 'new_holder', vars: {} }] : []),
    ...(await consent.ledger(tx, contact))
      .filter(({ at }) => at >= since && at < before)
      .map(({ at, act, channel, source }) => ({ at, what: `consent_${act}`, vars: { channel, source } })),
    ...(await sentBefore(tx, contact, before, most)).map((row) => ({
      at: row.at,
      what: row.number === null ? 'message_answer' : 'message_campaign',
      vars: { state: row.state, campaign: campaign(row), channel: row.channel, code: row.reason ?? '' },
    })),
    ...(await didBefore(tx, contact, before, most)).map((row) => ({
      at: row.at,
      what: did[row.kind] ?? 'did_reacted',
      vars: { campaign: campaign(row) },
    })),
    ...(await wroteBefore(tx, contact, before, most)).map((at) => ({ at, what: 'wrote', vars: {} })),
    ...(await actsBefore(tx, contact, Object.keys(done), { since: later(since, trailFrom(before)), before, most })).map(
      ({ at, act, name }) => ({ at, what: done[act] ?? 'handed_off', vars: { name: name ?? '' } }),
    ),
    ...(await askedBefore(tx, contact, before, most)).map(({ at, number, right, state }) => ({
      at,
      what: 'case',
      vars: { number: `SOL-${String(number).padStart(6, '0')}`, right, state },
    })),
  ].sort((a, b) => a.at.getTime() - b.at.getTime());
  // What happened in the same moment stays on one page: the page before ends where this one begins.
  let from = Math.max(0, all.length - shown);
  while (from > 0 && all[from - 1]?.at.getTime() === all[from]?.at.getTime()) from -= 1;
  return { contact, masked: await audience.masked(tx, contact), lines: all.slice(from), more: from > 0 };
}
