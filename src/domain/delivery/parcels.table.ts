import type { TenantTx } from '../../data/database';
import { passing } from './gate';
import { refusalSql } from './gate.table';

export interface Claimed {
  seq: string;
  contact: string;
  /** Counted with this one. */
  attempts: number;
}
export interface Parcel {
  taken: Claimed[];
  /** The lowest row that was looked at. */
  first: string | undefined;
  looked: number;
}

const gate = refusalSql('marketing', {
  channel: 'm.channel',
  template: 'k.template_id',
  bound: 'NULL',
  now: '$5::timestamptz',
});
const waits = `j.refused IN (${passing.map((code) => `'${code}'`).join(', ')})`;

/**
 * Takes the next rows of a campaign and asks the gate again, in one statement: who left since is cancelled here, never sent. The rest is marked as
 * begun before its first byte: after a crash it is unknown, not sent again. Plan: message's key from $3 on, locked rows skipped; the gate's own plans a row.
 */
export async function claimParcel(
  tx: TenantTx,
  batch: string,
  from: string,
  count: number,
  now: Date,
): Promise<Parcel> {
  const rows = await tx.query<Claimed & { state: string }>(
    `WITH parcel AS (
       SELECT m.tenant_id, m.batch_id, m.seq, m.contact_id, m.channel FROM message m
       WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq >= $3::bigint AND m.state = 'planned'
         AND (m.not_before IS NULL OR m.not_before <= clock_timestamp())
         AND EXISTS (SELECT 1 FROM campaign g WHERE g.tenant_id = $1 AND g.batch_id = $2 AND g.state = 'sending')
       ORDER BY m.seq LIMIT $4 FOR UPDATE SKIP LOCKED),
     judged AS (
       SELECT m.*, ${gate} AS refused
       FROM parcel m JOIN campaign k ON k.tenant_id = m.tenant_id AND k.batch_id = m.batch_id
       JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id JOIN tenant t ON t.tenant_id = m.tenant_id)
     UPDATE message m SET
       state = CASE WHEN j.refused IS NULL THEN 'sending' WHEN ${waits} THEN 'planned' ELSE 'cancelled' END,
       reason = CASE WHEN ${waits} THEN NULL ELSE j.refused END,
       not_before = CASE WHEN ${waits} THEN clock_timestamp() + interval '1 second' END,
       attempts = m.attempts + CASE WHEN j.refused IS NULL THEN 1 ELSE 0 END,
       claimed_at = clock_timestamp(), lease_until = clock_timestamp() + interval '60 seconds'
     FROM judged j WHERE m.tenant_id = j.tenant_id AND m.batch_id = j.batch_id AND m.seq = j.seq
     RETURNING m.seq, m.contact_id AS contact, m.attempts, m.state`,
    [tx.tenant, batch, from, count, now],
  );
  const sorted = [...rows].sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1));
  const taken = sorted.filter((row) => row.state === 'sending');
  return { taken, first: sorted[0]?.seq, looked: rows.length };
}

/** A send whose worker is gone: nobody knows whether it left, so it is never sent again. Plan: message's key. */
export async function reap(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'unknown', reason = 'WORKER_LOST', lease_until = NULL
     WHERE tenant_id = $1 AND batch_id = $2 AND state = 'sending' AND lease_until < clock_timestamp()`,
    [tx.tenant, batch],
  );
}

/** What is still to be decided in a campaign. Plan: message's key (tenant_id, batch_id, seq), up to the first of each. */
export async function openRows(tx: TenantTx, batch: string): Promise<{ planned: boolean; sending: boolean }> {
  const any = (state: string) =>
    `EXISTS (SELECT 1 FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state = '${state}') AS ${state}`;
  const [row] = await tx.query<{ planned: boolean; sending: boolean }>(`SELECT ${any('planned')}, ${any('sending')}`, [
    tx.tenant,
    batch,
  ]);
  return row ?? { planned: false, sending: false };
}

/**
 * What waits for this person does not go; part of the transaction in which they left. Their stop or hold stands already: it is the reason.
 * Plan: message_contact (tenant_id, contact_id, created_at). Returns how many.
 */
export async function cancelPromotions(tx: TenantTx, contact: string, channel: string): Promise<number> {
  const rows = await tx.query(
    `UPDATE message SET state = 'cancelled', reason = CASE WHEN EXISTS (
         SELECT 1 FROM identifier i JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop AND x.strength = 'stop'
           AND x.channel IN (message.channel, 'all')
         WHERE i.tenant_id = $1 AND i.contact_id = $2) THEN 'OPTED_OUT' ELSE 'ON_HOLD' END
     WHERE tenant_id = $1 AND contact_id = $2 AND purpose = 'marketing' AND state = 'planned' AND $3 IN (channel, 'all') RETURNING 1 AS one`,
    [tx.tenant, contact, channel],
  );
  return rows.length;
}

/** Two contacts are one person: of a campaign that both are in, one message goes. Before their rows become one's. Plan: message_contact, twice. */
export async function cancelDoubles(tx: TenantTx, one: string, other: string): Promise<void> {
  for (const pair of [
    [one, other],
    [other, one],
  ])
    await tx.query(
      `UPDATE message m SET state = 'cancelled', reason = 'SAME_PERSON'
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.purpose = 'marketing' AND m.state = 'planned' AND EXISTS (
         SELECT 1 FROM message d WHERE d.tenant_id = $1 AND d.contact_id = $3 AND d.batch_id = m.batch_id
           AND d.state NOT IN ('left_out', 'cancelled', 'failed'))`,
      [tx.tenant, ...pair],
    );
}

/** Plan: message's key. */
export async function cancelBatch(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'cancelled', reason = 'CAMPAIGN_CANCELLED'
     WHERE tenant_id = $1 AND batch_id = $2 AND state = 'planned'`,
    [tx.tenant, batch],
  );
}
