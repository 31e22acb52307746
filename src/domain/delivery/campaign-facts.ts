import type { TenantTx } from '../../data/database';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { obstacle } from '../campaigns/content';
import { readsLikeAnOffer, saysHowToLeave } from '../campaigns/opt-out-text';
import type { CampaignPurpose, TemplateRow } from '../campaigns/templates.table';
import { fieldsIn } from '../registers/disclosures';
import { contractStanding, routeOf, type Subprocessor } from '../registers/subprocessors';
import { type CampaignFactsRow, domainsOf, readCampaignFacts, readWay, type WayRow } from './campaign-facts.table';
import { wordsOf } from './campaign-words';
import { type CampaignCode, type CampaignFacts, campaignRefusals, nothingAmiss, type SinglePurpose } from './gate';
import { capOf } from './ladder';
import { linksIn, refusedLinks } from './link-rules';
import { isSuspicious, judge } from './suspicion';

/** What the gate says of a campaign as a whole, now. */
export interface CampaignAnswer {
  facts: CampaignFacts;
  /** All that refuses, in order. */
  refused: readonly CampaignCode[];
  /** Rules that its owner lifted. */
  lifted: readonly string[];
  /** Promotions to one person in seven days; null: as many as there are. */
  cap: number | null;
  /** How many more may begin now; undefined: no limit. */
  room: number | undefined;
}

const categories: Readonly<Record<string, readonly string[]>> = {
  marketing: ['MARKETING'],
  service: ['UTILITY'],
  collections: ['UTILITY'],
};

/** Asks every rule that depends on no person. Cheap: one row of the database, asked again before every claim. */
export async function askCampaign(
  tx: TenantTx,
  row: CampaignRow,
  template: TemplateRow | undefined,
  now: Date,
): Promise<CampaignAnswer> {
  const { purpose } = row;
  const channel = template?.channel ?? 'whatsapp';
  const category = template?.category ?? '';
  const of = { campaign: row.id, batch: row.batch_id, sender: row.sender_id, channel, purpose, category };
  const found = await readCampaignFacts(tx, of, now);
  const facts: CampaignFacts = {
    ...factsOf(found, purpose, template, now),
    approvalIntact: row.content_hash === null || obstacle(row, template) !== 'APPROVAL_STALE',
    suspected:
      isSuspicious(found.points ?? (await judge(tx, row, template, now))) && !found.held.includes('TAKEOVER_SUSPECTED'),
  };
  const { lifted } = found;
  const refused = campaignRefusals(purpose, facts, { lifted });
  return { facts, refused, lifted, cap: found.promotions_a_week, room: roomOf(facts, lifted) };
}

/** The same of a template that goes to one person and belongs to no campaign: nobody approved it but who sends it. */
export async function askAlone(
  tx: TenantTx,
  template: TemplateRow,
  sender: string,
  now: Date,
): Promise<CampaignCode | undefined> {
  const { id: campaign, channel, category } = template;
  const of = { campaign, batch: '0', sender, channel, purpose: 'service', category };
  return campaignRefusals('service', factsOf(await readCampaignFacts(tx, of, now), 'service', template, now))[0];
}

function factsOf(
  found: CampaignFactsRow,
  purpose: CampaignPurpose,
  template: TemplateRow | undefined,
  now: Date,
): CampaignFacts {
  const route = routeOf(template?.channel ?? 'whatsapp');
  const fits = categories[purpose]?.includes(template?.category ?? '') ?? false;
  return {
    ...nothingAmiss,
    stops: found.stops,
    contractComplete: found.contract,
    ...wayOf(route, found),
    contractsOver: route.filter((one) => contractStanding(one, now).is === 'over').map(({ id }) => id),
    undeclared: template ? undeclared(route, template) : [],
    assessed: found.assessed,
    senderRegistered: found.registered,
    purposeDeclared: found.declared,
    basisKnown: found.basis !== null,
    templateApproved: template?.status === 'APPROVED',
    categoryFits: fits && !(purpose !== 'marketing' && readsLikeAnOffer(template?.body ?? '')),
    templateQuality: template?.quality ?? 'UNKNOWN',
    optOutText: template !== undefined && saysHowToLeave(template),
    refusedLinks: template ? refusedIn(template, found.domains) : [],
    audienceReady: !found.freezing,
    spent: found.spent,
    costCeiling: found.cost_a_month ?? undefined,
    credit: found.credit ?? undefined,
    sentToday: found.sent_today,
    dayCap: found.messages_a_day ?? undefined,
    newCompanyCap: capOf(found.step),
    begunToday: found.begun_today,
    messagingLimit: found.messaging_limit ?? undefined,
  };
}

/** Of those who carry it, whom the customer did not authorise, and who is abroad without a ground on record. */
function wayOf(route: readonly Subprocessor[], found: WayRow): Pick<CampaignFacts, 'unauthorised' | 'untransferred'> {
  const isCovered = ({ id, country }: Subprocessor) =>
    country === found.country || found.transferred.includes(`${id}|${country}`);
  return {
    unauthorised: route.map(({ id }) => id).filter((id) => !found.authorised.includes(id)),
    untransferred: route.filter((one) => !isCovered(one)).map(({ id }) => id),
  };
}

/** What the gate says of a single message's way, whoever it goes to; undefined: it may go it. */
export async function askWay(tx: TenantTx, purpose: SinglePurpose, channel: string): Promise<CampaignCode | undefined> {
  const facts = { ...nothingAmiss, ...wayOf(routeOf(channel), await readWay(tx)) };
  return campaignRefusals(purpose, facts)[0];
}

const undeclared = (route: readonly Subprocessor[], template: TemplateRow): string[] =>
  fieldsIn(template).filter((field) => route.some(({ fields }) => !fields.includes(field)));

function roomOf(facts: CampaignFacts, lifted: readonly string[]): number | undefined {
  const rest = (most: number | undefined, used: number): number => (most ?? Number.POSITIVE_INFINITY) - used;
  const limits = [
    rest(facts.messagingLimit, facts.begunToday),
    rest(lifted.includes('TENANT_CAP') ? undefined : facts.dayCap, facts.sentToday),
    rest(facts.newCompanyCap, facts.sentToday),
  ];
  const room = Math.min(...limits);
  return Number.isFinite(room) ? Math.max(0, room) : undefined;
}

/** For how many there is room now: by limits, and by what is left of the credit, were each as dear as the dearest. The last one may be paid in part. */
export function roomIn({ room, facts }: CampaignAnswer, prices: string): number {
  const most = room ?? Number.POSITIVE_INFINITY;
  if (facts.credit === undefined || facts.credit <= 0) return most;
  const dearest = Math.max(0, ...Object.values(JSON.parse(prices) as Record<string, number>));
  return dearest > 0 ? Math.min(most, Math.max(1, Math.floor(facts.credit / dearest))) : most;
}

type Words = Parameters<typeof wordsOf>[0];
const refusedIn = (words: Words, own: readonly string[]): string[] =>
  refusedLinks(wordsOf(words), own).map(({ link }) => link);

/** What people could tap in a template, and the gate would let no campaign send. */
export const refusedLinksOf = async (tx: TenantTx, words: Words): Promise<string[]> =>
  linksIn(wordsOf(words)).length > 0 ? refusedIn(words, await domainsOf(tx)) : [];
