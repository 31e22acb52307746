import type { TenantTx } from '../../data/database';
import type { TenantKeys } from '../../data/keys';
import type { MessageKey } from './reference';

/** Carriers try for days to reach a telephone that is off, and say so until then. */
export const sentIdDays = 7;

export interface SentId {
  channel: string;
  app: string;
  providerId: string;
}

const tokenOf = (keys: TenantKeys, { channel, app, providerId }: SentId): Buffer =>
  keys.findRaw('sent', JSON.stringify([channel, app, providerId]));

/** Which message a provider knows by this id. Plan: sent_id's key. */
export async function rememberSent(
  tx: TenantTx,
  keys: TenantKeys,
  id: SentId,
  message: MessageKey,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO sent_id (tenant_id, provider_find, batch_id, seq, sent_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id, provider_find) DO UPDATE SET batch_id = excluded.batch_id, seq = excluded.seq, sent_at = excluded.sent_at`,
    [tx.tenant, tokenOf(keys, id), message.batch, message.seq, now],
  );
}

/** The messages that go by these ids; undefined where nobody knows. Plan: sent_id's key, one row each. */
export async function findSent(
  tx: TenantTx,
  keys: TenantKeys,
  ids: readonly SentId[],
): Promise<(MessageKey | undefined)[]> {
  const tokens = ids.map((id) => tokenOf(keys, id));
  const rows = await tx.query<MessageKey & { token: Buffer }>(
    'SELECT provider_find AS token, batch_id AS batch, seq FROM sent_id WHERE tenant_id = $1 AND provider_find = ANY($2::bytea[])',
    [tx.tenant, tokens],
  );
  const found = new Map(rows.map(({ token, batch, seq }) => [token.toString('hex'), { batch, seq }]));
  return tokens.map((token) => found.get(token.toString('hex')));
}

/** Plan: sent_id_at. */
export async function dropOldSent(tx: TenantTx, now: Date): Promise<void> {
  await tx.query('DELETE FROM sent_id WHERE tenant_id = $1 AND sent_at < $2', [
    tx.tenant,
    new Date(now.getTime() - sentIdDays * 86_400_000),
  ]);
}
