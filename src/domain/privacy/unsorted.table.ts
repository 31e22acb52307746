import type { TenantTx } from '../../data/database';

export interface UnsortedRow {
  inbox_id: string;
  contact_id: string;
  channel: string;
  medium: string;
  received_at: Date;
  state: 'waiting' | 'case' | 'none';
  case_id: string | null;
}

const columns = 'inbox_id, contact_id, channel, medium, received_at, state, case_id';

/** What came in that no program can read, until a person says what it is. */
export const unsortedTable = {
  async insert(tx: TenantTx, row: Omit<UnsortedRow, 'state' | 'case_id'>): Promise<void> {
    await tx.query(
      `INSERT INTO unsorted_request (tenant_id, inbox_id, contact_id, channel, medium, received_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [tx.tenant, row.inbox_id, row.contact_id, row.channel, row.medium, row.received_at],
    );
  },

  async get(tx: TenantTx, inbox: string): Promise<UnsortedRow | undefined> {
    const [row] = await tx.query<UnsortedRow>(
      `SELECT ${columns} FROM unsorted_request WHERE tenant_id = $1 AND inbox_id = $2 FOR UPDATE`,
      [tx.tenant, inbox],
    );
    return row;
  },

  /** The oldest first: its time runs out first. */
  async waiting(tx: TenantTx, contact: string): Promise<UnsortedRow[]> {
    return tx.query<UnsortedRow>(
      `SELECT ${columns} FROM unsorted_request WHERE contact_id = $1 AND state = 'waiting' ORDER BY received_at, inbox_id`,
      [contact],
    );
  },

  async allWaiting(tx: TenantTx, limit: number): Promise<UnsortedRow[]> {
    return tx.query<UnsortedRow>(
      `SELECT ${columns} FROM unsorted_request WHERE tenant_id = $1 AND state = 'waiting' ORDER BY received_at, inbox_id LIMIT $2`,
      [tx.tenant, limit],
    );
  },

  async settle(
    tx: TenantTx,
    inbox: string,
    as: { state: 'case' | 'none'; caseId: string | null; by: string; now: Date },
  ): Promise<void> {
    await tx.query(
      'UPDATE unsorted_request SET state = $3, case_id = $4, sorted_by = $5, sorted_at = $6 WHERE tenant_id = $1 AND inbox_id = $2',
      [tx.tenant, inbox, as.state, as.caseId, as.by, as.now],
    );
  },
};
