import { addingUp, type Money, moneyOf } from './costs.service';
import { type OwnPrice, priceOf } from './rate-cards';
import type { BilledRow } from './usage.table';

/** One price of one month, channel, category and country. */
export interface StatementLine {
  /** `2026-12-01`; earlier than the statement's: what was counted after that month's own. */
  month: string;
  channel: string;
  category: string;
  country: string;
  messages: number;
  /** What is paid for: of SMS the parts. */
  units: number;
  /** Of one, in ten-thousandths. */
  price: number;
  cost: Money;
}
export interface Priced {
  currency: string;
  /** Where it is at home: those of no known country cost what people there do. */
  country: string;
  own: readonly OwnPrice[];
}

/** What no statement has yet, at the price of its day. @throws when a day has no price: nobody is billed a guess */
export function linesOf(rows: readonly BilledRow[], { currency, country: home, own }: Priced) {
  const lines = new Map<string, StatementLine & { fine: number }>();
  for (const row of rows) {
    const { day, channel, category, country } = row;
    const messages = row.messages - row.billed_messages;
    const units = row.units - row.billed_units;
    if (messages === 0 && units === 0) continue;
    const price = priceOf({ currency, channel, category, country: country || home, day }, own);
    if (price === undefined) throw new Error(`no price of ${channel} ${category} ${country} on ${day}`);
    const month = `${day.slice(0, 7)}-01`;
    const key = [month, channel, category, country, price].join('|');
    const was = lines.get(key) ?? { messages: 0, units: 0, fine: 0 };
    const next = { messages: was.messages + messages, units: was.units + units, fine: was.fine + units * price };
    lines.set(key, { month, channel, category, country, price, ...next, cost: moneyOf(0, currency) });
  }
  const whole = [...lines.values()].filter(({ messages, units }) => messages !== 0 || units !== 0);
  const net = moneyOf(
    whole.reduce((sum, { fine }) => sum + fine, 0),
    currency,
  );
  const said = whole
    .map(({ fine, ...line }) => ({ ...line, cost: moneyOf(fine, currency) }))
    .toSorted((a, b) => Math.abs(b.cost.amount) - Math.abs(a.cost.amount));
  return { net, lines: inOrder(addingUp(said, net)) };
}

const inOrder = (lines: readonly StatementLine[]): StatementLine[] =>
  lines.toSorted((a, b) => (a.month === b.month ? b.cost.amount - a.cost.amount : a.month < b.month ? 1 : -1));
