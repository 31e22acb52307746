import type { TenantTx } from '../../data/database';
import type { Expression } from '../audience/segments/expression';
import type { Figures } from '../campaigns/campaign';
import type { CampaignRow } from '../campaigns/campaigns.table';
import type { Headcount } from '../campaigns/segments.service';
import { countAudience, type Looking, lookingAt } from '../delivery/audience.table';
import { countStates, type StateCount } from '../delivery/counts.table';
import { countInstead } from '../delivery/fallback.table';
import { countLeft } from './figures.table';

/** States in which a message has left. */
export const reached = ['accepted', 'sent', 'delivered', 'read'];

/** What a campaign did, from the counters of its rows: selected = left out + sent + failed + unknown + cancelled + queued, always. */
export const reports = {
  async figures(tx: TenantTx, row: CampaignRow): Promise<Figures> {
    const states = await countFamily(tx, row);
    const of = (...names: string[]) => sum(states.filter((one) => names.includes(one.state)));
    const selected = sum(states);
    return {
      selected,
      sendable: selected - of('left_out'),
      leftOut: byReason(states, 'left_out'),
      sent: of(...reached),
      delivered: of('delivered', 'read'),
      read: of('read'),
      failed: of('failed'),
      unknown: of('unknown'),
      optedOut: await countLeft(tx, row.batch_id, row.frozen_at),
      cancelled: of('cancelled'),
      queued: of('planned', 'sending'),
    };
  },

  /** Failures and late refusals by their code. */
  async failures(tx: TenantTx, row: CampaignRow): Promise<{ code: string; count: number }[]> {
    const states = await countFamily(tx, row);
    return [...byReason(states, 'failed'), ...byReason(states, 'cancelled')];
  },

  /** Of a segment: how many may be written to by this channel, and why the rest may not. */
  async headcount(tx: TenantTx, segment: Expression, looking: Looking): Promise<Headcount> {
    const counts = await countAudience(tx, segment, looking);
    const sendable = counts.find((one) => one.code === null)?.count ?? 0;
    const leftOut = counts.flatMap((one) => (one.code ? [{ code: one.code, count: one.count }] : []));
    return { selected: sum(counts), sendable, leftOut };
  },

  async preview(tx: TenantTx, row: CampaignRow, now: Date): Promise<Figures> {
    return {
      ...(await reports.headcount(tx, row.segment, await lookingAt(tx, row, now))),
      sent: 0,
      delivered: 0,
      read: 0,
      failed: 0,
      unknown: 0,
      optedOut: 0,
      cancelled: 0,
      queued: 0,
    };
  },
};

/** Whoever was written to by another channel counts by what became of that. Batches of fallbacks alone are looked at row by row. */
async function countFamily(tx: TenantTx, row: CampaignRow): Promise<StateCount[]> {
  const counts = new Map<string, StateCount>();
  const add = (state: string, reason: string | null, count: number) => {
    const key = `${state} ${reason ?? ''}`;
    counts.set(key, { state, reason, count: (counts.get(key)?.count ?? 0) + count });
  };
  for (const { state, reason, count } of await countStates(tx, row.batch_id)) add(state, reason, count);
  for (const { reason, state, why, count } of await countInstead(tx, row.id, row.batch_id)) {
    add('failed', reason, -count);
    add(state, why, count);
  }
  return [...counts.values()].filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
}

const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, row) => total + row.count, 0);
const byReason = (states: readonly StateCount[], state: string) =>
  states.filter((one) => one.state === state).map((one) => ({ code: one.reason ?? 'UNKNOWN', count: one.count }));
