import type { TenantTx } from '../../data/database';

export interface SenderStanding {
  id: string;
  channel: string;
  label: string;
  /** Since when nothing goes through, and the last reason; NULL: something does. */
  opened_at: Date | null;
  code: string | null;
}

/** The customer's numbers and addresses, and whether campaigns leave from them. Plan: sender's and sender_breaker's keys. */
export async function sendersNow(tx: TenantTx): Promise<SenderStanding[]> {
  return tx.query<SenderStanding>(
    `SELECT s.id, s.channel, s.label, b.opened_at, b.code FROM sender s
     LEFT JOIN sender_breaker b ON b.tenant_id = s.tenant_id AND b.sender_id = s.id AND b.opened_at IS NOT NULL
     WHERE s.tenant_id = $1 ORDER BY array_position(ARRAY['whatsapp', 'sms', 'email'], s.channel), s.label`,
    [tx.tenant],
  );
}
