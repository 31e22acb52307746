import type { TenantTx } from '../../data/database';

export interface StandingRow {
  id: string;
  act: 'access_summary' | 'erase';
  level: string;
  words_version: string;
  words_hash: Buffer;
  signed_by: string;
  signer: string | null;
  signed_at: Date;
  revoked_by: string | null;
  revoked_at: Date | null;
}

const columns = `s.id, s.act, s.level, s.words_version, s.words_hash, s.signed_by, s.signed_at, s.revoked_by, s.revoked_at,
  (SELECT m.name FROM member m WHERE m.id = s.signed_by) AS signer`;

export const standingInstructionsTable = {
  /** Nothing happens when it is in force already. @returns whether it was signed now */
  async sign(
    tx: TenantTx,
    row: Pick<StandingRow, 'id' | 'act' | 'level' | 'words_version' | 'words_hash' | 'signed_by' | 'signed_at'>,
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO standing_instruction (tenant_id, id, act, level, words_version, words_hash, signed_by, signed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tenant_id, act) WHERE revoked_at IS NULL DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, row.id, row.act, row.level, row.words_version, row.words_hash, row.signed_by, row.signed_at],
    );
    return rows.length > 0;
  },

  async revoke(tx: TenantTx, act: string, by: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE standing_instruction SET revoked_by = $2, revoked_at = $3 WHERE act = $1 AND revoked_at IS NULL RETURNING 1 AS one',
      [act, by, now],
    );
    return rows.length > 0;
  },

  /** Those in force now. */
  async inForce(tx: TenantTx): Promise<StandingRow[]> {
    return tx.query<StandingRow>(
      `SELECT ${columns} FROM standing_instruction s WHERE s.tenant_id = $1 AND s.revoked_at IS NULL ORDER BY s.act`,
      [tx.tenant],
    );
  },
};
