import type { TenantTx } from '../data/database';
import { campaignReport } from '../domain/reports/campaign-report';
import type { ReportFiles } from '../domain/reports/report-files';
import { AppError } from '../errors';
import type { Language } from '../intent';
import type { Services } from '../services';

/** What a campaign did, and the files that tell of it, bound to a turn. */
export const bindReports = (
  tx: TenantTx,
  files: ReportFiles,
  actor: { id: string; roles: readonly string[] },
  { language, now }: { language: Language; now: Date },
): Services['reports'] => ({
  of: (campaign) => campaignReport(tx, campaign),
  show: (campaign, { picture }) => files.show(tx, campaign, { language, picture }, actor, now),
  take: (campaign, topic, { kind, reason, isWhole }) => {
    if (kind !== 'csv' && kind !== 'pdf') throw new AppError('ACTION_INVALID');
    return files.take(tx, { campaign, topic, language }, { kind, reason, isWhole }, actor, now);
  },
  measure: (on) => files.measure(tx, on, actor, now),
});
