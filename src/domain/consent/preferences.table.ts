import type { TenantTx } from '../../data/database';
import type { PromoChannel } from '../audience/standing.table';

export const frequencies = ['all', 'weekly', 'monthly'] as const;
export type Frequency = (typeof frequencies)[number];
export const promoChannels: readonly PromoChannel[] = ['whatsapp', 'sms', 'email'];

export type Purpose = 'marketing' | 'service' | 'collections';

/** What a person chose, as it is kept with their act. */
export interface Chosen {
  channels: readonly PromoChannel[];
  frequency: Frequency;
  /** ISO, with the zone. */
  pausedUntil?: string;
}
export interface Change {
  id: string;
  page: 'preferences' | 'unsubscribe';
  language: string;
  before: Chosen;
  asked: Chosen;
}

export const preferencesTable = {
  /** The person whom an id means, whether they were another contact before or not; undefined when nobody is there any more. Plans: both keys. */
  async whose(tx: TenantTx, id: string): Promise<{ contact: string; holder: number } | undefined> {
    const [row] = await tx.query<{ contact: string; holder: number }>(
      `SELECT c.id AS contact, c.holder_epoch AS holder FROM contact c
       WHERE c.tenant_id = $1 AND c.id = coalesce((SELECT a.contact_id FROM contact_alias a WHERE a.tenant_id = $1 AND a.id = $2), $2)
         AND EXISTS (SELECT 1 FROM contact_key k WHERE k.tenant_id = c.tenant_id AND k.contact_id = c.id)`,
      [tx.tenant, id],
    );
    return row;
  },

  /** Plan: contact's key. */
  async of(tx: TenantTx, contact: string): Promise<{ frequency: Frequency; blocked: boolean }> {
    const [row] = await tx.query<{ frequency: Frequency; blocked: boolean }>(
      'SELECT frequency, blocked_at IS NOT NULL AS blocked FROM contact WHERE tenant_id = $1 AND id = $2',
      [tx.tenant, contact],
    );
    return row ?? { frequency: 'all', blocked: false };
  },

  /** What the customer said it writes to people for, promotions first. Plan: declared_purpose's key. */
  async purposes(tx: TenantTx): Promise<Purpose[]> {
    const rows = await tx.query<{ purpose: Purpose }>(
      "SELECT DISTINCT purpose, purpose <> 'marketing' AS later FROM declared_purpose WHERE tenant_id = $1 ORDER BY later, purpose DESC",
      [tx.tenant],
    );
    return rows.map(({ purpose }) => purpose);
  },

  /** Plan: contact's key. */
  async set(tx: TenantTx, contact: string, frequency: Frequency, pausedUntil: Date | null): Promise<void> {
    await tx.query('UPDATE contact SET frequency = $3, paused_until = $4 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      contact,
      frequency,
      pausedUntil,
    ]);
  },

  async insert(tx: TenantTx, contact: string, change: Change, now: Date): Promise<void> {
    const { id, page, language, before, asked } = change;
    await tx.query(
      `INSERT INTO preference_change (tenant_id, id, contact_id, page, language, before, asked, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tx.tenant, id, contact, page, language, JSON.stringify(before), JSON.stringify(asked), now],
    );
  },

  /** Whether that person did this on a page of ours. Plan: the key. */
  async isOf(tx: TenantTx, contact: string, id: string): Promise<boolean> {
    const bind = [tx.tenant, contact, id];
    const rows = await tx.query(
      'SELECT 1 AS one FROM preference_change WHERE tenant_id = $1 AND contact_id = $2 AND id = $3',
      bind,
    );
    return rows.length > 0;
  },
};
