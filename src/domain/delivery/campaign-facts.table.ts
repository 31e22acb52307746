import type { TenantTx } from '../../data/database';
import { duties } from '../registers/duties';
import type { Stopped } from './gate';

/** Promotions a week to one person, for a customer who said nothing. */
const usualCap = 3;

/** Who may carry the customer's messages, and on record abroad. */
export interface WayRow {
  authorised: string[];
  /** `meta|US` */
  transferred: string[];
  country: string;
}
export interface CampaignFactsRow extends WayRow {
  stops: Stopped[];
  freezing: boolean;
  contract: boolean;
  assessed: boolean;
  registered: boolean;
  messaging_limit: number | null;
  declared: boolean;
  basis: string | null;
  spent: number;
  cost_a_month: number | null;
  /** Of a prepaid account, tax taken off; null: it is none. */
  credit: number | null;
  sent_today: number;
  messages_a_day: number | null;
  begun_today: number;
  promotions_a_week: number | null;
  lifted: string[];
  /** What guards held it for before. */
  held: string[];
  /** Of suspicion; null: not judged yet. */
  points: number | null;
  /** On the ladder of new companies; null: it has none. */
  step: number | null;
  /** The customer's own domains: those of its mail, its policy, and what is on record. */
  domains: string[];
}

/** Of tenant t, which is $1. */
const ownDomains = `t.domains || ARRAY(SELECT y FROM unnest(ARRAY[split_part(t.contact, '@', 2), substring(t.privacy_url FROM '^https?://([^/:]+)')]
         || ARRAY(SELECT split_part(w.provider_id, '@', 2) FROM sender w WHERE w.tenant_id = $1 AND w.channel = 'email')) y WHERE y <> '')`;

const way = `ARRAY(SELECT a.subprocessor FROM subprocessor_authorisation a WHERE a.tenant_id = $1 AND a.revoked_at IS NULL) AS authorised,
       ARRAY(SELECT f.subprocessor || '|' || f.country FROM transfer f WHERE f.tenant_id = $1) AS transferred`;

/** For a single message. Plan: the keys of three small tables. */
export async function readWay(tx: TenantTx): Promise<WayRow> {
  const sql = `SELECT t.country, ${way} FROM tenant t WHERE t.tenant_id = $1`;
  const [row] = await tx.query<WayRow>(sql, [tx.tenant]);
  return row ?? { authorised: [], transferred: [], country: '' };
}

/** The customer's own domains alone. */
export async function domainsOf(tx: TenantTx): Promise<string[]> {
  const sql = `SELECT ${ownDomains} AS domains FROM tenant t WHERE t.tenant_id = $1`;
  const [row] = await tx.query<{ domains: string[] }>(sql, [tx.tenant]);
  return row?.domains ?? [];
}

/**
 * Everything the gate asks once a campaign, in one row: asked again in the transaction of every claim. The month is that of the customer's zone.
 * Plan: the keys of eleven small tables; of sending_count at most two months of hours a number; of contact, where no impact is assessed, as many as need none.
 */
