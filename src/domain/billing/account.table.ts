import type { TenantTx } from '../../data/database';

export type EntryKind = 'payment' | 'grant' | 'statement' | 'correction';
/** Amounts in the money's own unit, tax included: `61300.0000`. */
export interface AccountRow {
  currency: string;
  tax: number;
  prepaid: boolean;
  line: number;
  balance: number;
  base: number;
  warned: number;
  unbilled_from: Date;
  /** What was taken to be sent and stands in no statement yet, without tax. */
  unbilled: number;
}
export interface NewEntry {
  id: string;
  kind: EntryKind;
  amount: number;
  currency: string;
  /** The payment or the statement. */
  of?: string;
  by: string;
}

const unbilled = `coalesce((SELECT sum(n.cost) FROM sending_count n WHERE n.tenant_id = a.tenant_id AND n.hour >= a.unbilled_from), 0)`;
/** Tax on top. */
const spent = `(${unbilled} - a.released) * (1 + a.tax / 100)`;
/** What is left of a prepaid account, tax included. The gate asks the same in campaign-facts.table.ts. */
const left = `a.balance + a.line - ${spent}`;

/** Plan: account's key, a row; sending_count's since the last statement. */
export const accountTable = {
  async lock(tx: TenantTx): Promise<AccountRow | undefined> {
    const [row] = await tx.query<AccountRow>(
      `SELECT currency, tax::float8 AS tax, prepaid, line::float8 AS line, balance::float8 AS balance, base::float8 AS base, warned, unbilled_from,
         ${unbilled}::float8 AS unbilled FROM account a WHERE tenant_id = $1 FOR UPDATE`,
      [tx.tenant],
    );
    return row;
  },

  async left(tx: TenantTx): Promise<{ currency: string; left: number; base: number; warned: number } | undefined> {
    const [row] = await tx.query<{ currency: string; left: number; base: number; warned: number }>(
      `SELECT currency, (${left})::float8 AS left, base::float8 AS base, warned FROM account a WHERE tenant_id = $1 AND prepaid`,
      [tx.tenant],
    );
    return row;
  },

  async open(tx: TenantTx, row: { currency: string; tax: number; from: Date }): Promise<void> {
    await tx.query(
      'INSERT INTO account (tenant_id, currency, tax, unbilled_from) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [tx.tenant, row.currency, row.tax, row.from],
    );
  },

  async terms(tx: TenantTx, { prepaid, line }: { prepaid: boolean; line: number }): Promise<void> {
    await tx.query('UPDATE account SET prepaid = $2, line = $3 WHERE tenant_id = $1', [tx.tenant, prepaid, line]);
  },

  /** @returns false when its payment or statement has one already */
  async add(tx: TenantTx, { id, kind, amount, currency, of, by }: NewEntry, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO account_entry (tenant_id, id, kind, amount, currency, of, made_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tenant_id, of) DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, id, kind, amount, currency, of ?? null, by, now],
    );
    if (rows.length === 0) return false;
    await tx.query('UPDATE account SET balance = balance + $2 WHERE tenant_id = $1', [tx.tenant, amount]);
    return true;
  },

  /** Warnings count from what there is now. */
  async rebase(tx: TenantTx): Promise<void> {
    await tx.query(`UPDATE account a SET base = greatest(0, ${left}), warned = 0 WHERE tenant_id = $1`, [tx.tenant]);
  },

  /** @returns false when that was told already */
  async warned(tx: TenantTx, level: number): Promise<boolean> {
    const sql = 'UPDATE account SET warned = $2 WHERE tenant_id = $1 AND warned < $2 RETURNING 1 AS one';
    return (await tx.query(sql, [tx.tenant, level])).length > 0;
  },

  async billedUntil(tx: TenantTx, until: Date): Promise<void> {
    await tx.query('UPDATE account SET unbilled_from = $2, released = 0 WHERE tenant_id = $1', [tx.tenant, until]);
  },

  /** What was taken to be sent in no statement's time yet, before that moment, and cost something after all: the rest is given back. */
  async release(tx: TenantTx, before: Date, charged: number): Promise<void> {
    await tx.query(
      `UPDATE account a SET released = greatest(0, coalesce((SELECT sum(n.cost) FROM sending_count n
         WHERE n.tenant_id = $1 AND n.hour >= a.unbilled_from AND n.hour < $2), 0) - $3) WHERE a.tenant_id = $1`,
      [tx.tenant, before, charged],
    );
  },
};
