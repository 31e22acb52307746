import type { TenantTx } from '../../data/database';
import type { TenantKeys } from '../../data/keys';

/**
 * A button of a campaign's message was pressed: noted once a message. @param on the provider's id of that message; of anything else nothing is noted.
 * Plan: message_contact (tenant_id, contact_id), click's key.
 */
export async function noteClick(tx: TenantTx, keys: TenantKeys, contact: string, on: string, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO click (tenant_id, batch_id, seq, at)
     SELECT m.tenant_id, m.batch_id, m.seq, $4 FROM message m
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.batch_id > 0 AND m.provider_find = $3
     ON CONFLICT DO NOTHING`,
    [tx.tenant, contact, keys.findRaw('wamid', on), at],
  );
}
