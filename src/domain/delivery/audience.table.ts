import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import { type Expression, isEverybody } from '../audience/segments/expression';
import { bySets, selectionOf } from '../audience/segments/selection.table';
import type { PromoChannel } from '../audience/standing.table';
import { suppressionsTable } from '../audience/suppressions.table';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { liftedRules, promotionsCap } from './campaign-facts.table';
import type { CampaignPurpose } from './gate';
import { leftAt, leftStates, standingRefusalSql } from './gate.table';

/** How people are looked at: by which way, what for, and as it will be then. */
export interface Looking {
  channel: string;
  purpose?: CampaignPurpose;
  /** Rules that the owner lifted. */
  lifted?: readonly string[];
  /** The moment of sending. */
  now: Date;
}

const asked = ['reach', 'consented', 'stopped', 'held', 'flags', 'paused_until'].map((name) => `s.${name}`).join(', ');

/** Promotions of the last month by person, and how often they want any: only who got some. Plan: campaign, then message by each batch's range of its key. */
const recent = (
  within: string,
): string => `SELECT f.contact_id, count(*) FILTER (WHERE ${leftAt('f', '$2::timestamptz')} > $2::timestamptz - interval '7 days')::int AS week,
    count(*)::int AS month
  FROM campaign k JOIN campaign_batch b ON b.tenant_id = k.tenant_id AND b.campaign_id = k.id
    JOIN message f ON f.tenant_id = b.tenant_id AND f.batch_id = b.batch_id
  WHERE k.tenant_id = $1 AND k.started_at IS NOT NULL AND (k.done_at IS NULL OR k.done_at > $2::timestamptz - interval '30 days')
    AND f.purpose = 'marketing' AND f.state IN ${leftStates} AND ${leftAt('f', '$2::timestamptz')} > $2::timestamptz - interval '30 days'
    AND ${within}
  GROUP BY 1`;

/** Those of a segment as rows s for the gate. $1 tenant, $2 now, $3 cap; then what else is bound. Plans: those of `selectionOf`, standing_counted where it is everybody. */
async function people(
  tx: TenantTx,
  segment: Expression,
  { now, purpose }: Looking,
  more: readonly unknown[] = [],
  page?: Page,
) {
  const zone = (await tenantsTable.get(tx))?.zone ?? 'UTC';
  const bind = [tx.tenant, now, await promotionsCap(tx), ...more];
  // Who objected to being told apart by what is known of them belongs to no group but everybody.
  const objectors = isEverybody(segment) ? [] : await suppressionsTable.allObjectors(tx, 'profiling', page);
  const others = objectors.length > 0 ? `NOT (s.contact_id = ANY($${bind.push(objectors)}::uuid[]))` : 'true';
  const first = bind.length + 1;
  const within = (person: string): string =>
    page ? `${person} > $${first}::uuid AND ${person} <= $${first + 1}::uuid` : 'true';
  if (page) bind.push(page.after, page.until);
  const selected = selectionOf(segment, { now, zone }, bind.length, page && within);
  const isAsked = purpose === undefined || purpose === 'marketing';
  const withRecent = isAsked && (await anyRecent(tx, now));
  const pace = withRecent
    ? "coalesce(w.week, 0) AS week, coalesce(w.month, 0) AS month, coalesce(p.frequency, 'all') AS frequency"
    : "0 AS week, 0 AS month, 'all' AS frequency";
  const joins = withRecent
    ? `LEFT JOIN (${recent(within('f.contact_id'))}) w ON w.contact_id = s.contact_id LEFT JOIN contact p ON w.contact_id IS NOT NULL AND p.tenant_id = s.tenant_id AND p.id = s.contact_id`
    : '';
  const from = `FROM standing s ${joins} WHERE s.tenant_id = $1 AND ${within('s.contact_id')} AND ${others} AND ${selected.where} AND $2::timestamptz IS NOT NULL AND ($3::int IS NULL OR $3::int > 0)`;
  return { from, pace, bind: [...bind, ...selected.bind] };
}

