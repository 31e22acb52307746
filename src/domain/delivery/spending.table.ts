import { randomInt } from 'node:crypto';
import type { TenantTx } from '../../data/database';

const shards = 8;

/**
 * Adds what was just taken to be sent, with its price by the person's country; with sign -1, what did not leave after all. Plan: message's key, one
 * row each; the keys of contact, rate and sending_count.
 */
export async function countSending(
  tx: TenantTx,
  of: { sender: string; batch: string; category: string },
  seqs: readonly string[],
  sign: 1 | -1,
  now: Date,
): Promise<void> {
  if (seqs.length === 0) return;
  await tx.query(
    `INSERT INTO sending_count AS x (tenant_id, sender_id, hour, shard, messages, cost)
     SELECT $1, $2, date_trunc('hour', $3::timestamptz, 'UTC'), $4, $5::int * count(*), $5::int * coalesce(sum(coalesce(own.price, other.price)), 0)
     FROM message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
     LEFT JOIN rate own ON own.tenant_id = m.tenant_id AND own.channel = m.channel AND own.category = $8 AND own.country = c.country
     LEFT JOIN rate other ON other.tenant_id = m.tenant_id AND other.channel = m.channel AND other.category = $8 AND other.country = '*'
     WHERE m.tenant_id = $1 AND m.batch_id = $6 AND m.seq = ANY($7::bigint[])
     ON CONFLICT (tenant_id, sender_id, hour, shard) DO UPDATE SET messages = x.messages + excluded.messages, cost = x.cost + excluded.cost`,
    [tx.tenant, of.sender, now, randomInt(shards), sign, of.batch, seqs, of.category],
  );
}

/** Whoever comes near a limit of this number takes from it one after the other. */
export async function queueForLimit(tx: TenantTx, sender: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('limit|' || $1, 0))", [`${tx.tenant}|${sender}`]);
}
