import { randomInt } from 'node:crypto';
import type { TenantTx } from '../../data/database';

const shards = 8;
/** Workers that count at once seldom meet. */
export const randomShard = (): number => randomInt(shards);

/**
 * Adds rows of messages to what was taken to be sent in this hour, with their price by the person's country. $1 is the tenant.
 * @param prices by country, and `*` for the others, in the customer's money: jsonb. Plan: the keys of contact and sending_count
 */
export const countedSql = (
  rows: string,
  { sender, shard, prices, now, sign }: Record<'sender' | 'shard' | 'prices' | 'now' | 'sign', string>,
): string => `INSERT INTO sending_count AS x (tenant_id, sender_id, hour, shard, messages, cost)
  SELECT $1::uuid, ${sender}::uuid, date_trunc('hour', ${now}::timestamptz, 'UTC'), ${shard}::smallint, ${sign} * count(*),
    ${sign} * coalesce(sum(coalesce(${prices}::jsonb ->> c.country, ${prices}::jsonb ->> '*')::numeric), 0)
  FROM ${rows} m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
  HAVING count(*) > 0
  ON CONFLICT (tenant_id, sender_id, hour, shard) DO UPDATE SET messages = x.messages + excluded.messages, cost = x.cost + excluded.cost`;

/** A single message that begins a talk counts against the limits of its number, at no price of a campaign. Plan: as `countedSql`. */
export async function countSingle(tx: TenantTx, of: { sender: string; seq: string }, now: Date): Promise<void> {
  const row = '(SELECT * FROM message WHERE tenant_id = $1 AND batch_id = 0 AND seq = $5)';
  await tx.query(countedSql(row, { sender: '$2', shard: '$4', prices: "'{}'", now: '$3', sign: '1' }), [
    ...[tx.tenant, of.sender, now, randomShard(), of.seq],
  ]);
}

/** What did not leave after all counts against no limit. Plan: message's key, one row each, and those of `countedSql`. */
export async function countBack(
  tx: TenantTx,
  of: { sender: string; batch: string; prices: string },
  seqs: readonly string[],
  now: Date,
): Promise<void> {
  if (seqs.length === 0) return;
  const rows = '(SELECT * FROM message WHERE tenant_id = $1 AND batch_id = $6 AND seq = ANY($7::bigint[]))';
  await tx.query(countedSql(rows, { sender: '$2', shard: '$4', prices: '$5', now: '$3', sign: '-1' }), [
    tx.tenant,
    of.sender,
    now,
    randomShard(),
    of.prices,
    of.batch,
    seqs,
  ]);
}

/** Whoever comes near a limit of this number takes from it one after the other. */
export async function queueForLimit(tx: TenantTx, sender: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('limit|' || $1, 0))", [`${tx.tenant}|${sender}`]);
}
