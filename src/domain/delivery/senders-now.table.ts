import type { TenantTx } from '../../data/database';

export interface SenderStanding {
  id: string;
  channel: string;
  label: string;
  /** Since when nothing goes through, and the last reason; NULL: something does. */
  opened_at: Date | null;
  code: string | null;
  purpose: string;
  rate_per_second: number;
  messaging_limit: number | null;
  /** As the provider sees it; NULL: it was never asked. */
  quality: string | null;
  status: string | null;
  can_send: string | null;
  throughput: number | null;
  problems: readonly string[] | null;
  checked_at: Date | null;
  heard_at: Date | null;
  failed: string | null;
}

/** The customer's numbers and addresses, and whether campaigns leave from them. Plan: the keys of sender, sender_health and sender_breaker. */
export async function sendersNow(tx: TenantTx): Promise<SenderStanding[]> {
  return tx.query<SenderStanding>(
    `SELECT s.id, s.channel, s.label, s.purpose, s.rate_per_second, s.messaging_limit, b.opened_at, b.code,
            h.quality, h.status, h.can_send, h.throughput, h.problems, h.checked_at, h.heard_at, h.failed
     FROM sender s LEFT JOIN sender_health h ON h.tenant_id = s.tenant_id AND h.sender_id = s.id
     LEFT JOIN sender_breaker b ON b.tenant_id = s.tenant_id AND b.sender_id = s.id AND b.opened_at IS NOT NULL
     WHERE s.tenant_id = $1 ORDER BY array_position(ARRAY['whatsapp', 'sms', 'email'], s.channel), s.label`,
    [tx.tenant],
  );
}
