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

  async list(tx: TenantTx): Promise<(Segment & { count: number })[]> {
    return tx.query<Segment & { count: number }>(
      `SELECT s.id, s.name, s.key, s.value,
              (SELECT count(*)::int FROM attribute a WHERE a.key = s.key AND a.value = s.value) AS count
       FROM segment s ORDER BY s.name`,
    );
  },
};
