import type { TenantTx } from '../../data/database';
import type { TenantKeys } from '../../data/keys';
import type { MessageKey } from './reference';

export interface SentId {
  channel: string;
  app: string;
  providerId: string;
}

export const sentToken = (keys: TenantKeys, { channel, app, providerId }: SentId): Buffer =>
  keys.findRaw('sent', JSON.stringify([channel, app, providerId]));

/** Which messages of a batch a provider knows by these ids; those that have none are passed over. Plan: sent_id's key. */
export async function rememberSent(
  tx: TenantTx,
  batch: string,
  sent: readonly { seq: string; sentAs?: Buffer | null }[],
  now: Date,
): Promise<void> {
  // A carrier that begins to count anew may give an id twice: the last one has it, and none stands in one statement twice.
  const byToken = new Map(sent.flatMap((one) => (one.sentAs ? [[one.sentAs.toString('hex'), one] as const] : [])));
  if (byToken.size === 0) return;
  const known = [...byToken.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
  await tx.query(
    `INSERT INTO sent_id (tenant_id, provider_find, batch_id, seq, sent_at)
     SELECT $1, s.token, $2, s.seq, $5 FROM unnest($3::bytea[], $4::bigint[]) AS s(token, seq)
     ON CONFLICT (tenant_id, provider_find) DO UPDATE SET batch_id = excluded.batch_id, seq = excluded.seq, sent_at = excluded.sent_at`,
    [tx.tenant, batch, known.map(({ sentAs }) => sentAs), known.map(({ seq }) => seq), now],
  );
}

/** The messages that go by these ids; undefined where nobody knows. Plan: sent_id's key, one row each. */
export async function findSent(
  tx: TenantTx,
  keys: TenantKeys,
  ids: readonly SentId[],
): Promise<(MessageKey | undefined)[]> {
  const tokens = ids.map((id) => sentToken(keys, id));
  const rows = await tx.query<MessageKey & { token: Buffer }>(
    'SELECT provider_find AS token, batch_id AS batch, seq FROM sent_id WHERE tenant_id = $1 AND provider_find = ANY($2::bytea[])',
    [tx.tenant, tokens],
  );
  const found = new Map(rows.map(({ token, batch, seq }) => [token.toString('hex'), { batch, seq }]));
  return tokens.map((token) => found.get(token.toString('hex')));
}
