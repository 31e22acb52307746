import type { TenantTx } from '../../data/database';
import type { SupportHours } from './support-hours';

export type HoursRow = SupportHours & { words: string };
export interface CannedReply {
  id: string;
  name: string;
  words: string;
}

/** When a team answers, and what it answers often. */
export const supportDeskTable = {
  async hours(tx: TenantTx): Promise<HoursRow | undefined> {
    const [row] = await tx.query<HoursRow>(
      'SELECT days, opens, closes, on_holidays AS "onHolidays", words FROM support_hours WHERE tenant_id = $1',
      [tx.tenant],
    );
    return row;
  },

  async setHours(tx: TenantTx, { days, opens, closes, onHolidays, words }: HoursRow): Promise<void> {
    await tx.query(
      `INSERT INTO support_hours (tenant_id, days, opens, closes, on_holidays, words) VALUES ($1, $2::smallint[], $3, $4, $5, $6)
       ON CONFLICT (tenant_id) DO UPDATE SET days = excluded.days, opens = excluded.opens, closes = excluded.closes,
         on_holidays = excluded.on_holidays, words = excluded.words`,
      [tx.tenant, days, opens, closes, onHolidays, words],
    );
  },

  async removeHours(tx: TenantTx): Promise<void> {
    await tx.query('DELETE FROM support_hours WHERE tenant_id = $1', [tx.tenant]);
  },

  async canned(tx: TenantTx): Promise<CannedReply[]> {
    return tx.query<CannedReply>('SELECT id, name, words FROM canned_reply WHERE tenant_id = $1 ORDER BY name', [
      tx.tenant,
    ]);
  },

  /** One of that name says this from now on. */
  async keep(tx: TenantTx, { id, name, words }: CannedReply): Promise<void> {
    await tx.query(
      `INSERT INTO canned_reply (tenant_id, id, name, words) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, name) DO UPDATE SET words = excluded.words`,
      [tx.tenant, id, name, words],
    );
  },

  async drop(tx: TenantTx, id: string): Promise<boolean> {
    const rows = await tx.query('DELETE FROM canned_reply WHERE tenant_id = $1 AND id = $2 RETURNING 1 AS one', [
      tx.tenant,
      id,
    ]);
    return rows.length > 0;
  },
};
