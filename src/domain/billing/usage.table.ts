import type { TenantTx } from '../../data/database';

/** What is charged of one day. */
export interface UsageRow {
  /** `2026-12-01`, in the customer's zone. */
  day: string;
  channel: string;
  category: string;
  /** '': of people who were erased before anybody counted. */
  country: string;
  messages: number;
  units: number;
}
export interface BilledRow extends UsageRow {
  billed_messages: number;
  billed_units: number;
}

const key = 'tenant_id, day, channel, category, country';
const columns = `to_char(day, 'YYYY-MM-DD') AS day, channel, category, country, messages, units, billed_messages, billed_units`;

/** Plan: usage_day's key, a few rows a day. */
export const usageTable = {
  async since(tx: TenantTx, day: string): Promise<BilledRow[]> {
    return tx.query<BilledRow>(
      `SELECT ${columns} FROM usage_day WHERE tenant_id = $1 AND day >= $2::date ORDER BY ${key}`,
      [tx.tenant, day],
    );
  },

  async put(tx: TenantTx, rows: readonly UsageRow[]): Promise<void> {
    for (const { day, channel, category, country, messages, units } of rows)
      await tx.query(
        `INSERT INTO usage_day (${key}, messages, units) VALUES ($1, $2::date, $3, $4, $5, $6, $7)
         ON CONFLICT (${key}) DO UPDATE SET messages = excluded.messages, units = excluded.units`,
        [tx.tenant, day, channel, category, country, messages, units],
      );
  },

  /** What no statement has yet, until that day. */
  async unbilled(tx: TenantTx, until: string): Promise<BilledRow[]> {
    return tx.query<BilledRow>(
      `SELECT ${columns} FROM usage_day WHERE tenant_id = $1 AND day < $2::date
         AND (messages, units) IS DISTINCT FROM (billed_messages, billed_units) ORDER BY ${key}`,
      [tx.tenant, until],
    );
  },

  async billed(tx: TenantTx, until: string): Promise<void> {
    await tx.query(
      `UPDATE usage_day SET billed_messages = messages, billed_units = units WHERE tenant_id = $1 AND day < $2::date
         AND (messages, units) IS DISTINCT FROM (billed_messages, billed_units)`,
      [tx.tenant, until],
    );
  },
};
