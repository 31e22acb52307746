import type { TenantTx } from '../../data/database';

export interface RevealRow {
  id: string;
  contact: string;
  member: string;
  what: 'number' | 'talk';
  reason: string;
  at: Date;
  until: Date;
  hiddenAt: Date | null;
}

const columns =
  'id, contact_id AS contact, member_id AS member, what, reason, at, until, hidden_at AS "hiddenAt"' as const;

export const revealsTable = {
  async add(tx: TenantTx, { id, contact, member, what, reason, at, until }: RevealRow): Promise<void> {
    await tx.query(
      `INSERT INTO reveal (tenant_id, id, contact_id, member_id, what, reason, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tx.tenant, id, contact, member, what, reason, at, until],
    );
  },

  async get(tx: TenantTx, id: string): Promise<RevealRow | undefined> {
    const [row] = await tx.query<RevealRow>(`SELECT ${columns} FROM reveal WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  /** How many this member was shown since then. Plan: reveal_member. */
  async countSince(tx: TenantTx, member: string, since: Date): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM reveal WHERE tenant_id = $1 AND member_id = $2 AND at >= $3',
      [tx.tenant, member, since],
    );
    return row?.count ?? 0;
  },

  /** Hides those whose time is over. Plan: reveal_open. @returns which */
  async hideOver(tx: TenantTx, now: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'UPDATE reveal SET hidden_at = $2 WHERE tenant_id = $1 AND hidden_at IS NULL AND until <= $2 RETURNING id',
      [tx.tenant, now],
    );
    return rows.map(({ id }) => id);
  },

  async hide(tx: TenantTx, id: string, member: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE reveal SET hidden_at = $4 WHERE tenant_id = $1 AND id = $2 AND member_id = $3 AND hidden_at IS NULL RETURNING 1 AS one',
      [tx.tenant, id, member, now],
    );
    return rows.length > 0;
  },
};
