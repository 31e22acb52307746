import type { TenantTx } from '../../data/database';
import { refusalSql } from './gate.table';

export interface Claimed {
  seq: string;
  contact: string;
  /** What was enqueued, for single messages. */
  sealed: Buffer | null;
  attempts: number;
}
export interface OutcomeRow {
  seq: string;
  state: 'accepted' | 'failed' | 'unknown' | 'planned' | 'queued';
  reason: string | null;
  provider: Buffer | null;
  sealed: Buffer | null;
  /** Seconds to wait before it is tried again; only for `planned` and `queued`. */
  pause: number;
}

const bySeq = (a: string, b: string): number => (BigInt(a) < BigInt(b) ? -1 : 1);

const campaignGate = refusalSql('marketing', {
  channel: 'm.channel',
  template: 'k.template_id',
  now: '$4::timestamptz',
});

/**
 * Takes the next rows of a campaign and asks the gate again, in one statement: who left since is cancelled here, never sent. The rest is marked as begun,
 * before its first byte: after a crash it is unknown, not sent again. Plan: message's key from $3 on; locked rows are skipped.
 */
export async function claimParcel(
  tx: TenantTx,
  batch: string,
  from: string,
  now: Date,
  count: number,
): Promise<{ taken: Claimed[]; first: string | undefined; looked: number }> {
  const rows = await tx.query<Claimed & { state: string }>(
    `WITH parcel AS (
       SELECT m.tenant_id, m.batch_id, m.seq, m.contact_id, m.channel FROM message m
       WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq >= $3::bigint AND m.state = 'planned'
         AND (m.not_before IS NULL OR m.not_before <= clock_timestamp())
         AND EXISTS (SELECT 1 FROM campaign g WHERE g.tenant_id = $1 AND g.batch_id = $2 AND g.state = 'sending')
       ORDER BY m.seq LIMIT $5 FOR UPDATE SKIP LOCKED),
     judged AS (
       SELECT m.*, ${campaignGate} AS refused
       FROM parcel m JOIN campaign k ON k.tenant_id = m.tenant_id AND k.batch_id = m.batch_id
       JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id JOIN tenant t ON t.tenant_id = m.tenant_id)
     UPDATE message m SET
       state = CASE WHEN j.refused IS NULL THEN 'sending' WHEN j.refused = 'UNREAD_INBOUND' THEN 'planned' ELSE 'cancelled' END,
       reason = CASE WHEN j.refused = 'UNREAD_INBOUND' THEN NULL ELSE j.refused END,
       not_before = CASE WHEN j.refused = 'UNREAD_INBOUND' THEN clock_timestamp() + interval '2 seconds' END,
       attempts = m.attempts + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + interval '60 seconds'
     FROM judged j WHERE m.tenant_id = j.tenant_id AND m.batch_id = j.batch_id AND m.seq = j.seq
     RETURNING m.seq, m.contact_id AS contact, m.sealed, m.attempts, m.state`,
    [tx.tenant, batch, from, now, count],
  );
  const [first] = rows.map((row) => row.seq).sort(bySeq);
  return { taken: rows.filter((row) => row.state === 'sending'), first, looked: rows.length };
}

