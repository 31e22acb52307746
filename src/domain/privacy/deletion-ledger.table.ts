import type { TenantTx } from '../../data/database';

export interface LedgerRow {
  case_id: string;
  token: Buffer;
  at: Date;
  key_version: number;
}

/** Stop tokens of the erased, by case. Only added to. */
export const deletionLedgerTable = {
  async put(tx: TenantTx, rows: readonly LedgerRow[]): Promise<void> {
    await tx.query(
      `INSERT INTO deletion_ledger (tenant_id, case_id, token, at, key_version)
       SELECT $1, r.case_id, r.token, r.at, r.version
       FROM unnest($2::uuid[], $3::bytea[], $4::timestamptz[], $5::int[]) AS r(case_id, token, at, version) ON CONFLICT DO NOTHING`,
      [
        tx.tenant,
        rows.map((row) => row.case_id),
        rows.map((row) => row.token),
        rows.map((row) => row.at),
        rows.map((row) => row.key_version),
      ],
    );
  },

  async all(tx: TenantTx): Promise<LedgerRow[]> {
    return tx.query<LedgerRow>('SELECT case_id, token, at, key_version FROM deletion_ledger ORDER BY at, case_id');
  },

  /** Who is known by which of these, and whether since before that moment. Plan: identifiers of the customer, once: this is asked after a restore alone. */
  async knownBy(
    tx: TenantTx,
    tokens: readonly Buffer[],
    moment: Date,
  ): Promise<{ contact: string; token: Buffer; isNew: boolean }[]> {
    return tx.query(
      'SELECT contact_id AS contact, stop AS token, created_at > $2 AS "isNew" FROM identifier WHERE stop = ANY($1::bytea[])',
      [tokens, moment],
    );
  },
};
