import type { Clock } from '../clock';
import type { TenantTx } from '../data/database';
import { displayRut } from '../domain/accounts/rut';
import { unitsOf } from '../domain/billing/credit.service';
import { fine, rateCards } from '../domain/billing/rate-cards';
import type { StatementLine } from '../domain/billing/statement';
import type { Statement, Statements } from '../domain/billing/statements.service';
import type { Party } from '../domain/billing/statements.table';
import { type Document, documentPdf } from '../domain/reports/document';
import type { FileRow } from '../domain/reports/files.table';
import { lineOf } from '../domain/reports/list';
import type { Language, Vars } from '../intent';
import { plainNumber, type Reader, sayHouse } from './texts';

export interface StatementPaperDeps {
  clock: Clock;
  tenants: { get(tx: TenantTx): Promise<{ zone: string }> };
  statements: Statements;
}
type Says = (key: string, vars?: Vars) => string;

/** A statement of account as a file: never a tax document, and it says so. It holds counts and amounts, nobody who got a message. */
export async function statementFile(
  tx: TenantTx,
  deps: StatementPaperDeps,
  file: FileRow & { statement_id: string },
): Promise<{ name: string; make(): Promise<Buffer> }> {
  const { zone } = await deps.tenants.get(tx);
  const reader: Reader = { language: file.language as Language, zone };
  const statement = await deps.statements.get(tx, file.statement_id);
  const name = `${statement.month.slice(0, 7)}-${file.id.slice(-8)}.${file.kind}`;
  const make = async (): Promise<Buffer> =>
    file.kind === 'pdf'
      ? documentPdf(documentOf(statement, reader), deps.clock.now())
      : Buffer.from(`\uFEFF${csvOf(statement, reader)}`);
  return { name, make };
}

/** For reading and printing. */
export function documentOf(statement: Statement, reader: Reader): Document {
  const { says, money, month, cells } = worded(statement, reader);
  const { net, exempt, tax, total, tax_percent: percent, dte_type: type, dte_folio: folio } = statement;
  const party = (of: Party) =>
    Object.entries(of).flatMap(([key, value]): (readonly [string, string])[] =>
      value ? [[says(`party.${key}`), key === 'rut' ? displayRut(value) : value]] : [],
    );
  const vars = { month: month(statement.month), made: { day: statement.made_at }, currency: statement.currency };
  const sums: (readonly [string, string])[] = [
    [says('net'), money(net)],
    [says('exempt'), money(exempt)],
    [says('tax', { percent }), money(tax)],
    [says('total'), money(total)],
  ];
  const document = type && folio ? [says('document', { type: says(`documents.${type}`), folio: String(folio) })] : [];
  return {
    ...{ language: reader.language, title: says('title'), subtitle: says('subtitle', vars) },
    lead: [says('legend', { issuer: statement.issuer.legalName }), ...document],
    sections: [
      { title: says('issuer'), facts: party(statement.issuer) },
      { title: says('customer'), facts: party(statement.customer) },
      {
        title: says('lines'),
        table: {
          head: columns.map((name) => says(`columns.${name}`)),
          rows: statement.lines.map((line) => [shortMonth(line.month), ...cells(line).slice(1)]),
          numbers: 4,
        },
        text: [says('units_note')],
      },
      {
        title: says('sums'),
        table: { head: ['', ''], rows: sums, numbers: 1, total: true },
        text: hints(statement, says),
      },
    ],
    mark: says('mark', { issuer: statement.issuer.legalName }),
  };
}

/** For a spreadsheet: the lines first, then the sums, then what it is. */
export function csvOf(statement: Statement, reader: Reader): string {
  const { says, plain, decimal, month, cells } = worded(statement, reader);
  const separator = reader.language === 'en' ? ',' : ';';
  const row = (...all: string[]): string => lineOf(all, separator);
  const sum = (key: string, amount: number, vars: Vars = {}) =>
    row(says(key, vars), ...Array.from({ length: columns.length - 2 }, () => ''), plain(amount));
  const { net, exempt, tax, total, tax_percent: percent, issuer, customer } = statement;
  const lines = statement.lines.map((line) => {
    const { messages, units, price, cost } = line;
    const unit = (price / fine).toFixed(4).replace(/[.]?0+$/, '');
    const figures = [String(messages), String(units), decimal(unit), plain(cost.amount)];
    return row(...cells(line).slice(0, -figures.length), ...figures);
  });
  return [
    row(...columns.map((name) => says(`columns.${name}`))),
    ...lines,
    ...[sum('net', net), sum('exempt', exempt), sum('tax', tax, { percent }), sum('total', total)],
    ...[row(says('title'), month(statement.month)), row(says('legend', { issuer: issuer.legalName }))],
    ...[row(says('issuer'), issuer.legalName, issuer.rut), row(says('customer'), customer.legalName, customer.rut)],
    ...hints(statement, says).map((hint) => row(hint)),
  ].join('');
}

const columns = ['month', 'channel', 'category', 'country', 'messages', 'units', 'price', 'amount'] as const;

/** Lines of an earlier month put right what was issued for it (law-and-rules B-10). */
const hints = ({ month, lines }: Statement, says: Says): string[] =>
  lines.some((line) => line.month < month) ? [says('correction')] : [];

/** `12/2026`, as narrow as a column of a page is. */
const shortMonth = (day: string): string => `${day.slice(5, 7)}/${day.slice(0, 4)}`;
const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

function worded({ currency }: Statement, reader: Reader) {
  const says: Says = (key, vars = {}) => sayHouse({ text: `statement.${key}`, vars }, reader);
  const money = (amount: number) => says('money', { amount: { amount, currency } });
  const digits = rateCards.digits[currency] ?? 2;
  const decimal = (written: string) => (reader.language === 'en' ? written : written.replace('.', ','));
  const plain = (amount: number) => decimal((amount / unitsOf(currency)).toFixed(digits));
  const month = (day: string) => says('month', { at: { month: new Date(`${day}T12:00:00Z`) } });
  const names = new Intl.DisplayNames([reader.language], { type: 'region', fallback: 'code' });
  const country = (code: string) => (code ? (names.of(code) ?? code) : says('no_country'));
  const cells = (line: StatementLine): string[] => [
    month(line.month),
    capital(sayHouse({ text: `channels.${line.channel}` }, reader)),
    says(`categories.${line.category}`),
    country(line.country),
    plainNumber(line.messages, reader.language),
    plainNumber(line.units, reader.language),
    plainNumber(line.price / fine, reader.language),
    money(line.cost.amount),
  ];
  return { says, money, plain, decimal, month, cells };
}
