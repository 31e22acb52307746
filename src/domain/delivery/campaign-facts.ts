import type { TenantTx } from '../../data/database';
import { routes } from '../accounts/readiness';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { obstacle } from '../campaigns/content';
import { readsLikeAnOffer, saysHowToLeave } from '../campaigns/opt-out-text';
import type { TemplateRow } from '../campaigns/templates.table';
import { domainsOf, readCampaignFacts } from './campaign-facts.table';
import { wordsOf } from './campaign-words';
import { type CampaignCode, type CampaignFacts, campaignRefusals } from './gate';
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
  const route = routes[channel] ?? [];
  const abroad = route.filter(({ country }) => country !== found.country);
  const fits = categories[purpose]?.includes(category) ?? false;
  const facts: CampaignFacts = {
    stops: found.stops,
    contractComplete: found.contract,
    unauthorised: route.map(({ name }) => name).filter((name) => !found.authorised.includes(name)),
    untransferred: abroad
      .filter(({ name, country }) => !found.transferred.includes(`${name}|${country}`))
      .map(({ name }) => name),
    senderRegistered: found.registered,
    purposeDeclared: found.declared,
    basisKnown: found.basis !== null,
    templateApproved: template?.status === 'APPROVED',
    categoryFits: fits && !(purpose !== 'marketing' && readsLikeAnOffer(template?.body ?? '')),
    templateQuality: template?.quality ?? 'UNKNOWN',
    optOutText: template !== undefined && saysHowToLeave(template),
    approvalIntact: row.content_hash === null || obstacle(row, template) !== 'APPROVAL_STALE',
    refusedLinks: template ? refusedIn(template, found.domains) : [],
    suspected:
      isSuspicious(found.points ?? (await judge(tx, row, template, now))) && !found.held.includes('TAKEOVER_SUSPECTED'),
    audienceReady: !found.freezing,
    spent: found.spent,
    costCeiling: found.cost_a_month ?? undefined,
    sentToday: found.sent_today,
    dayCap: found.messages_a_day ?? undefined,
    newCompanyCap: capOf(found.step),
    begunToday: found.begun_today,
    messagingLimit: found.messaging_limit ?? undefined,
  };
  const { lifted } = found;
  const refused = campaignRefusals(purpose, facts, { lifted });
  return { facts, refused, lifted, cap: found.promotions_a_week, room: roomOf(facts, lifted) };
}

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

type Words = Parameters<typeof wordsOf>[0];
const refusedIn = (words: Words, own: readonly string[]): string[] =>
  refusedLinks(wordsOf(words), own).map(({ link }) => link);

/** What people could tap in a template, and the gate would let no campaign send. */
export const refusedLinksOf = async (tx: TenantTx, words: Words): Promise<string[]> =>
  linksIn(wordsOf(words)).length > 0 ? refusedIn(words, await domainsOf(tx)) : [];
