import type { SystemTx, TenantTx } from '../../data/database';
import type { CampaignPurpose } from './gate';

export interface TrackedLink {
  place: number;
  url: string;
  code: string;
  key_version: number;
  expires_at: Date;
}
export interface Tracking {
  days: number;
  /** Versions of the agreed words that tell of it; null: whatever the purpose is based on. */
  texts: readonly string[] | null;
}
export type Visitor = 'person' | 'machine' | 'nobody';

const columns = 'place, url, code, key_version, expires_at';
/** Of a code in the index of all codes. */
const linkKind = 'campaign';

export const trackedLinksTable = {
  async tracking(tx: TenantTx, purpose: string): Promise<Tracking | undefined> {
    const [row] = await tx.query<Tracking>(
      'SELECT days, texts FROM link_tracking WHERE tenant_id = $1 AND purpose = $2',
      [tx.tenant, purpose],
    );
    return row;
  },

  async enable(tx: TenantTx, purpose: CampaignPurpose, tracking: Tracking, by: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO link_tracking (tenant_id, purpose, days, texts, enabled_by, enabled_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, purpose) DO UPDATE SET days = excluded.days, texts = excluded.texts, enabled_by = excluded.enabled_by, enabled_at = excluded.enabled_at`,
      [tx.tenant, purpose, tracking.days, tracking.texts, by, now],
    );
  },

  async disable(tx: TenantTx, purpose: CampaignPurpose): Promise<void> {
    await tx.query('DELETE FROM link_tracking WHERE tenant_id = $1 AND purpose = $2', [tx.tenant, purpose]);
  },

  /** Who of these agreed to words that tell of counting: by their newest permission. Plan: consent_contact, a person each. */
  async covered(
    tx: TenantTx,
    contacts: readonly string[],
    texts: readonly string[],
    purpose: string,
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ contact: string }>(
      `SELECT p.contact FROM unnest($2::uuid[]) AS p(contact) CROSS JOIN LATERAL (
         SELECT c.text_version FROM consent c WHERE c.tenant_id = $1 AND c.contact_id = p.contact AND c.purpose = $4 AND c.act IN ('given', 'renewed')
         ORDER BY c.at DESC LIMIT 1) newest
       WHERE newest.text_version = ANY($3::text[])`,
      [tx.tenant, contacts, texts, purpose],
    );
    return new Set(rows.map(({ contact }) => contact));
  },

  /** Of a batch, in their order. Plan: tracked_link's key. */
  async list(tx: TenantTx, batch: string): Promise<TrackedLink[]> {
    return tx.query<TrackedLink>(
      `SELECT ${columns} FROM tracked_link WHERE tenant_id = $1 AND batch_id = $2 ORDER BY place`,
      [tx.tenant, batch],
    );
  },

  async get(tx: TenantTx, batch: string, place: number): Promise<(TrackedLink & { channel: string }) | undefined> {
    const [row] = await tx.query<TrackedLink & { channel: string }>(
      `SELECT ${columns}, (SELECT channel FROM message m WHERE m.tenant_id = $1 AND m.batch_id = $2 LIMIT 1) AS channel
       FROM tracked_link WHERE tenant_id = $1 AND batch_id = $2 AND place = $3`,
      [tx.tenant, batch, place],
    );
    return row;
  },

  /** Whoever comes second keeps the first one's. @param hash of the code, for the index by which the customer is found */
  async add(tx: TenantTx, batch: string, link: TrackedLink, hash: Buffer): Promise<void> {
    const [added] = await tx.query(
      `INSERT INTO tracked_link (tenant_id, batch_id, ${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, batch, link.place, link.url, link.code, link.key_version, link.expires_at],
    );
    if (added)
      await tx.query('SELECT edge.offer_link($1, $2, $3, $4)', [
        hash,
        linkKind,
        `${batch}.${link.place}`,
        link.expires_at,
      ]);
  },

  /** Plan: link_visit's key. */
  async countVisit(tx: TenantTx, batch: string, place: number, who: Visitor): Promise<void> {
    await tx.query(
      `INSERT INTO link_visit AS v (tenant_id, batch_id, place, who, n) VALUES ($1, $2, $3, $4, 1)
       ON CONFLICT (tenant_id, batch_id, place, who) DO UPDATE SET n = v.n + 1`,
      [tx.tenant, batch, place, who],
    );
  },

  /** Whose code it is; nothing of a person is known here. Plan: link's key. */
  async whose(
    tx: SystemTx,
    hash: Buffer,
    now: Date,
  ): Promise<{ tenant: string; batch: string; place: number } | undefined> {
    const [row] = await tx.query<{ tenant_id: string; grants: string }>(
      'SELECT tenant_id, grants FROM edge.link WHERE hash = $1 AND kind = $2 AND expires_at > $3',
      [hash, linkKind, now],
    );
    const [batch = '', place = ''] = row?.grants.split('.') ?? [];
    return row && { tenant: row.tenant_id, batch, place: Number(place) };
  },
};
