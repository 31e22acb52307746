import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { contactsTable } from '../audience/contacts.table';
import { isOver } from '../campaigns/campaign-state';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { type CampaignPurpose, templatesTable } from '../campaigns/templates.table';
import { askCampaign } from './campaign-facts';
import { liftRule, promotionsCap, waitingPlaces } from './campaign-facts.table';
import { answersOf, recordOf } from './explain.table';
import { type CampaignFacts, type GateCode, type GateRule, ruleOf, rulesFor } from './gate';
import { hoursAt } from './hours';
import { type Place, windowOf } from './windows';

const lookedAt = 500;

/** One rule, and what it said. */
export interface RuleAnswer {
  code: GateCode;
  why: GateRule['why'];
  rule: string;
  answer: 'passes' | 'refuses' | 'lifted';
  /** What was looked at: figures, or names of what is missing. */
  seen?: string;
  /** The next moment at which it lets through. */
  until?: Date;
  /** The account's owner may lift it for this campaign. */
  lifts?: true;
  /** Somebody has to put it right. */
  halts?: true;
}
export interface PersonAnswer {
  rules: readonly RuleAnswer[];
  /** What the campaign wrote down of them; nothing: they are not in it. */
  record?: { state: string; reason: string | null; attempts: number };
}

/** What stands in the way of a campaign as a whole, at its hour: in order, all of it. */
export async function obstaclesOf(tx: TenantTx, row: CampaignRow, now: Date): Promise<Omit<RuleAnswer, 'answer'>[]> {
  if (isOver(row.state)) return [];
  const answers = await campaignAnswers(tx, row, now);
  return answers.flatMap(({ answer, ...rest }) => (answer === 'refuses' ? [rest] : []));
}

/** Lifts one of the customer's own rules for a campaign: what is the law's or Meta's never is. @returns whether it may be */
export async function liftFor(tx: TenantTx, row: CampaignRow, code: string, by: string, now: Date): Promise<boolean> {
  const isOwn = ruleOf(code)?.lifts === 'owner' || code === 'QUIET_HOURS';
  const isNow = (await campaignAnswers(tx, row, now)).find((one) => one.code === code);
  if (!isOwn || (isNow && isNow.why !== 'setting')) return false;
  await liftRule(tx, row.id, code, by, now);
  return true;
}

/** The same by the campaign's id. @throws CAMPAIGN_NOT_FOUND */
export async function rulesOfCampaign(tx: TenantTx, id: string, now: Date): Promise<RuleAnswer[]> {
  const row = isId(id) ? await campaignsTable.get(tx, id) : undefined;
  if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
  return campaignAnswers(tx, row, now);
}

/** Every rule that depends on no person, in order; of the hours, where the customer is, or where its people wait. */
export async function campaignAnswers(tx: TenantTx, row: CampaignRow, now: Date): Promise<RuleAnswer[]> {
  const template = await templatesTable.get(tx, row.template_id);
  const { facts, refused, lifted } = await askCampaign(tx, row, template, now);
  const ofCampaign = rulesFor(row.purpose).filter((rule) => rule.of === 'campaign');
  const answers = ofCampaign.map(({ code }) =>
    answerOf(code, refused.includes(code as never), lifted, seenOf(code, facts)),
  );
  const hours = await hoursAnswer(tx, row, template?.channel ?? 'whatsapp', lifted, now);
  return hours ? [...answers, hours] : answers;
}

/** Every rule of a person as it stands now, whatever the others say. */
export async function personAnswers(
  tx: TenantTx,
  contact: string,
  of: { purpose: CampaignPurpose; channel: string; lifted: readonly string[] },
  now: Date,
): Promise<RuleAnswer[]> {
  const place = await contactsTable.get(tx, contact);
  const hours = hoursAt(place ? [place] : [], of, now);
  const cap = await promotionsCap(tx);
  const said = await answersOf(tx, contact, { ...of, cap }, hours, now);
  return rulesFor(of.purpose)
    .filter((rule) => rule.of === 'person')
    .map(({ code }) => {
      const answer = answerOf(code, said.get(code as never) ?? false, of.lifted);
      const window = code === 'QUIET_HOURS' && place ? windowOf(of.purpose, place.country, of.channel) : undefined;
      return window ? { ...answer, ...ofWindow(window), ...(hours.next && { until: hours.next }) } : answer;
    });
}

