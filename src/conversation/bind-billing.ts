import type { TenantTx } from '../data/database';
import type { CompanyPaper } from '../domain/accounts/company-paper';
import { localTime } from '../domain/audience/local-time';
import { payerOf } from '../domain/billing/costs.service';
import { type Credit, unitsOf } from '../domain/billing/credit.service';
import { endOf, type Payments } from '../domain/billing/payments.service';
import { fine, priceOf, rateCards } from '../domain/billing/rate-cards';
import { settings } from '../domain/billing/settings';
import type { StatementLine } from '../domain/billing/statement';
import type { Statement, Statements } from '../domain/billing/statements.service';
import type { StatementRow } from '../domain/billing/statements.table';
import type { ServiceNotices } from '../domain/registers/service-notices';
import type { ReportFiles } from '../domain/reports/report-files';
import { AppError } from '../errors';
import type { Language, Person } from '../intent';
import type { Services } from '../services';
import type { PaperField } from '../services-billing';
import { plainNumber } from './texts';

interface Rooms {
  credit: Credit;
  statements: Statements;
  payments: Payments;
  companyPaper: CompanyPaper;
  serviceNotices: ServiceNotices;
  reportFiles: ReportFiles;
}
type Actor = { id: string; roles: readonly string[] };
interface Turning {
  person: Person;
  now: Date;
}

/** Noon in UTC is the same day wherever it is read. */
const dayOf = (day: string): Date => new Date(`${day}T12:00:00Z`);

/** What a company pays, has paid and is billed, bound to a turn. */
export const bindBilling = (
  tx: TenantTx,
  { credit, statements, payments, companyPaper, reportFiles }: Rooms,
  actor: Actor,
  { person: { language }, now }: Turning,
): Services['billing'] => ({
  credit: () => credit.state(tx),
  statements: async () => (await statements.list(tx)).map(headOf),
  statement: async (id) => viewOf(await statements.get(tx, id), language),
  file: async (id, kind) => {
    await statements.get(tx, id);
    await reportFiles.takeStatement(tx, { statement: id, topic: `statement:${id}`, language, kind }, actor, now);
  },
  noteDocument: (id, of) => statements.noteDocument(tx, id, of, actor, now),
  topUps: async () => {
    if (!payments.isOffered) return [];
    const { currency } = await payerOf(tx);
    return (settings.top_ups[currency] ?? []).map((units) => ({
      units,
      amount: { amount: units * unitsOf(currency), currency },
    }));
  },
  pay: (wish) => payments.ask(tx, 'units' in wish ? { amount: wish.units } : wish, actor, now),
  payment: async (id) => {
    const { amount, currency, url, statement_id: statement, ...row } = await payments.get(tx, id);
    const isOver = row.state === 'open' && now.getTime() >= endOf(row);
    const state = isOver ? 'over' : row.state === 'failed' && row.sealed ? 'mismatch' : row.state;
    return { amount: { amount, currency }, state, ...(url && !isOver && { url }), ...(statement && { statement }) };
  },
  prices: () => pricesNow(tx, language, now),
  paper: async () => companyPaper.get(tx),
  editPaper: (given) => companyPaper.edit(tx, given as Partial<Record<PaperField, string>>, actor, now),
});

async function pricesNow(tx: TenantTx, language: Language, now: Date) {
  const { currency, country, zone, own } = await payerOf(tx);
  const { day } = localTime(now, zone);
  const kinds = Object.keys(rateCards.charged).flatMap((channel) =>
    (channel === 'whatsapp' ? ['MARKETING', 'UTILITY', 'AUTHENTICATION'] : ['*']).map((category) => ({
      channel,
      category,
    })),
  );
  const said = (price: number) => plainNumber(price / fine, language);
  return kinds.flatMap(({ channel, category }) => {
    const of = { currency, channel, category, day };
    const [home, elsewhere] = [country, ''].map((where) => priceOf({ ...of, country: where }, own));
    if (home === undefined || elsewhere === undefined) return [];
    return [{ channel, category, home: said(home), elsewhere: said(elsewhere), currency }];
  });
}

const headOf = ({ id, month, made_at, total, currency }: StatementRow) => ({
  ...{ id, month: dayOf(month), madeAt: made_at },
  total: { amount: total, currency },
});

function viewOf(row: Statement, language: Language) {
  const { currency, net, exempt, tax, tax_percent: taxPercent, isPaid, dte_type: type, dte_folio: folio } = row;
  const money = (amount: number) => ({ amount, currency });
  const line = ({ month, price, ...one }: StatementLine) => ({
    ...one,
    ...{ month: dayOf(month), isEarlier: month < row.month, price: plainNumber(price / fine, language) },
  });
  return {
    ...headOf(row),
    ...{ net: money(net), exempt: money(exempt), tax: money(tax), taxPercent, isPaid },
    ...(type !== null && folio !== null && { document: { type, folio } }),
    lines: row.lines.map(line),
  };
}

/** What Connectus told whoever speaks. */
export function bindNotices(
  tx: TenantTx,
  { serviceNotices: notices }: Rooms,
  actor: Actor,
  { person: { language }, now }: Turning,
): Services['notices'] {
  const wordsOf = (words: Readonly<Record<string, { title: string; text: string }>>) => {
    const said = words[language] ?? words.es;
    if (!said) throw new AppError('NOTICE_NOT_FOUND');
    return said;
  };
  return {
    mine: async () =>
      (await notices.of(tx, actor.id)).map(({ id, words, published_at: at, read_at: read }) => ({
        ...{ id, at, title: wordsOf(words).title },
        ...(read && { readAt: read }),
      })),
    get: async (id) => {
      const { words, published_at: at, told, read } = await notices.get(tx, id);
      return { ...wordsOf(words), at, told, read };
    },
    read: (id) => notices.read(tx, id, actor.id, now),
  };
}
