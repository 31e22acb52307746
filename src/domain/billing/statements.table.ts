import type { TenantTx } from '../../data/database';
import type { Paper } from '../accounts/tenants.table';
import { fine } from './rate-cards';
import type { StatementLine } from './statement';

/** Who a statement is from and for, as they stood then. */
export interface Party {
  legalName: string;
  rut: string;
  activity: string;
  address: string;
  district: string;
}
/** Amounts in the smallest unit of its currency. */
export interface StatementRow {
  id: string;
  /** `2026-12-01` */
  month: string;
  made_at: Date;
  currency: string;
  net: number;
  exempt: number;
  tax_percent: number;
  tax: number;
  total: number;
  issuer: Party;
  customer: Party;
  dte_type: number | null;
  dte_folio: number | null;
}
export type NewStatement = Omit<StatementRow, 'dte_type' | 'dte_folio'>;

export const partyOf = ({ legal_name, rut, activity, address, district }: Paper): Party => ({
  legalName: legal_name,
  ...{ rut, activity, address, district },
});

const columns = `id, to_char(month, 'YYYY-MM-DD') AS month, made_at, currency, net::float8 AS net, exempt::float8 AS exempt, tax_percent::float8 AS tax_percent,
  tax::float8 AS tax, total::float8 AS total, issuer, customer, dte_type, dte_folio::float8 AS dte_folio`;

/** Plan: the keys of statement and its lines; one a month. */
export const statementsTable = {
  async insert(tx: TenantTx, row: NewStatement, lines: readonly StatementLine[]): Promise<void> {
    await tx.query(
      `INSERT INTO statement (tenant_id, id, month, made_at, currency, net, exempt, tax_percent, tax, total, issuer, customer)
       VALUES ($1, $2, $3::date, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb)`,
      [
        ...[tx.tenant, row.id, row.month, row.made_at, row.currency, row.net, row.exempt, row.tax_percent],
        ...[row.tax, row.total, JSON.stringify(row.issuer), JSON.stringify(row.customer)],
      ],
    );
    for (const [at, line] of lines.entries())
      await tx.query(
        `INSERT INTO statement_line (tenant_id, statement_id, n, month, channel, category, country, messages, units, price, amount)
         VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8, $9, $10, $11)`,
        [
          ...[tx.tenant, row.id, at + 1, line.month, line.channel, line.category, line.country],
          ...[line.messages, line.units, line.price / fine, line.cost.amount],
        ],
      );
  },

  async list(tx: TenantTx, most: number): Promise<StatementRow[]> {
    return tx.query<StatementRow>(
      `SELECT ${columns} FROM statement WHERE tenant_id = $1 ORDER BY statement.month DESC LIMIT $2`,
      [tx.tenant, most],
    );
  },

  async get(tx: TenantTx, id: string): Promise<StatementRow | undefined> {
    const [row] = await tx.query<StatementRow>(`SELECT ${columns} FROM statement WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  async lines(tx: TenantTx, id: string, currency: string): Promise<StatementLine[]> {
    const rows = await tx.query<Omit<StatementLine, 'cost'> & { amount: number }>(
      `SELECT to_char(month, 'YYYY-MM-DD') AS month, channel, category, country, messages, units,
         round(price * ${fine})::float8 AS price, amount::float8 AS amount
       FROM statement_line WHERE tenant_id = $1 AND statement_id = $2 ORDER BY n`,
      [tx.tenant, id],
    );
    return rows.map(({ amount, ...line }) => ({ ...line, cost: { amount, currency } }));
  },

  /** Which tax document a person issued for it. */
  async noteDocument(
    tx: TenantTx,
    id: string,
    of: { type: number; folio: number; by: string },
    now: Date,
  ): Promise<void> {
    await tx.query(
      'UPDATE statement SET dte_type = $3, dte_folio = $4, dte_by = $5, dte_at = $6 WHERE tenant_id = $1 AND id = $2',
      [tx.tenant, id, of.type, of.folio, of.by, now],
    );
  },
};
