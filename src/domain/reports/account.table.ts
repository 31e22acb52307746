import type { TenantTx } from '../../data/database';

export interface Pulse {
  stopped: boolean;
  /** Of the last answers to people. */
  answers: number;
  failed: number;
  lastSent: Date | null;
  lastReceipt: Date | null;
  waiting: number;
}
export interface Usage {
  campaigns: number;
  sent: number;
  delivered: number;
  failed: number;
}

const lookedAt = 200;
const answers = '0';

/** How sending goes, seen from its last answers and the campaigns under way. Plan: message's and receipt's key (tenant_id, batch_id, seq). */
export async function pulse(tx: TenantTx): Promise<Pulse> {
  const [row] = await tx.query<Pulse>(
    `WITH last AS (SELECT seq, state, accepted_at FROM message WHERE tenant_id = $1 AND batch_id = ${answers} ORDER BY seq DESC LIMIT ${lookedAt})
     SELECT EXISTS (SELECT 1 FROM sending_stop WHERE tenant_id = $1 AND scope = 'company') AS stopped,
            count(*)::int AS answers, count(*) FILTER (WHERE state = 'failed')::int AS failed, max(accepted_at) AS "lastSent",
            (SELECT max(r.at) FROM receipt r JOIN last l ON l.seq = r.seq WHERE r.tenant_id = $1 AND r.batch_id = ${answers}) AS "lastReceipt",
            (SELECT count(*)::int FROM campaign c JOIN campaign_batch b ON b.tenant_id = c.tenant_id AND b.campaign_id = c.id
               JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = b.batch_id
             WHERE c.tenant_id = $1 AND c.state = 'sending' AND m.state IN ('planned', 'queued', 'sending')) AS waiting
     FROM last`,
    [tx.tenant],
  );
  return row as Pulse;
}

/** The promotions of the campaigns that began this month, by the customer's own calendar. Plan: message's key. */
export async function usage(tx: TenantTx, now: Date): Promise<Usage> {
  const [row] = await tx.query<Usage>(
    `SELECT count(DISTINCT c.id)::int AS campaigns,
            count(*) FILTER (WHERE m.state IN ('accepted', 'sent', 'delivered', 'read'))::int AS sent,
            count(*) FILTER (WHERE m.state IN ('delivered', 'read'))::int AS delivered,
            count(*) FILTER (WHERE m.state = 'failed')::int AS failed
     FROM campaign c JOIN tenant t ON t.tenant_id = c.tenant_id JOIN campaign_batch b ON b.tenant_id = c.tenant_id AND b.campaign_id = c.id
       JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = b.batch_id
     WHERE c.tenant_id = $1 AND c.started_at >= date_trunc('month', $2::timestamptz AT TIME ZONE t.zone) AT TIME ZONE t.zone`,
    [tx.tenant, now],
  );
  return row as Usage;
}
