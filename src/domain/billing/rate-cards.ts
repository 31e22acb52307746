import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Prices of one channel and category in one currency, from a day until another (not any more on it). */
export interface Card {
  currency: string;
  channel: string;
  /** The template's, or `*`. */
  category: string;
  /** `2026-10-01`, as the customer's calendar has it. */
  from: string;
  until?: string;
  /** By the person's country, or `*`: `0.0889`. */
  prices: Readonly<Record<string, string>>;
}
export interface RateCards {
  currencies: Readonly<Record<string, string>>;
  digits: Readonly<Record<string, number>>;
  charged: Readonly<Record<string, 'delivered' | 'accepted'>>;
  cards: readonly Card[];
}
/** Of which message the price is asked. */
export interface Priced {
  currency: string;
  channel: string;
  category: string;
  country: string;
  /** `2026-12-01` */
  day: string;
}
/** The customer's own: from that day until its next. null: from then on the list holds again. */
export type OwnPrice = Omit<Priced, 'day'> & { from: string; price: string | null };

/** Money is counted in ten-thousandths of its unit until it is said: a mail costs less than a cent. */
export const fine = 10_000;

/** @throws when a day has two prices, when one between two cards has none, or when a price is none */
export function checked(cards: RateCards): RateCards {
  const groups = new Map<string, Card[]>();
  for (const card of cards.cards) {
    const name = `${card.currency} ${card.channel} ${card.category}`;
    groups.set(name, [...(groups.get(name) ?? []), card]);
  }
  for (const [name, group] of groups) {
    const sorted = group.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    for (const [at, { from, until, prices }] of sorted.entries()) {
      const next = sorted[at + 1]?.from;
      if (until !== undefined && until <= from) throw new Error(`rate card ${name}: ends before it begins (${from})`);
      if (next !== undefined && (until ?? '9') > next) throw new Error(`rate card ${name}: two prices on ${next}`);
      if (next !== undefined && (until ?? '9') < next) throw new Error(`rate card ${name}: no price on ${until}`);
      if (!prices['*']) throw new Error(`rate card ${name}: no price for other countries`);
      for (const price of Object.values(prices)) finely(price);
    }
    const { currency } = group[0] as Card;
    if (cards.digits[currency] === undefined) throw new Error(`rate card ${name}: how many digits has ${currency}?`);
  }
  return cards;
}

/** `0.0889` as 889. @throws when it is no amount of at most four digits after the point */
export function finely(price: string): number {
  if (!/^\d{1,8}([.]\d{1,4})?$/.test(price)) throw new Error(`no price: ${price}`);
  return Math.round(Number(price) * fine);
}

/** What one message costs (of SMS: one part), in ten-thousandths; the customer's own price first. `undefined`: nobody knows. */
export function priceOf(of: Priced, own: readonly OwnPrice[] = [], { cards } = rateCards): number | undefined {
  const mine = own
    .filter((one) => one.channel === of.channel && one.currency === of.currency && one.from <= of.day)
    .filter((one) => ['*', of.category].includes(one.category) && ['*', of.country].includes(one.country))
    .toSorted((a, b) => closeness(b) - closeness(a) || (a.from < b.from ? 1 : -1))[0];
  if (mine?.price) return finely(mine.price);
  const fitting = cards.filter(
    (card) => card.channel === of.channel && card.currency === of.currency && holds(card, of.day),
  );
  const card =
    fitting.find(({ category }) => category === of.category) ?? fitting.find(({ category }) => category === '*');
  const price = card?.prices[of.country] ?? card?.prices['*'];
  return price === undefined ? undefined : finely(price);
}

const closeness = ({ category, country }: OwnPrice): number => (country === '*' ? 0 : 2) + (category === '*' ? 0 : 1);
const holds = ({ from, until }: Card, day: string): boolean => from <= day && (until === undefined || day < until);

/** In which money a customer of this country pays. */
export const currencyOf = (country: string, { currencies } = rateCards): string =>
  currencies[country] ?? currencies['*'] ?? 'USD';

/** The product's own list; the product does not start with one that has a gap or an overlap. */
export const rateCards = checked(load(readFileSync(join(__dirname, 'rate-cards.yaml'), 'utf8')) as RateCards);
