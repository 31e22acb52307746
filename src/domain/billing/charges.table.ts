import type { TenantTx } from '../../data/database';
import type { OwnPrice } from './rate-cards';

/** Messages of one campaign that are charged alike. */
export interface ChargedRow {
  campaign: string;
  template: string;
  channel: string;
  /** The template's, or as what the provider charged them. */
  category: string;
  /** Empty: of people who were erased since. */
  country: string;
  /** `2026-12-01`, in the customer's zone. */
  day: string;
  messages: number;
}

/** Once delivered, or once taken: by channel. */
const isCharged = `CASE WHEN m.channel = ANY ($2::text[]) THEN m.state IN ('delivered', 'read') ELSE m.accepted_at IS NOT NULL END`;

/**
 * What is charged, of a campaign or of all that left since a moment. What the provider let go free is not. Plan: campaign, then message by each batch's
 * range of its key and contact's key; a million take seconds, so it is asked for reports and bills alone.
 * @param onDelivery channels whose messages are charged once they arrive
 */
export async function chargedRows(
  tx: TenantTx,
  of: { campaign: string } | { since: Date },
  onDelivery: readonly string[],
): Promise<ChargedRow[]> {
  const [which, value] =
    'campaign' in of
      ? ['k.id = $3::uuid', of.campaign]
      : ['m.accepted_at >= $3::timestamptz AND (k.done_at IS NULL OR k.done_at >= $3::timestamptz)', of.since];
  return tx.query<ChargedRow>(
    `SELECT k.id AS campaign, p.id AS template, m.channel, coalesce(m.charged_as, p.category) AS category, c.country,
       to_char(m.accepted_at AT TIME ZONE t.zone, 'YYYY-MM-DD') AS day, count(*)::int AS messages
     FROM campaign k JOIN tenant t ON t.tenant_id = k.tenant_id
     JOIN campaign_batch b ON b.tenant_id = k.tenant_id AND b.campaign_id = k.id
     JOIN template p ON p.tenant_id = k.tenant_id AND p.id = b.template_id
     JOIN message m ON m.tenant_id = k.tenant_id AND m.batch_id = b.batch_id
     JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
     WHERE k.tenant_id = $1 AND k.started_at IS NOT NULL AND m.charged_as IS DISTINCT FROM 'free' AND ${isCharged} AND ${which}
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 3, 5, 6`,
    [tx.tenant, onDelivery, value],
  );
}

/** The customer's own prices. Plan: rate's key. */
export async function ownPrices(tx: TenantTx): Promise<OwnPrice[]> {
  return tx.query<OwnPrice>(
    `SELECT channel, category, country, currency, price::text AS price, to_char(valid_from, 'YYYY-MM-DD') AS "from"
     FROM rate WHERE tenant_id = $1`,
    [tx.tenant],
  );
}

/** Plan: rate's key. */
export async function setOwnPrice(tx: TenantTx, one: OwnPrice): Promise<void> {
  await tx.query(
    `INSERT INTO rate (tenant_id, channel, category, country, currency, price, valid_from) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant_id, channel, category, country, valid_from) DO UPDATE SET currency = excluded.currency, price = excluded.price`,
    [tx.tenant, one.channel, one.category, one.country, one.currency, one.price, one.from],
  );
}

/** What the customer lets itself spend in a month, if it said so. */
export async function ceiling(tx: TenantTx): Promise<string | undefined> {
  const [row] = await tx.query<{ most: string | null }>(
    'SELECT cost_a_month::text AS most FROM sending_limit WHERE tenant_id = $1',
    [tx.tenant],
  );
  return row?.most ?? undefined;
}
