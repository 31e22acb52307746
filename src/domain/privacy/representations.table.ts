import type { TenantTx } from '../../data/database';
import type { Relation } from './identity-policy';

export interface RepresentationRow {
  case_id: string;
  relation: Exclude<Relation, 'self'>;
  subject_id: string | null;
  recorded_at: Date | null;
}

/** Requests that somebody makes for somebody else. */
export const representationsTable = {
  async claim(tx: TenantTx, caseId: string, relation: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO representation (tenant_id, case_id, relation, said_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [tx.tenant, caseId, relation, now],
    );
  },

  async get(tx: TenantTx, caseId: string): Promise<RepresentationRow | undefined> {
    const [row] = await tx.query<RepresentationRow>(
      'SELECT case_id, relation, subject_id, recorded_at FROM representation WHERE tenant_id = $1 AND case_id = $2',
      [tx.tenant, caseId],
    );
    return row;
  },

  async record(
    tx: TenantTx,
    row: { caseId: string; relation: string; mandate: Buffer; subject: string; by: string },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO representation (tenant_id, case_id, relation, said_at, mandate, subject_id, recorded_by, recorded_at)
       VALUES ($1, $2, $3, $7, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, case_id) DO UPDATE SET relation = excluded.relation, mandate = excluded.mandate,
         subject_id = excluded.subject_id, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`,
      [tx.tenant, row.caseId, row.relation, row.mandate, row.subject, row.by, now],
    );
  },

  /** From here on the request is about somebody else, and its answer goes to whoever made it. */
  async moveCase(tx: TenantTx, caseId: string, to: { subject: string; masked: string }): Promise<void> {
    await tx.query(
      'UPDATE privacy_case SET answer_to = coalesce(answer_to, contact_id), contact_id = $2, masked = $3 WHERE id = $1',
      [caseId, to.subject, to.masked],
    );
  },

  async died(tx: TenantTx, contact: string, isBarred: boolean, now: Date): Promise<void> {
    await tx.query(
      'UPDATE contact SET deceased_at = coalesce(deceased_at, $3), heirs_barred = heirs_barred OR $2 WHERE id = $1',
      [contact, isBarred, now],
    );
  },

  async deceased(tx: TenantTx, contact: string): Promise<{ at: Date | null; barred: boolean } | undefined> {
    const [row] = await tx.query<{ at: Date | null; barred: boolean }>(
      'SELECT deceased_at AS at, heirs_barred AS barred FROM contact WHERE id = $1',
      [contact],
    );
    return row;
  },
};
