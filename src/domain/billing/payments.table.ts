import type { TenantTx } from '../../data/database';

export type PaymentState = 'asked' | 'open' | 'paid' | 'refused' | 'cancelled' | 'failed';
export interface PaymentRow {
  id: string;
  statement_id: string | null;
  /** In the smallest unit of its currency. */
  amount: number;
  currency: string;
  state: PaymentState;
  asked_by: string;
  asked_at: Date;
  sealed: Buffer | null;
}
const columns = 'id, statement_id, amount::float8 AS amount, currency, state, asked_by, asked_at, sealed';

/** Plan: payment's key; few a month. */
export const paymentsTable = {
  async insert(tx: TenantTx, row: Omit<PaymentRow, 'state' | 'sealed'>): Promise<void> {
    await tx.query(
      `INSERT INTO payment (tenant_id, id, statement_id, amount, currency, state, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7)`,
      [tx.tenant, row.id, row.statement_id, row.amount, row.currency, row.asked_by, row.asked_at],
    );
  },

  async get(tx: TenantTx, id: string): Promise<PaymentRow | undefined> {
    const [row] = await tx.query<PaymentRow>(`SELECT ${columns} FROM payment WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  async lock(tx: TenantTx, id: string): Promise<PaymentRow | undefined> {
    const sql = `SELECT ${columns} FROM payment WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;
    return (await tx.query<PaymentRow>(sql, [tx.tenant, id]))[0];
  },

  /** Whoever asks for one takes their turn, until the end of the transaction. */
  async queue(tx: TenantTx): Promise<void> {
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('payment|' || $1, 0))", [tx.tenant]);
  },

  /** One that waits for the very same: pressing twice asks once. */
  async waiting(
    tx: TenantTx,
    of: { statement: string | undefined; amount: number; since: Date },
  ): Promise<PaymentRow | undefined> {
    const sql = `SELECT ${columns} FROM payment WHERE tenant_id = $1 AND statement_id IS NOT DISTINCT FROM $2::uuid AND amount = $3
      AND state IN ('asked', 'open') AND asked_at > $4 ORDER BY id DESC LIMIT 1`;
    return (await tx.query<PaymentRow>(sql, [tx.tenant, of.statement ?? null, of.amount, of.since]))[0];
  },

  async isPaid(tx: TenantTx, statement: string): Promise<boolean> {
    const sql = "SELECT 1 AS one FROM payment WHERE tenant_id = $1 AND statement_id = $2 AND state = 'paid'";
    return (await tx.query(sql, [tx.tenant, statement])).length > 0;
  },

  async opened(tx: TenantTx, id: string, sealed: Buffer): Promise<void> {
    await tx.query("UPDATE payment SET state = 'open', sealed = $3 WHERE tenant_id = $1 AND id = $2", [
      tx.tenant,
      id,
      sealed,
    ]);
  },

  async settle(tx: TenantTx, id: string, state: PaymentState, now: Date): Promise<void> {
    await tx.query('UPDATE payment SET state = $3, settled_at = $4 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      state,
      now,
    ]);
  },

  /** Its work is due in so many seconds, by the database's clock. */
  async wake(tx: TenantTx, id: string, seconds = 0): Promise<void> {
    await tx.query("SELECT edge.wake('payment', $1, make_interval(secs => $2))", [laneOf(id), seconds]);
  },
};

const laneOf = (id: string): Buffer => Buffer.from(id.replace(/-/g, ''), 'hex');
export const idOf = (lane: Buffer): string =>
  lane.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
