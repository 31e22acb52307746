import type { TenantTx } from '../../data/database';

export interface AskedRow {
  id: string;
  sender_id: string;
  kind: 'contact' | 'medium';
  sealed: Buffer | null;
  tries: number;
}
export type AskedState = 'asked' | 'done' | 'refused' | 'lost';

/** What is asked of providers about somebody who is being erased. Plan: provider_erasure's key, a few rows a case. */
export const providerErasureTable = {
  async ask(tx: TenantTx, caseId: string, row: Omit<AskedRow, 'tries'>, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO provider_erasure (tenant_id, case_id, id, sender_id, kind, sealed, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tx.tenant, caseId, row.id, row.sender_id, row.kind, row.sealed, now],
    );
  },

  async open(tx: TenantTx, caseId: string): Promise<AskedRow[]> {
    return tx.query<AskedRow>(
      "SELECT id, sender_id, kind, sealed, tries FROM provider_erasure WHERE case_id = $1 AND state = 'asked' ORDER BY id",
      [caseId],
    );
  },

  async settle(tx: TenantTx, caseId: string, id: string, state: AskedState): Promise<void> {
    await tx.query(
      `UPDATE provider_erasure SET state = $3, tries = tries + 1, sealed = CASE WHEN $3 = 'asked' THEN sealed END WHERE case_id = $1 AND id = $2`,
      [caseId, id, state],
    );
  },

  /** Nobody answered in time: what was asked names nobody any more. */
  async giveUp(tx: TenantTx, caseId: string): Promise<void> {
    await tx.query("UPDATE provider_erasure SET state = 'lost', sealed = NULL WHERE case_id = $1 AND state = 'asked'", [
      caseId,
    ]);
  },

  async contactOf(tx: TenantTx, caseId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ contact_id: string }>('SELECT contact_id FROM privacy_case WHERE id = $1', [caseId]);
    return row?.contact_id;
  },

  /** Its work is due in so many seconds, by the database's clock. */
  async wake(tx: TenantTx, lane: Buffer, seconds: number): Promise<void> {
    await tx.query("SELECT edge.wake('forget', $1, make_interval(secs => $2))", [lane, seconds]);
  },

  async isAsked(tx: TenantTx, caseId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 AS one FROM provider_erasure WHERE case_id = $1 LIMIT 1', [caseId]);
    return rows.length > 0;
  },

  /** How many of what was asked ended how. */
  async counts(tx: TenantTx, caseId: string): Promise<Partial<Record<AskedState, number>>> {
    const rows = await tx.query<{ state: AskedState; count: number }>(
      'SELECT state, count(*)::int AS count FROM provider_erasure WHERE case_id = $1 GROUP BY 1',
      [caseId],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  },
};