export async function readCampaignFacts(
  tx: TenantTx,
  of: { campaign: string; batch: string; sender: string; channel: string; purpose: string; category: string },
  now: Date,
): Promise<CampaignFactsRow> {
  const [row] = await tx.query<CampaignFactsRow>(
    `SELECT ARRAY(SELECT x.scope FROM sending_stop x WHERE x.tenant_id = $1 AND (x.scope, x.what) IN (('company', ''), ('channel', $6), ('sender', $3::text))
           UNION ALL SELECT 'house' FROM edge.sending_stop e WHERE e.channel IN ('*', $6)) AS stops, t.country,
       EXISTS (SELECT 1 FROM freezing z WHERE z.tenant_id = $1 AND z.batch_id = $8) AS freezing,
       EXISTS (SELECT 1 FROM contract k WHERE k.tenant_id = $1 AND '' NOT IN (k.object, k.duration, k.purpose, k.data, k.subjects, k.duties)) AS contract,
       (EXISTS (SELECT 1 FROM impact_assessment e WHERE e.tenant_id = $1)
         OR NOT EXISTS (SELECT 1 FROM contact p WHERE p.tenant_id = $1 OFFSET $9)) AS assessed,
       ${way},
       s.id IS NOT NULL AS registered, s.messaging_limit,
       EXISTS (SELECT 1 FROM declared_purpose d WHERE d.tenant_id = $1 AND d.purpose = $4) AS declared,
       (SELECT d.basis FROM declared_purpose d WHERE d.tenant_id = $1 AND d.purpose = $4 AND d.category = $5) AS basis,
       coalesce(u.spent, 0)::float8 AS spent, l.cost_a_month::float8 AS cost_a_month,
       CASE WHEN a.prepaid THEN ((a.balance + a.line) / (1 + a.tax / 100) - coalesce(u.unbilled, 0) + a.released)::float8 END AS credit,
       coalesce(u.today, 0)::int AS sent_today, l.messages_a_day,
       coalesce(u.begun, 0)::int AS begun_today,
       CASE WHEN l.tenant_id IS NULL THEN ${usualCap} ELSE l.promotions_a_week END AS promotions_a_week,
       ARRAY(SELECT o.code FROM lifted_rule o WHERE o.tenant_id = $1 AND o.campaign_id = $2) AS lifted,
       ARRAY(SELECT h.code FROM guard_hold h WHERE h.tenant_id = $1 AND h.campaign_id = $2) AS held,
       (SELECT q.points FROM campaign_suspicion q WHERE q.tenant_id = $1 AND q.campaign_id = $2) AS points,
       CASE WHEN d.tenant_id IS NULL THEN 0 ELSE d.step END AS step,
       ${ownDomains} AS domains
     FROM tenant t LEFT JOIN sender s ON s.tenant_id = t.tenant_id AND s.id = $3 AND s.channel = $6
     LEFT JOIN sending_limit l ON l.tenant_id = t.tenant_id LEFT JOIN sending_ladder d ON d.tenant_id = t.tenant_id LEFT JOIN account a ON a.tenant_id = t.tenant_id
     LEFT JOIN LATERAL (
       SELECT sum(n.cost) FILTER (WHERE n.hour >= date_trunc('month', $7::timestamptz, t.zone)) AS spent,
         sum(n.cost) FILTER (WHERE n.hour >= a.unbilled_from) AS unbilled,
         sum(n.messages) FILTER (WHERE n.hour > $7::timestamptz - interval '24 hours') AS today,
         sum(n.messages) FILTER (WHERE n.hour > $7::timestamptz - interval '24 hours' AND n.sender_id = $3) AS begun
       FROM sending_count n WHERE n.tenant_id = $1 AND n.hour > $7::timestamptz - interval '62 days') u ON true
     WHERE t.tenant_id = $1`,
    [tx.tenant, of.campaign, of.sender, of.purpose, of.category, of.channel, now, of.batch, duties.assessed_above],
  );
  if (!row) throw new Error('a campaign of no customer');
  return row;
}

/** Its owner lifts one of the customer's own rules for this campaign. Once is enough. */
export async function liftRule(tx: TenantTx, campaign: string, code: string, by: string, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO lifted_rule (tenant_id, campaign_id, code, lifted_by, lifted_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [tx.tenant, campaign, code, by, now],
  );
}

/** Where those wait whose message has not left yet. @param among of so many alone, for a look. Plan: message's key, contact's key. */
export async function waitingPlaces(
  tx: TenantTx,
  batch: string,
  among?: number,
): Promise<{ country: string; zone: string }[]> {
  return tx.query(
    `SELECT DISTINCT c.country, c.zone FROM (
       SELECT m.contact_id FROM message m WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.state = 'planned' LIMIT $3) w
     JOIN contact c ON c.tenant_id = $1 AND c.id = w.contact_id`,
    [tx.tenant, batch, among ?? null],
  );
}

/** Promotions to one person in any seven days; null: as many as there are. */
export async function promotionsCap(tx: TenantTx): Promise<number | null> {
  const [row] = await tx.query<{ cap: number | null }>(
    'SELECT promotions_a_week AS cap FROM sending_limit WHERE tenant_id = $1',
    [tx.tenant],
  );
  return row ? row.cap : usualCap;
}

export async function liftedRules(tx: TenantTx, campaign: string): Promise<string[]> {
  const rows = await tx.query<{ code: string }>(
    'SELECT code FROM lifted_rule WHERE tenant_id = $1 AND campaign_id = $2',
    [tx.tenant, campaign],
  );
  return rows.map(({ code }) => code);
}
