import type { TenantTx } from '../../data/database';

export interface TenantRow {
  name: string;
  legal_name: string;
  /** As it is shown: `76.517.351-5`. */
  rut: string;
  /** Giro and comuna. */
  activity: string;
  district: string;
  /** Where its bills go. */
  billing_mail: string;
  country: string;
  zone: string;
  language: string;
  contact: string;
  /** Where it is to be found. */
  address: string;
  /** Who acts for it before the law. */
  representative: string;
  privacy_url: string;
  policy_version: string;
  policy_date: Date | null;
  created_at: Date;
}
/** What a paper of account says of a customer. */
export type Paper = Pick<
  TenantRow,
  'legal_name' | 'rut' | 'contact' | 'country' | 'activity' | 'address' | 'district' | 'billing_mail'
>;
export interface NewTenant {
  name: string;
  legalName: string;
  rut?: string;
  country?: string;
  zone?: string;
  language?: string;
  contact?: string;
  address?: string;
  representative?: string;
  privacyUrl?: string;
  policyVersion?: string;
  /** `2026-05-20` */
  policyDate?: string;
}
export interface SenderRow {
  id: string;
  channel: string;
  app: string;
  provider_id: string;
  label: string;
  rate_per_second: number;
  /** What it hangs on at the provider, where templates are kept. */
  account?: string | null;
  /** privacy: for requests alone. */
  purpose?: 'all' | 'privacy';
}

export const tenantsTable = {
  /** The tenant with this id, made if it is not there. */
  async insert(tx: TenantTx, tenant: NewTenant, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO tenant (tenant_id, name, legal_name, rut, country, zone, language, contact,
                           privacy_url, policy_version, policy_date, created_at, address, representative)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::date, $12, $13, $14) ON CONFLICT (tenant_id) DO NOTHING`,
      [
        tx.tenant,
        tenant.name,
        tenant.legalName,
        tenant.rut ?? '',
        tenant.country ?? 'CL',
        tenant.zone ?? 'America/Santiago',
        tenant.language ?? 'es',
        tenant.contact ?? '',
        tenant.privacyUrl ?? '',
        tenant.policyVersion ?? '1',
        tenant.policyDate ?? null,
        now,
        tenant.address ?? '',
        tenant.representative ?? '',
      ],
    );
  },

  async get(tx: TenantTx): Promise<TenantRow | undefined> {
    // Noon in UTC is the same day wherever it is read.
    const [row] = await tx.query<TenantRow>(
      `SELECT name, legal_name, rut, activity, district, billing_mail, country, zone, language, contact, address, representative, privacy_url, policy_version,
              (policy_date + time '12:00') AT TIME ZONE 'UTC' AS policy_date, created_at FROM tenant`,
    );
    return row;
  },

  /** What papers of account say of it; the sender of its messages stays as it is. */
  async edit(tx: TenantTx, given: Paper): Promise<void> {
    const { legal_name, rut, contact, country, activity, address, district, billing_mail } = given;
    await tx.query(
      `UPDATE tenant SET legal_name = $2, rut = $3, activity = $4, address = $5, district = $6, billing_mail = $7, contact = $8, country = $9
       WHERE tenant_id = $1`,
      [tx.tenant, legal_name, rut, activity, address, district, billing_mail, contact, country],
    );
  },

  async setZone(tx: TenantTx, zone: string): Promise<void> {
    await tx.query('UPDATE tenant SET zone = $2 WHERE tenant_id = $1', [tx.tenant, zone]);
  },

  /** To how many people the only member of a team may approve alone; null: to nobody. */
  async aloneAtMost(tx: TenantTx): Promise<number | null> {
    const [row] = await tx.query<{ most: number | null }>('SELECT alone_at_most AS most FROM tenant');
    return row?.most ?? null;
  },

  async setAloneAtMost(tx: TenantTx, most: number | null): Promise<void> {
    await tx.query('UPDATE tenant SET alone_at_most = $2 WHERE tenant_id = $1', [tx.tenant, most]);
  },

  async addSender(tx: TenantTx, row: SenderRow): Promise<string> {
    const [sender] = await tx.query<{ id: string }>(
      `INSERT INTO sender AS s (tenant_id, id, channel, app, provider_id, label, rate_per_second, account, purpose)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, channel, app, provider_id)
         DO UPDATE SET label = excluded.label, account = coalesce(excluded.account, s.account) RETURNING s.id`,
      [
        ...[tx.tenant, row.id, row.channel, row.app, row.provider_id, row.label, row.rate_per_second],
        ...[row.account ?? null, row.purpose ?? 'all'],
      ],
    );
    return sender?.id ?? row.id;
  },

  async sender(tx: TenantTx, id: string): Promise<SenderRow | undefined> {
    const [row] = await tx.query<SenderRow>(
      'SELECT id, channel, app, provider_id, label, rate_per_second FROM sender WHERE id = $1',
      [id],
    );
    return row;
  },

  /** Those by which anything may be sent; `every`: also those for requests alone. */
  async senders(tx: TenantTx, channel: string, which: 'all' | 'every' = 'all'): Promise<SenderRow[]> {
    return tx.query<SenderRow>(
      `SELECT id, channel, app, provider_id, label, rate_per_second, purpose FROM sender
       WHERE channel = $1 AND (purpose = 'all' OR $2 = 'every') ORDER BY id`,
      [channel, which],
    );
  },

  /** What the numbers of a channel hang on at the provider. */
  async accounts(tx: TenantTx, channel: string): Promise<{ app: string; account: string }[]> {
    return tx.query(
      'SELECT DISTINCT app, account FROM sender WHERE tenant_id = $1 AND channel = $2 AND account IS NOT NULL ORDER BY account',
      [tx.tenant, channel],
    );
  },

  /** As the provider gives it: one for all numbers of a customer there. */
  async setMessagingLimit(tx: TenantTx, channel: string, limit: number | null): Promise<void> {
    await tx.query('UPDATE sender SET messaging_limit = $2 WHERE channel = $1', [channel, limit]);
  },

  async setPlace(tx: TenantTx, purpose: string, team: string, channel: string): Promise<void> {
    await tx.query(
      `INSERT INTO place (tenant_id, purpose, team, channel) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, purpose) DO UPDATE SET team = excluded.team, channel = excluded.channel`,
      [tx.tenant, purpose, team, channel],
    );
  },

  async place(tx: TenantTx, purpose: string): Promise<{ team: string; channel: string } | undefined> {
    const [row] = await tx.query<{ team: string; channel: string }>(
      'SELECT team, channel FROM place WHERE purpose = $1',
      [purpose],
    );
    return row;
  },
};