/** Writes what came of a parcel, all at once. A receipt may have been faster: then only what it does not know is added. */
export async function writeOutcomes(
  tx: TenantTx,
  batch: string,
  outcomes: readonly OutcomeRow[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const sorted = [...outcomes].sort((a, b) => bySeq(a.seq, b.seq)); // one order of locks for everybody
  await tx.query(
    `UPDATE message m SET
       state = CASE WHEN m.state = 'sending' THEN o.state ELSE m.state END,
       reason = CASE WHEN m.state = 'sending' THEN o.reason ELSE m.reason END,
       provider_find = coalesce(o.provider, m.provider_find), sealed = coalesce(o.sealed, m.sealed),
       accepted_at = CASE WHEN o.state = 'accepted' THEN $9 ELSE m.accepted_at END,
       not_before = CASE WHEN o.pause > 0 THEN clock_timestamp() + make_interval(secs => o.pause) END, lease_until = NULL
     FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::float8[]) AS o(seq, state, reason, provider, sealed, pause)
     WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = o.seq`,
    [
      tx.tenant,
      batch,
      sorted.map((one) => one.seq),
      sorted.map((one) => one.state),
      sorted.map((one) => one.reason),
      sorted.map((one) => one.provider),
      sorted.map((one) => one.sealed),
      sorted.map((one) => one.pause),
      now,
    ],
  );
}

/** A send whose worker is gone: nobody knows whether it left. Returns how many. */
export async function reap(tx: TenantTx, batch: string): Promise<number> {
  const rows = await tx.query(
    `UPDATE message SET state = 'unknown', reason = 'WORKER_LOST', lease_until = NULL
     WHERE tenant_id = $1 AND batch_id = $2 AND state = 'sending' AND lease_until < clock_timestamp() RETURNING 1 AS one`,
    [tx.tenant, batch],
  );
  return rows.length;
}

/** What is still to be decided in a campaign. */
export async function openRows(tx: TenantTx, batch: string): Promise<{ planned: number; sending: number }> {
  const [row] = await tx.query<{ planned: number; sending: number }>(
    `SELECT count(*) FILTER (WHERE state = 'planned')::int AS planned, count(*) FILTER (WHERE state = 'sending')::int AS sending
     FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state IN ('planned', 'sending')`,
    [tx.tenant, batch],
  );
  return row ?? { planned: 0, sending: 0 };
}

/** What waits for this person does not go; part of the transaction in which they left. Plan: message_contact. Returns how many. */
export async function cancelPromotions(tx: TenantTx, contact: string, reason: string): Promise<number> {
  const rows = await tx.query(
    `UPDATE message SET state = 'cancelled', reason = $3 WHERE tenant_id = $1 AND contact_id = $2 AND purpose = 'marketing' AND state = 'planned' RETURNING 1 AS one`,
    [tx.tenant, contact, reason],
  );
  return rows.length;
}

export async function cancelBatch(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    "UPDATE message SET state = 'cancelled', reason = 'CAMPAIGN_CANCELLED' WHERE tenant_id = $1 AND batch_id = $2 AND state = 'planned'",
    [tx.tenant, batch],
  );
}

export interface Single {
  contact: string;
  sender: string;
  channel: string;
  purpose: 'answer' | 'case';
  /** The inbox row it answers, or the case it belongs to. */
  boundTo: string;
}

/** Takes the next number of the tenant's standing batch. */
export async function nextSeq(tx: TenantTx): Promise<string> {
  const [row] = await tx.query<{ seq: string }>("SELECT nextval('message_seq') AS seq");
  return row?.seq ?? '0';
}

export async function insertSingle(
  tx: TenantTx,
  seq: string,
  single: Single,
  sealed: Buffer,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, bound_to, sealed, created_at)
     VALUES ($1, 0, $2, $3, $4, $5, $6, 'queued', $7, $8, $9)`,
    [tx.tenant, seq, single.contact, single.sender, single.channel, single.purpose, single.boundTo, sealed, now],
  );
  await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), '0')", [single.contact]);
}

const gateOf = (purpose: 'answer' | 'case'): string =>
  refusalSql(purpose, { channel: 'm.channel', template: 'NULL', now: '$3::timestamptz' });

export interface SingleRow extends Claimed {
  sender: string;
  purpose: 'answer' | 'case';
  boundTo: string;
  refused: string | null;
}

/** The next single message to this person, with the gate's answer; marked as begun unless it is refused. In order: a message that pauses holds the ones behind it. */
export async function claimSingle(tx: TenantTx, contact: string, now: Date): Promise<SingleRow | 'wait' | undefined> {
  await tx.query(
    `UPDATE message SET state = 'unknown', reason = 'WORKER_LOST' WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0
       AND state = 'sending' AND lease_until < clock_timestamp()`,
    [tx.tenant, contact],
  );
  const [row] = await tx.query<SingleRow & { waits: boolean }>(
    `SELECT m.seq, m.contact_id AS contact, m.sealed, m.sender_id AS sender, m.purpose, m.bound_to AS "boundTo", m.attempts,
            coalesce(m.not_before > clock_timestamp(), false) AS waits,
            CASE m.purpose WHEN 'case' THEN ${gateOf('case')} ELSE ${gateOf('answer')} END AS refused
     FROM message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id JOIN tenant t ON t.tenant_id = m.tenant_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.batch_id = 0 AND m.state = 'queued' ORDER BY m.seq LIMIT 1 FOR UPDATE OF m`,
    [tx.tenant, contact, now],
  );
  if (!row) return undefined;
  if (row.waits) return 'wait';
  await tx.query(
    `UPDATE message SET state = CASE WHEN $3::text IS NULL THEN 'sending' ELSE 'failed' END, reason = $3, attempts = attempts + 1,
            claimed_at = clock_timestamp(), lease_until = clock_timestamp() + interval '60 seconds'
     WHERE tenant_id = $1 AND batch_id = 0 AND seq = $2`,
    [tx.tenant, row.seq, row.refused],
  );
  return row;
}

export async function wakeReplies(tx: TenantTx, contact: string, seconds: number): Promise<void> {
  await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), make_interval(secs => $2))", [contact, seconds]);
}
