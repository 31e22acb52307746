import type { TenantTx } from '../../data/database';

export interface AuthorityRow {
  id: string;
  number: number;
  authority: string;
  basis: string;
  document: string;
  fields: string[];
  since: Date;
  until: Date;
  recorded_by: string;
  recorded_at: Date;
  approved_by: string | null;
  seconded_by: string | null;
  refused_by: string | null;
  reason: string | null;
  exported_at: Date | null;
  items: number | null;
  people: number;
}
export type NewRequest = Pick<
  AuthorityRow,
  'id' | 'authority' | 'basis' | 'document' | 'fields' | 'people' | 'since' | 'until' | 'recorded_by' | 'recorded_at'
>;

const columns = `r.id, r.number, r.authority, r.basis, r.document, r.fields, r.since, r.until, r.recorded_by, r.recorded_at, r.approved_by,
  r.seconded_by, r.refused_by, r.reason, r.exported_at, r.items, r.people`;

const consents = `SELECT c.channel, c.purpose, c.act, c.at, c.source, c.text_version AS version FROM consent c
    WHERE c.contact_id = $1 AND c.at >= $2 AND c.at < $3 ORDER BY c.at, c.id`;
const messages = `SELECT m.channel, m.purpose, m.state, coalesce(m.accepted_at, m.created_at) AS at FROM message m
    WHERE m.contact_id = $1 AND m.attempts > 0 AND coalesce(m.accepted_at, m.created_at) >= $2 AND coalesce(m.accepted_at, m.created_at) < $3 ORDER BY 4, m.seq`;

export const authoritiesTable = {
  async insert(tx: TenantTx, row: NewRequest, sealed: Buffer): Promise<void> {
    await tx.query('SELECT 1 AS one FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE', [tx.tenant]); // numbers follow each other
    await tx.query(
      `INSERT INTO authority_request (tenant_id, id, number, authority, basis, document, fields, people, sealed, since, until, recorded_by, recorded_at)
       SELECT $1, $2, coalesce(max(o.number), 0) + 1, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11, $12 FROM authority_request o`,
      [
        tx.tenant,
        row.id,
        row.authority,
        row.basis,
        row.document,
        row.fields,
        row.people,
        sealed,
        row.since,
        row.until,
        row.recorded_by,
        row.recorded_at,
      ],
    );
  },

  async get(tx: TenantTx, id: string): Promise<AuthorityRow | undefined> {
    const [row] = await tx.query<AuthorityRow>(`SELECT ${columns} FROM authority_request r WHERE r.id = $1`, [id]);
    return row;
  },

  async byNumber(tx: TenantTx, number: number): Promise<AuthorityRow | undefined> {
    const sql = `SELECT ${columns} FROM authority_request r WHERE r.number = $1`;
    return (await tx.query<AuthorityRow>(sql, [number]))[0];
  },

  /** Nobody else decides on it until the end of the transaction. */
  async lock(tx: TenantTx, id: string): Promise<void> {
    await tx.query('SELECT 1 AS one FROM authority_request WHERE id = $1 FOR UPDATE', [id]);
  },

  async list(tx: TenantTx): Promise<AuthorityRow[]> {
    return tx.query<AuthorityRow>(`SELECT ${columns} FROM authority_request r ORDER BY r.number DESC LIMIT 20`);
  },

  async sealed(tx: TenantTx, id: string): Promise<Buffer | undefined> {
    const sql = 'SELECT sealed FROM authority_request WHERE id = $1';
    return (await tx.query<{ sealed: Buffer }>(sql, [id]))[0]?.sealed;
  },

  /** Whom an id stands for since two turned out to be one. */
  async isNow(tx: TenantTx, contact: string): Promise<string> {
    const sql = 'SELECT contact_id AS contact FROM contact_alias WHERE id = $1';
    return (await tx.query<{ contact: string }>(sql, [contact]))[0]?.contact ?? contact;
  },

  async approve(tx: TenantTx, id: string, by: string, now: Date): Promise<void> {
    await tx.query('UPDATE authority_request SET approved_by = $2, approved_at = $3 WHERE id = $1', [id, by, now]);
  },

  async second(tx: TenantTx, id: string, by: string, now: Date): Promise<void> {
    await tx.query('UPDATE authority_request SET seconded_by = $2, seconded_at = $3 WHERE id = $1', [id, by, now]);
  },

  async refuse(tx: TenantTx, id: string, by: string, reason: string, now: Date): Promise<void> {
    await tx.query('UPDATE authority_request SET refused_by = $2, refused_at = $4, reason = $3 WHERE id = $1', [
      id,
      by,
      reason,
      now,
    ]);
  },

  /** Postgres itself refuses it without two approvals. */
  async exported(
    tx: TenantTx,
    id: string,
    { by, items, sha256 }: { by: string; items: number; sha256: Buffer },
    now: Date,
  ): Promise<void> {
    await tx.query(
      'UPDATE authority_request SET exported_by = $2, items = $3, sha256 = $4, exported_at = $5 WHERE id = $1',
      [id, by, items, sha256, now],
    );
  },

  /** What may be handed over of somebody, of that span alone. Plan: consent_contact, message_contact. */
  async rows(
    tx: TenantTx,
    contact: string,
    field: 'consents' | 'messages',
    { since, until }: Pick<AuthorityRow, 'since' | 'until'>,
  ): Promise<object[]> {
    return tx.query<Record<string, unknown>>(field === 'consents' ? consents : messages, [contact, since, until]);
  },
};
