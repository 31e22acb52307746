import { randomInt } from 'node:crypto';
import type { TenantTx } from '../../data/database';

/** How far a campaign has come: what was tried and failed, whom it reached and who of them left. */
export interface Progress {
  tried: number;
  failed: number;
  reached: number;
  gone: number;
}

const shards = 8;
const reached = "('accepted', 'sent', 'delivered', 'read')";
const none = { tried: 0, failed: 0, reached: 0, gone: 0 };

/** How far it has come, what it had reached when its last window began, and when that was last marked. Plan: the keys of message_count, campaign_left and campaign_mark, a few rows. */
export async function progressOf(
  tx: TenantTx,
  batch: string,
  since: Date,
): Promise<{ whole: Progress; before: Progress; lastMark: Date | null }> {
  const [row] = await tx.query<Progress & { lastMark: Date | null }>(
    `SELECT coalesce(sum(n) FILTER (WHERE state IN ${reached}), 0)::int AS reached,
       coalesce(sum(n) FILTER (WHERE state = 'failed'), 0)::int AS failed,
       coalesce(sum(n) FILTER (WHERE state = 'failed' OR state IN ${reached}), 0)::int AS tried,
       (SELECT coalesce(sum(g.n), 0)::int FROM campaign_left g WHERE g.tenant_id = $1 AND g.batch_id = $2) AS gone,
       (SELECT max(k.at) FROM campaign_mark k WHERE k.tenant_id = $1 AND k.batch_id = $2) AS "lastMark"
     FROM message_count WHERE tenant_id = $1 AND batch_id = $2`,
    [tx.tenant, batch],
  );
  // The newest mark from before the window; while there is none, the window is the whole.
  const [before = none] = await tx.query<Progress>(
    `SELECT tried, failed, reached, gone FROM campaign_mark WHERE tenant_id = $1 AND batch_id = $2 AND at <= $3 ORDER BY at DESC LIMIT 1`,
    [tx.tenant, batch, since],
  );
  const { lastMark = null, ...whole } = row ?? { ...none, lastMark: null };
  return { whole, before, lastMark };
}

/** Writes down how far it has come, and forgets what lies further back than a window needs. */
export async function mark(tx: TenantTx, batch: string, progress: Progress, now: Date, since: Date): Promise<void> {
  await tx.query(
    `DELETE FROM campaign_mark m WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.at < (
       SELECT max(k.at) FROM campaign_mark k WHERE k.tenant_id = $1 AND k.batch_id = $2 AND k.at <= $3)`,
    [tx.tenant, batch, since],
  );
  await tx.query(
    `INSERT INTO campaign_mark (tenant_id, batch_id, at, tried, failed, reached, gone) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant_id, batch_id, at) DO NOTHING`,
    [tx.tenant, batch, now, progress.tried, progress.failed, progress.reached, progress.gone],
  );
}

/**
 * Somebody has just left: it counts for the newest campaign that reached them, once however often they say it.
 * @param since how far back a campaign may lie. Plan: message_contact, newest first; consent_contact
 */
export async function countGone(tx: TenantTx, contact: string, since: Date, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO campaign_left AS g (tenant_id, batch_id, shard, n)
     SELECT $1, m.batch_id, $5, 1 FROM (
       SELECT f.batch_id, f.created_at FROM message f
       WHERE f.tenant_id = $1 AND f.contact_id = $2 AND f.created_at >= $3 AND f.batch_id > 0 AND f.purpose = 'marketing'
         AND f.state IN ('sending', 'unknown', 'accepted', 'sent', 'delivered', 'read')
       ORDER BY f.created_at DESC, f.batch_id DESC LIMIT 1) m
     WHERE (SELECT count(*) = 1 AND bool_and(w.recorded_at = $4) FROM consent w
       WHERE w.tenant_id = $1 AND w.contact_id = $2 AND w.act = 'withdrawn' AND w.recorded_at >= m.created_at)
     ON CONFLICT (tenant_id, batch_id, shard) DO UPDATE SET n = g.n + 1`,
    [tx.tenant, contact, since, now, randomInt(shards)],
  );
}
