import type { TenantTx } from '../../data/database';
import { refusalSql } from './gate.table';

export interface MessageAt {
  batch: string;
  seq: string;
}
/** A campaign with other channels: its batches in the order in which they are tried, the first being its own. */
export interface Family {
  campaign: string;
  state: string;
  done_at: Date | null;
  batches: readonly { batch: string; sender: string; channel: string }[];
}

/** Those of these batches' campaigns that name another channel; mostly none. Plan: the unique keys of campaign and campaign_fallback by batch. */
export async function familiesOf(tx: TenantTx, batches: readonly string[]): Promise<Family[]> {
  return tx.query<Family>(
    `SELECT g.id AS campaign, g.state, g.done_at,
       jsonb_build_array(jsonb_build_object('batch', g.batch_id::text, 'sender', g.sender_id, 'channel', ''))
         || jsonb_agg(jsonb_build_object('batch', f.batch_id::text, 'sender', f.sender_id, 'channel', s.channel) ORDER BY f.place) AS batches
     FROM campaign_fallback f
     JOIN campaign g ON g.tenant_id = f.tenant_id AND g.id = f.campaign_id
     JOIN sender s ON s.tenant_id = f.tenant_id AND s.id = f.sender_id
     WHERE f.tenant_id = $1 AND f.campaign_id IN (
       SELECT id FROM campaign WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[])
       UNION SELECT campaign_id FROM campaign_fallback WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[]))
     GROUP BY g.id, g.state, g.done_at, g.batch_id, g.sender_id ORDER BY g.batch_id`,
    [tx.tenant, batches],
  );
}

/**
 * Messages by this channel for those of `from` that have failed and whom its gate lets be written to, once each: they have the number of the one that
 * failed. Plan: message's key, the gate's own plans a row. Returns the numbers.
 */
export async function planInstead(
  tx: TenantTx,
  from: string,
  seqs: readonly string[],
  to: Family['batches'][number],
  asked: { lifted: readonly string[]; cap: number | null; settleSeconds: number; now: Date },
): Promise<string[]> {
  const names = { channel: '$6::text', now: '$8::timestamptz', cap: '$9::int' };
  const gate = (purpose: 'marketing' | 'service' | 'collections') =>
    refusalSql(purpose, names, { lasting: true, lifted: asked.lifted });
  const rows = await tx.query<{ seq: string }>(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, not_before, created_at)
     SELECT $1, $4::bigint, m.seq, m.contact_id, $5::uuid, $6::text, m.purpose, 'planned', clock_timestamp() + make_interval(secs => $7::float8), $8::timestamptz
     FROM message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
     WHERE m.tenant_id = $1 AND m.batch_id = $2::bigint AND m.seq = ANY($3::bigint[]) AND m.state = 'failed' AND ($9::int IS NULL OR $9::int > 0)
       AND CASE m.purpose WHEN 'service' THEN ${gate('service')} WHEN 'collections' THEN ${gate('collections')} ELSE ${gate('marketing')} END IS NULL
     ORDER BY m.seq ON CONFLICT (tenant_id, batch_id, seq) DO NOTHING RETURNING seq`,
    [tx.tenant, from, seqs, to.batch, to.sender, to.channel, asked.settleSeconds, asked.now, asked.cap],
  );
  return rows.map(({ seq }) => seq);
}

/** Messages of later channels that have not begun, and whose first turned out not to have failed after all, do not go. Plan: message's key. */
export async function cancelInstead(
  tx: TenantTx,
  first: string,
  seqs: readonly string[],
  later: readonly string[],
): Promise<void> {
  await tx.query(
    `UPDATE message f SET state = 'cancelled', reason = 'REACHED_BEFORE', not_before = NULL
     FROM message m WHERE m.tenant_id = $1 AND m.batch_id = $2::bigint AND m.seq = ANY($3::bigint[]) AND m.state <> 'failed'
       AND f.tenant_id = $1 AND f.batch_id = ANY($4::bigint[]) AND f.seq = m.seq AND f.state = 'planned'`,
    [tx.tenant, first, seqs, later],
  );
}

/**
 * Which of the next messages of a fallback may be claimed: all that came before them have failed, and stay as they are until this transaction is over.
 * Whose first did arrive does not go. Earlier batches are locked before later ones, by everybody. Plan: message's key, three times.
 */
export async function stillFailed(
  tx: TenantTx,
  batch: string,
  before: readonly string[],
  from: string,
  most: number,
): Promise<string[]> {
  const due = await tx.query<{ seq: string }>(
    `SELECT seq FROM message WHERE tenant_id = $1 AND batch_id = $2 AND seq >= $3::bigint AND state = 'planned'
       AND (not_before IS NULL OR not_before <= clock_timestamp()) ORDER BY seq LIMIT $4`,
    [tx.tenant, batch, from, most],
  );
  if (due.length === 0) return [];
  const seqs = due.map(({ seq }) => seq);
  const earlier = await tx.query<{ seq: string; batch: string; state: string }>(
    `SELECT batch_id AS batch, seq, state FROM message WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[]) AND seq = ANY($3::bigint[])
     ORDER BY batch_id, seq FOR SHARE`,
    [tx.tenant, before, seqs],
  );
  const reached = new Set(
    earlier.filter(({ state }) => state !== 'failed' && state !== 'cancelled').map(({ seq }) => seq),
  );
  if (reached.size > 0) for (const first of before) await cancelInstead(tx, first, [...reached], [batch]);
  return seqs.filter((seq) => !reached.has(seq));
}

/** Whether anybody still waits for a campaign's other channels. Plan: message's key up to the first. */
export async function waitsElsewhere(tx: TenantTx, campaign: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 AS one FROM campaign_fallback f WHERE f.tenant_id = $1 AND f.campaign_id = $2 AND EXISTS (
       SELECT 1 FROM message m WHERE m.tenant_id = $1 AND m.batch_id = f.batch_id AND m.state IN ('planned', 'sending')) LIMIT 1`,
    [tx.tenant, campaign],
  );
  return rows.length > 0;
}

/** What the figures of a campaign count otherwise because somebody was written to by another channel: from a failure to what became of it there. */
export interface Instead {
  reason: string | null;
  state: string;
  why: string | null;
  count: number;
}

/** The last channel that was tried for each, of those whose first has failed. Plan: message's key over the fallbacks' batches, and one row of the first each. */
export async function countInstead(tx: TenantTx, campaign: string, first: string): Promise<Instead[]> {
  return tx.query<Instead>(
    `SELECT m.reason, f.state, f.reason AS why, count(*)::int AS count
     FROM (SELECT DISTINCT ON (x.seq) x.seq, x.state, x.reason FROM message x
           WHERE x.tenant_id = $1 AND x.state <> 'cancelled'
             AND x.batch_id IN (SELECT batch_id FROM campaign_fallback WHERE tenant_id = $1 AND campaign_id = $2)
           ORDER BY x.seq, x.batch_id DESC) f
     JOIN message m ON m.tenant_id = $1 AND m.batch_id = $3::bigint AND m.seq = f.seq AND m.state = 'failed'
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [tx.tenant, campaign, first],
  );
}

/** Its work is due in so many seconds. */
export async function wakeFallback(tx: TenantTx, batch: string, seconds: number): Promise<void> {
  await tx.query("SELECT edge.wake('fallback', int8send($1::bigint), make_interval(secs => $2))", [batch, seconds]);
}