async function anyRecent(tx: TenantTx, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 AS one FROM campaign k WHERE k.tenant_id = $1 AND k.started_at IS NOT NULL
       AND (k.done_at IS NULL OR k.done_at > $2::timestamptz - interval '30 days') LIMIT 1`,
    [tx.tenant, now],
  );
  return rows.length > 0;
}

const gateOf = ({ channel, purpose = 'marketing', lifted = [] }: Looking): string =>
  standingRefusalSql(
    purpose,
    channel as PromoChannel,
    { channel: `'${channelOf(channel)}'`, now: '$2::timestamptz', cap: '$3::int' },
    { lasting: true, lifted },
  );

const channelOf = (channel: string): string => {
  if (!['whatsapp', 'sms', 'email'].includes(channel)) throw new Error(`no campaigns go by ${channel}`);
  return channel;
};

/**
 * How many of a segment may be written to (code null), and how many not, by reason. Of promotions everybody who is asked the same is asked once: a
 * million people are counted by the few ways in which they can stand.
 */
export async function countAudience(
  tx: TenantTx,
  segment: Expression,
  looking: Looking,
): Promise<{ code: string | null; count: number }[]> {
  const { from, pace, bind } = await people(tx, segment, looking);
  const isAlike = (looking.purpose ?? 'marketing') === 'marketing';
  const rows = isAlike
    ? `SELECT ${asked}, ${pace}, count(*) AS n ${from} GROUP BY ${asked}, week, month, frequency`
    : `SELECT s.tenant_id, s.contact_id, s.country, s.zone, ${asked}, ${pace}, 1 AS n ${from}`;
  const sql = `SELECT code, sum(n)::int AS count FROM (SELECT ${gateOf(looking)} AS code, s.n FROM (${rows}) s) p GROUP BY 1 ORDER BY 2 DESC, 1`;
  return bySets(tx, () => tx.query(sql, bind));
}

/** Of a segment those who may be written to, by their country. Plan: standing once over; a million take a third of a second. */
export async function countCountries(
  tx: TenantTx,
  segment: Expression,
  looking: Looking,
): Promise<{ country: string; count: number }[]> {
  const { from, pace, bind } = await people(tx, segment, looking);
  const sql = `SELECT country, count(*)::int AS count FROM (
       SELECT s.country, ${gateOf(looking)} AS code FROM (SELECT s.tenant_id, s.contact_id, s.country, s.zone, ${asked}, ${pace} ${from}) s) p
     WHERE code IS NULL GROUP BY 1 ORDER BY 2 DESC, 1`;
  return bySets(tx, () => tx.query(sql, bind));
}

/** One of those who may be written to, for a look at what they would get. */
export async function anybodyOf(tx: TenantTx, segment: Expression, looking: Looking): Promise<string | undefined> {
  const { from, pace, bind } = await people(tx, segment, looking);
  const sql = `SELECT contact_id FROM (
       SELECT s.contact_id, ${gateOf(looking)} AS code FROM (SELECT s.tenant_id, s.contact_id, s.country, s.zone, ${asked}, ${pace} ${from} LIMIT 500) s) p
     WHERE code IS NULL LIMIT 1`;
  const [row] = await bySets(tx, () => tx.query<{ contact_id: string }>(sql, bind));
  return row?.contact_id;
}

/** People from behind one to another, in the order of their ids. */
export interface Page {
  after: string;
  until: string;
  /** Nobody comes after it. */
  isLast: boolean;
}
const [beforeAll, afterAll] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

/** All of them. */
export const everyone: Page = { after: beforeAll, until: afterAll, isLast: true };

/** The next so many people, whoever they are. Plan: standing's key alone. */
export async function pageAfter(tx: TenantTx, after: string | null, size: number): Promise<Page> {
  const from = after ?? beforeAll;
  const [end] = await tx.query<{ id: string }>(
    'SELECT contact_id AS id FROM standing WHERE tenant_id = $1 AND contact_id > $2 ORDER BY contact_id OFFSET $3 LIMIT 1',
    [tx.tenant, from, size - 1],
  );
  return { after: from, until: end?.id ?? afterAll, isLast: end === undefined };
}

/**
 * Message rows for those of a page who are in the segment; those who may not be written to are left out with the reason, never silently.
 * @param made rows that stand before it. @returns how many were made
 */
export async function makeRows(
  tx: TenantTx,
  row: CampaignRow,
  looking: Looking,
  page: Page,
  made: bigint,
  now: Date,
): Promise<bigint> {
  const own = [row.batch_id, row.sender_id, looking.channel, looking.purpose ?? 'marketing', now, made.toString()];
  const { from, pace, bind } = await people(tx, row.segment, looking, own, page);
  const sql = `WITH made AS (
       INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, created_at)
       SELECT $1, $4::bigint, $9::bigint + row_number() OVER (ORDER BY id), id, $5::uuid, $6, $7, CASE WHEN reason IS NULL THEN 'planned' ELSE 'left_out' END, reason, $8::timestamptz
       FROM (SELECT s.contact_id AS id, ${gateOf(looking)} AS reason
             FROM (SELECT s.tenant_id, s.contact_id, s.country, s.zone, ${asked}, ${pace} ${from}) s) p
       RETURNING 1)
     SELECT count(*) AS count FROM made`;
  const [counted] = await bySets(tx, () => tx.query<{ count: string }>(sql, bind));
  return BigInt(counted?.count ?? 0);
}

/** After many rows were made: without it plans look each of them up. */
export async function analyzeMessages(tx: TenantTx): Promise<void> {
  await tx.query('SELECT edge.analyze_messages()');
}

/** Who of a segment may not be written to and why, by id; after the freeze, who was left out of the campaign. @param after the last one seen */
export async function leftOutOf(
  tx: TenantTx,
  row: CampaignRow,
  looking: Looking,
  after: string | undefined,
  most: number,
): Promise<{ contact: string; code: string }[]> {
  const first = after ?? '00000000-0000-0000-0000-000000000000';
  if (row.content_hash)
    return tx.query(
      `SELECT contact_id AS contact, reason AS code FROM message
       WHERE tenant_id = $1 AND batch_id = $2 AND state = 'left_out' AND contact_id > $3::uuid ORDER BY contact_id LIMIT $4`,
      [tx.tenant, row.batch_id, first, most],
    );
  const { from, pace, bind } = await people(tx, row.segment, looking, [first, most]);
  const sql = `SELECT id AS contact, code FROM (
       SELECT s.contact_id AS id, ${gateOf(looking)} AS code
       FROM (SELECT s.tenant_id, s.contact_id, s.country, s.zone, ${asked}, ${pace} ${from} AND s.contact_id > $4::uuid) s) p
     WHERE code IS NOT NULL ORDER BY id LIMIT $5`;
  return bySets(tx, () => tx.query(sql, bind));
}

/** The campaign went back to its author: its rows are made anew when approval is asked again. Nothing of it has left. */
export async function thawAudience(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    "DELETE FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state IN ('planned', 'left_out', 'cancelled')",
    [tx.tenant, batch],
  );
}

/** How a campaign's people are looked at: as they will stand at its hour. */
export async function lookingAt(tx: TenantTx, row: CampaignRow, now: Date): Promise<Looking> {
  const then = row.scheduled_at && row.scheduled_at > now ? row.scheduled_at : now;
  return { channel: row.channel, purpose: row.purpose, lifted: await liftedRules(tx, row.id), now: then };
}
