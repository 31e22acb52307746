import type { TenantTx } from '../../data/database';

export interface Segment {
  id: string;
  name: string;
  key: string;
  value: string;
}

export const segmentsTable = {
  async insert(tx: TenantTx, segment: Segment): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO segment (tenant_id, id, name, key, value) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, name) DO UPDATE SET key = excluded.key, value = excluded.value RETURNING id`,
      [tx.tenant, segment.id, segment.name, segment.key, segment.value],
    );
    return row?.id ?? segment.id;
  },

  /** What people have in common that no segment asks for, most people first. Plan: one pass over the customer's attributes, for a question of a person. */
  async ungrouped(tx: TenantTx, limit: number): Promise<{ key: string; value: string; count: number }[]> {
    return tx.query<{ key: string; value: string; count: number }>(
      `SELECT a.key, a.value, count(*)::int AS count FROM attribute a
       WHERE NOT EXISTS (SELECT 1 FROM segment s WHERE s.key = a.key AND s.value = a.value)
       GROUP BY a.key, a.value ORDER BY count DESC, a.key, a.value LIMIT $1`,
      [limit],
    );
  },

  /** How many people have this in common. Plan: attribute's key. */
  async sharedBy(tx: TenantTx, key: string, value: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM attribute WHERE tenant_id = $1 AND key = $2 AND value = $3',
      [tx.tenant, key, value],
    );
    return row?.count ?? 0;
  },

  async list(tx: TenantTx): Promise<(Segment & { count: number })[]> {
    return tx.query<Segment & { count: number }>(
      `SELECT s.id, s.name, s.key, s.value,
              (SELECT count(*)::int FROM attribute a WHERE a.key = s.key AND a.value = s.value) AS count
       FROM segment s ORDER BY s.name`,
    );
  },
};
