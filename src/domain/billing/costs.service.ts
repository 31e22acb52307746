import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { instantOf, localTime } from '../audience/local-time';
import { campaignsTable } from '../campaigns/campaigns.table';
import { smsParts } from '../campaigns/sms-parts';
import { fill, filled } from '../campaigns/template-parts';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { countCountries, lookingAt } from '../delivery/audience.table';
import { type ChargedRow, ceiling, chargedRows, ownPrices } from './charges.table';
import { currencyOf, fine, finely, type OwnPrice, priceOf, rateCards } from './rate-cards';

/** In the smallest unit of its currency: cents, or pesos where there are none. */
export interface Money {
  amount: number;
  currency: string;
}
export interface CostLine {
  channel: string;
  /** Of whom it goes to; empty: of people who were erased since. */
  country: string;
  messages: number;
  cost: Money;
}
export interface Cost {
  total: Money;
  lines: readonly CostLine[];
}
export type Counted = Pick<ChargedRow, 'channel' | 'category' | 'country' | 'day' | 'messages'> & { parts: number };
interface Payer {
  currency: string;
  country: string;
  zone: string;
  own: readonly OwnPrice[];
}

const onDelivery = Object.keys(rateCards.charged).filter((channel) => rateCards.charged[channel] === 'delivered');

/** What sending costs, before and after. */
export const costs = {
  /**
   * What a campaign would cost at its hour: everybody of its group who can be written to, by their country; an SMS in as many parts as its words take.
   * @returns undefined where no price is known. @throws CAMPAIGN_NOT_FOUND
   */
  async estimate(tx: TenantTx, campaign: string, now: Date): Promise<Cost | undefined> {
    const row = await campaignsTable.get(tx, campaign);
    const template = row && (await templatesTable.get(tx, row.template_id));
    if (!row || !template) throw new AppError('CAMPAIGN_NOT_FOUND');
    const payer = await payerOf(tx);
    const looking = await lookingAt(tx, row, now);
    const people = await countCountries(tx, row.segment, looking);
    const { channel, category } = template;
    const { day } = localTime(looking.now, payer.zone);
    const parts = partsOf(template);
    const rows = people.map(({ country, count }) => ({ channel, category, country, day, parts, messages: count }));
    return costOf(rows, payer);
  },

  /** What a campaign has cost so far: what arrived, or was taken, as its channel is charged. @throws CAMPAIGN_NOT_FOUND */
  async actual(tx: TenantTx, campaign: string): Promise<Cost | undefined> {
    if (!(await campaignsTable.get(tx, campaign))) throw new AppError('CAMPAIGN_NOT_FOUND');
    return costOf(await withParts(tx, await chargedRows(tx, { campaign }, onDelivery)), await payerOf(tx));
  },

  /** What left this month, by the customer's calendar, and what it lets itself spend. */
  async month(tx: TenantTx, now: Date): Promise<{ cost: Cost | undefined; ceiling?: Money }> {
    const payer = await payerOf(tx);
    const most = await ceiling(tx);
    const rows = await chargedSince(tx, monthOf(now, payer.zone));
    return { cost: costOf(rows, payer), ...(most && { ceiling: moneyOf(finely(most), payer.currency) }) };
  },

  /** By country, and `*` for the others: what one message of this template costs now, as JSON in the customer's money. What it claims is counted with it. */
  async prices(tx: TenantTx, template: TemplateRow, now: Date): Promise<string> {
    const { currency, zone, own } = await payerOf(tx);
    const { day } = localTime(now, zone);
    const { channel, category } = template;
    const known = [
      ...rateCards.cards.flatMap(({ prices }) => Object.keys(prices)),
      ...own.map(({ country }) => country),
    ];
    const parts = partsOf(template);
    const priced = [...new Set(known)].flatMap((country) => {
      const price = priceOf({ currency, channel, category, country, day }, own);
      return price === undefined ? [] : [[country, (price * parts) / fine]];
    });
    return JSON.stringify(Object.fromEntries(priced));
  },
};

/** What is charged of all that left since a moment, with what each message is paid in. */
export const chargedSince = async (tx: TenantTx, since: Date): Promise<Counted[]> =>
  withParts(tx, await chargedRows(tx, { since }, onDelivery));

export async function payerOf(tx: TenantTx): Promise<Payer> {
  const tenant = await tenantsTable.get(tx);
  if (!tenant) throw new AppError('TENANT_REQUIRED');
  return { currency: currencyOf(tenant.country), country: tenant.country, zone: tenant.zone, own: await ownPrices(tx) };
}

/** Of SMS, by its words with what stands in for an unknown name: what each person's own would take is not kept. */
const partsOf = ({ channel, body, variables }: Pick<TemplateRow, 'channel' | 'body' | 'variables'>): number =>
  channel === 'sms' ? smsParts(filled(body, fill(variables, {}))) : 1;

async function withParts(tx: TenantTx, rows: readonly ChargedRow[]): Promise<Counted[]> {
  const parts = new Map<string, number>();
  for (const id of new Set(rows.map(({ template }) => template))) {
    const template = await templatesTable.get(tx, id);
    if (template) parts.set(id, partsOf(template));
  }
  return rows.map((row) => ({ ...row, category: row.category.toUpperCase(), parts: parts.get(row.template) ?? 1 }));
}

/** Those erased since have no country: each is counted as the others cost on average. */
function costOf(rows: readonly Counted[], { currency, own }: Payer): Cost | undefined {
  const lines = new Map<string, { channel: string; country: string; messages: number; fine: number }>();
  let known = { messages: 0, fine: 0 };
  for (const { parts, messages, ...of } of rows.toSorted((a, b) => (a.country > b.country ? -1 : 1))) {
    const price = priceOf({ currency, ...of }, own);
    if (price === undefined) return undefined;
    const isGone = of.country === '' && known.messages > 0;
    const cost = isGone ? Math.round((known.fine / known.messages) * messages) : price * parts * messages;
    known = { messages: known.messages + messages, fine: known.fine + cost };
    const key = `${of.channel} ${of.country}`;
    const line = lines.get(key) ?? { channel: of.channel, country: of.country, messages: 0, fine: 0 };
    lines.set(key, { ...line, messages: line.messages + messages, fine: line.fine + cost });
  }
  const total = moneyOf(known.fine, currency);
  const said = [...lines.values()]
    .map(({ fine: cost, ...line }) => ({ ...line, cost: moneyOf(cost, currency) }))
    .toSorted((a, b) => b.cost.amount - a.cost.amount);
  return { total, lines: addingUp(said, total).toSorted((a, b) => b.messages - a.messages) };
}

/** Each was rounded by itself: what that leaves over is the dearest line's, so that the lines are the total. */
export function addingUp<L extends { cost: Money }>(lines: readonly L[], total: Money): L[] {
  const over = total.amount - lines.reduce((sum, { cost }) => sum + cost.amount, 0);
  return lines.map((line, at) =>
    at === 0 ? { ...line, cost: { ...line.cost, amount: line.cost.amount + over } } : line,
  );
}

/** Rounded once, when it is said. */
export const moneyOf = (amount: number, currency: string): Money => ({
  amount: Math.round((amount * 10 ** (rateCards.digits[currency] ?? 2)) / fine),
  currency,
});

export function monthOf(now: Date, zone: string): Date {
  const { day } = localTime(now, zone);
  return instantOf(`${day.slice(0, 8)}01`, 0, zone);
}