/** A person in a campaign: what was written down, and what the gate says now. */
export async function personInCampaign(
  tx: TenantTx,
  contact: string,
  row: CampaignRow,
  now: Date,
): Promise<PersonAnswer> {
  const template = await templatesTable.get(tx, row.template_id);
  const { lifted } = await askCampaign(tx, row, template, now);
  const of = { purpose: row.purpose, channel: template?.channel ?? 'whatsapp', lifted };
  const record = await recordOf(tx, row.batch_id, contact);
  return { rules: await personAnswers(tx, contact, of, now), ...(record && { record }) };
}

function answerOf(code: GateCode, refuses: boolean, lifted: readonly string[], seen?: string): RuleAnswer {
  const { why, rule, lifts, halts } = ruleOf(code) as GateRule;
  const isLifted = lifts === 'owner' && lifted.includes(code);
  const answer = isLifted ? 'lifted' : refuses ? 'refuses' : 'passes';
  return {
    code,
    why,
    rule,
    answer,
    ...(seen && { seen }),
    ...(lifts && !isLifted && { lifts: true as const }),
    ...(halts && { halts: true as const }),
  };
}

async function hoursAnswer(
  tx: TenantTx,
  row: CampaignRow,
  channel: string,
  lifted: readonly string[],
  now: Date,
): Promise<RuleAnswer | undefined> {
  if (!rulesFor(row.purpose).some(({ code }) => code === 'QUIET_HOURS')) return undefined;
  const then = row.scheduled_at && row.scheduled_at > now ? row.scheduled_at : now;
  const waiting = row.content_hash ? await waitingPlaces(tx, row.batch_id, lookedAt) : [];
  const places = waiting.length > 0 ? waiting : await home(tx);
  const { allClosed, next } = hoursAt(places, { purpose: row.purpose, channel, lifted }, then);
  const windows = places.map(({ country }) => windowOf(row.purpose, country, channel));
  // Of hours of both kinds only the company's own can be lifted; the law's go on waiting.
  const window = windows.find((one) => one?.why === 'setting') ?? windows[0];
  if (!window) return undefined;
  const isLifted = !allClosed && lifted.includes('QUIET_HOURS');
  const answer = isLifted ? 'lifted' : allClosed ? 'refuses' : 'passes';
  return { code: 'QUIET_HOURS', answer, ...ofWindow(window), ...(allClosed && next && { until: next }) };
}

const ofWindow = (window: { why: 'law' | 'setting'; rule: string; from: string; to: string }) => ({
  why: window.why,
  rule: window.rule,
  seen: `${window.from}–${window.to}`,
  ...(window.why === 'setting' && { lifts: true as const }),
});

async function home(tx: TenantTx): Promise<Place[]> {
  const row = await tenantsTable.get(tx);
  return row ? [{ country: row.country, zone: row.zone }] : [];
}

/** The figures behind an answer. */
function seenOf(code: GateCode, facts: CampaignFacts): string | undefined {
  const of = (count: number, most: number | undefined) => (most === undefined ? undefined : `${count} / ${most}`);
  const seen: Partial<Record<GateCode, string | undefined>> = {
    SUBPROCESSOR_NOT_AUTHORISED: facts.unauthorised.join(', '),
    TRANSFER_MISSING: facts.untransferred.join(', '),
    SUBPROCESSOR_CONTRACT_OVER: facts.contractsOver.join(', '),
    FIELD_UNDECLARED: facts.undeclared.join(', '),
    TEMPLATE_QUALITY: facts.templateQuality,
    CREDIT_USED_UP: facts.credit === undefined ? undefined : String(Math.floor(facts.credit)),
    COST_CEILING: of(facts.spent, facts.costCeiling),
    LINK_REFUSED: facts.refusedLinks.join(', '),
    TENANT_CAP: of(facts.sentToday, facts.dayCap),
    NEW_COMPANY_CAP: of(facts.sentToday, facts.newCompanyCap),
    MESSAGING_LIMIT: of(facts.begunToday, facts.messagingLimit),
  };
  return seen[code] || undefined;
}
