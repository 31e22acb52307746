import type { TenantTx } from '../../../data/database';

/** A promotion that went to somebody after they had asked for silence. */
export interface LateSend {
  /** `C-118` */
  campaign: string;
  channel: string;
  at: Date;
  state: string;
}

/** Promotions to a person that left, or may have left, since a moment. Plan: message_contact, campaign's batch. */
export async function sendsSince(tx: TenantTx, contact: string, channel: string, since: Date): Promise<LateSend[]> {
  return tx.query<LateSend>(
    `SELECT 'C-' || c.number AS campaign, m.channel, coalesce(m.accepted_at, m.claimed_at) AS at, m.state
     FROM message m JOIN campaign c ON c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.purpose = 'marketing' AND $3::text IN (m.channel, 'all')
       AND m.state IN ('sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown')
       AND coalesce(m.accepted_at, m.claimed_at) >= $4
     ORDER BY 3, m.batch_id, m.seq`,
    [tx.tenant, contact, channel, since],
  );
}
