import type { TenantTx } from '../../data/database';
import { campaignsTable } from '../campaigns/campaigns.table';
import { reports } from '../reports/reports.service';
import { campaignsBetween, failedAnswers } from './failures.table';

export interface Reason {
  code: string;
  count: number;
}
export interface Failures {
  /** Those with something that failed, did not leave, or that nobody knows of. */
  campaigns: readonly { id: string; number: number; name: string; failed: number; unknown: number }[];
  /** Of all of them together, the most frequent first. */
  reasons: readonly Reason[];
  unknown: number;
  /** Of answers to people. */
  answers: readonly Reason[];
}

const mostCampaigns = 20;
const lookedAt = 500;

/** Why messages did not arrive, of one campaign or of a stretch of time: from counters, so that a million says it as fast as ten. */
export async function failuresOf(
  tx: TenantTx,
  { campaign, from, until }: { campaign?: string; from: Date; until: Date },
): Promise<Failures> {
  const ids = campaign ? [campaign] : await campaignsBetween(tx, from, until, mostCampaigns);
  const reasons = new Map<string, number>();
  const campaigns: Failures['campaigns'][number][] = [];
  for (const id of ids) {
    const row = await campaignsTable.get(tx, id);
    if (!row) continue;
    const found = await reports.failures(tx, row);
    const { unknown } = await reports.figures(tx, row);
    const failed = found.reduce((sum, { count }) => sum + count, 0);
    if (failed + unknown > 0) campaigns.push({ id, number: row.number, name: row.name, failed, unknown });
    for (const { code, count } of found) reasons.set(code, (reasons.get(code) ?? 0) + count);
  }
  return {
    campaigns,
    reasons: [...reasons].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
    unknown: campaigns.reduce((sum, one) => sum + one.unknown, 0),
    answers: campaign ? [] : await failedAnswers(tx, from, until, lookedAt),
  };
}
