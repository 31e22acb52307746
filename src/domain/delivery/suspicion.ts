import type { TenantTx } from '../../data/database';
import { localTime } from '../audience/local-time';
import type { CampaignRow } from '../campaigns/campaigns.table';
import type { TemplateRow } from '../campaigns/templates.table';
import { wordsOf } from './campaign-words';
import { guards } from './guards';
import { domainOf, linksIn } from './link-rules';
import { isNewHere, keepSuspicion, readSigns, type Signs } from './suspicion.table';

const rules = guards.suspicion;
export type Sign = keyof typeof rules.points;

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What speaks for somebody else sending by this account. Pure: the points of each are in guards.yaml. */
export function signsOf(seen: Signs, domains: readonly string[], askedAt: Date, now: Date): Sign[] {
  const isYoung = now.getTime() - seen.companySince.getTime() < rules.companyDays * dayMs;
  const isNew = (since: Date | null): boolean =>
    !isYoung && since !== null && now.getTime() - since.getTime() < rules.hours * hourMs;
  const hour = Math.floor(localTime(askedAt, seen.zone).ms / hourMs);
  const used = new Set(seen.wordsBefore.flatMap((words) => linksIn(words).map(domainOf)));
  const held: Readonly<Record<Sign, boolean>> = {
    new_author: isNew(seen.authorSince),
    new_approver: isNew(seen.approverSince),
    night: hour >= rules.night.from || hour < rules.night.to,
    new_domain: !isYoung && domains.some((one) => !used.has(one)),
    new_template: isNew(seen.templateSince),
    first_campaign: !isYoung && !seen.authorHasSent,
    many_drafts: seen.draftsInHour >= rules.drafts,
    everybody: seen.people * 100 >= rules.everybodyPercent * seen.allPeople,
    larger: !isYoung && seen.largestBefore > 0 && seen.people >= rules.timesLarger * seen.largestBefore,
  };
  return (Object.keys(held) as Sign[]).filter((sign) => held[sign]);
}

export const pointsOf = (signs: readonly Sign[]): number => signs.reduce((sum, sign) => sum + rules.points[sign], 0);
export const isSuspicious = (points: number): boolean => points >= rules.limit;

/** Judges a campaign that is being sent, once, before its first message; any other is not suspected yet. @returns points */
export async function judge(
  tx: TenantTx,
  row: CampaignRow,
  template: TemplateRow | undefined,
  now: Date,
): Promise<number> {
  if (row.state !== 'sending' || !template) return 0;
  const seen = await readSigns(tx, row, now);
  const domains = linksIn(wordsOf(template)).flatMap((link) => domainOf(link) ?? []);
  const signs = signsOf(seen, domains, row.frozen_at ?? now, now);
  await keepSuspicion(tx, row.id, pointsOf(signs), signs, now);
  return pointsOf(signs);
}

/** Whether somebody is here long enough to say that a suspicious campaign is theirs. */
export const mayVouch = async (tx: TenantTx, member: string, now: Date): Promise<boolean> =>
  !(await isNewHere(tx, member, new Date(now.getTime() - rules.hours * hourMs), rules.companyDays, now));
