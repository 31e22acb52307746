import type { TenantTx } from '../../data/database';
import type { ClockRow } from './deadlines';

export const caseClocksTable = {
  /** Set, or set anew: one that has rung rings again at its new moment. */
  async set(tx: TenantTx, id: string, clocks: readonly ClockRow[]): Promise<void> {
    await tx.query(
      `INSERT INTO case_clock AS k (tenant_id, case_id, clock, due_at, lenient_at)
       SELECT $1, $2, c.clock, c.due_at, c.lenient_at FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) AS c(clock, due_at, lenient_at)
       ON CONFLICT (tenant_id, case_id, clock) DO UPDATE SET due_at = excluded.due_at, lenient_at = excluded.lenient_at,
         fired_at = CASE WHEN k.due_at = excluded.due_at THEN k.fired_at END`,
      [
        tx.tenant,
        id,
        clocks.map((one) => one.clock),
        clocks.map((one) => one.due_at),
        clocks.map((one) => one.lenient_at),
      ],
    );
  },

  /** Those of a case that ring now, the earliest first. */
  async ringing(tx: TenantTx, id: string, now: Date): Promise<ClockRow[]> {
    return tx.query<ClockRow>(
      `SELECT clock, due_at, lenient_at FROM case_clock
       WHERE tenant_id = $1 AND case_id = $2 AND fired_at IS NULL AND due_at <= $3 ORDER BY due_at, clock`,
      [tx.tenant, id, now],
    );
  },

  async rang(tx: TenantTx, id: string, clocks: readonly string[], now: Date): Promise<void> {
    await tx.query('UPDATE case_clock SET fired_at = $3 WHERE case_id = $1 AND clock = ANY($2::text[])', [
      id,
      clocks,
      now,
    ]);
  },

  async ofCase(tx: TenantTx, id: string): Promise<(ClockRow & { fired_at: Date | null })[]> {
    return tx.query(
      'SELECT clock, due_at, lenient_at, fired_at FROM case_clock WHERE tenant_id = $1 AND case_id = $2 ORDER BY due_at, clock',
      [tx.tenant, id],
    );
  },

  /** Every case with a clock that rings now is looked at by the worker. @returns how many. Plan: case_clock_due */
  async wakeRinging(tx: TenantTx, now: Date): Promise<number> {
    const rows = await tx.query(
      `SELECT edge.wake('case', uuid_send(due.case_id), '0') FROM (
         SELECT DISTINCT case_id FROM case_clock WHERE tenant_id = $1 AND fired_at IS NULL AND due_at <= $2 LIMIT 500) due`,
      [tx.tenant, now],
    );
    return rows.length;
  },

  /** A post about it stands in the controller's workspace. */
  async isPosted(tx: TenantTx, id: string): Promise<boolean> {
    const rows = await tx.query(
      "SELECT 1 AS one FROM slack_post WHERE tenant_id = $1 AND topic = $2 AND state = 'posted' LIMIT 1",
      [tx.tenant, `case:${id}`],
    );
    return rows.length > 0;
  },
};
