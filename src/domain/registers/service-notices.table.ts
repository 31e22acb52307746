import type { TenantTx } from '../../data/database';

export interface NoticeWords {
  title: string;
  text: string;
}
export interface NoticeRow {
  id: string;
  roles: string[];
  /** By language: es, en, pt. */
  words: Record<string, NoticeWords>;
  published_at: Date;
  until: Date | null;
}
export interface ToldRow {
  member: string;
  name: string;
  told_at: Date | null;
  read_at: Date | null;
}
const columns = 'n.id, n.roles, n.words, n.published_at, n.until';
/** Whoever has one of its roles now; staff of ours only while their grant lasts ($1 is now). */
const concerned = `n.roles && m.roles AND (NOT m.roles <@ ARRAY['support', 'platform'] OR m.granted_until > $1)`;

/** Plan: the key of service_notice, a few rows, and a team's. */
export const serviceNoticesTable = {
  async publish(tx: TenantTx, row: NoticeRow & { by: string }): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO service_notice (tenant_id, id, roles, words, published_at, published_by, until) VALUES ($1, $2, $3::text[], $4::jsonb, $5, $6, $7)
       ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, row.id, row.roles, JSON.stringify(row.words), row.published_at, row.by, row.until],
    );
    return rows.length > 0;
  },

  async untold(tx: TenantTx, now: Date): Promise<{ notice: string; member: string }[]> {
    return tx.query(
      `SELECT n.id AS notice, m.id AS member FROM service_notice n JOIN member m ON m.tenant_id = n.tenant_id AND ${concerned}
       WHERE n.published_at <= $1 AND (n.until IS NULL OR n.until > $1) AND NOT EXISTS (
         SELECT 1 FROM service_notice_told t WHERE t.tenant_id = n.tenant_id AND t.notice_id = n.id AND t.member_id = m.id)
       ORDER BY n.id, m.created_at, m.id`,
      [now],
    );
  },

  /** @returns false when they were told already */
  async told(tx: TenantTx, notice: string, member: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO service_notice_told (tenant_id, notice_id, member_id, told_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, notice, member, now],
    );
    return rows.length > 0;
  },

  /** Once is enough. @returns whether it is theirs to read */
  async read(tx: TenantTx, notice: string, member: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE service_notice_told SET read_at = coalesce(read_at, $3) WHERE notice_id = $1 AND member_id = $2 RETURNING 1 AS one`,
      [notice, member, now],
    );
    return rows.length > 0;
  },

  async get(tx: TenantTx, id: string): Promise<NoticeRow | undefined> {
    const [row] = await tx.query<NoticeRow>(`SELECT ${columns} FROM service_notice n WHERE n.id = $1`, [id]);
    return row;
  },

  /** What a member was told, the newest first. */
  async of(tx: TenantTx, member: string, most: number): Promise<(NoticeRow & { read_at: Date | null })[]> {
    return tx.query(
      `SELECT ${columns}, t.read_at FROM service_notice n JOIN service_notice_told t ON t.tenant_id = n.tenant_id AND t.notice_id = n.id
       WHERE t.member_id = $1 ORDER BY n.published_at DESC, n.id DESC LIMIT $2`,
      [member, most],
    );
  },

  /** Of one notice: each who was told, and when they read it. */
  async standing(tx: TenantTx, notice: string): Promise<ToldRow[]> {
    return tx.query(
      `SELECT m.id AS member, m.name, t.told_at, t.read_at FROM service_notice_told t
       JOIN member m ON m.tenant_id = t.tenant_id AND m.id = t.member_id WHERE t.notice_id = $1 ORDER BY m.created_at, m.id`,
      [notice],
    );
  },
};
