import type { TenantTx } from '../../data/database';

export interface OutcomeRow {
  seq: string;
  /** `planned` and `queued`: it did not leave and is tried again. */
  state: 'accepted' | 'failed' | 'unknown' | 'planned' | 'queued';
  reason: string | null;
  provider: Buffer | null;
  /** By which its receipts find it, where the channel carries no reference of ours. */
  sentAs?: Buffer | null;
  sealed: Buffer | null;
  /** Of what was handed over. */
  hash: Buffer | null;
  /** Seconds to wait before it is tried again. */
  pause: number;
  /** It failed for good here, and by another channel the person may be reached. */
  elsewhere?: true;
  /** The next one from the same number would fare the same: nobody there, no answer, everything refused. */
  trouble?: true;
}

/**
 * Writes what came of many sends in one statement. A receipt may have been faster: then only what it does not know is added. What was given up as
 * unknown may still turn out accepted or failed, but is never planned again. Plan: message's key, one row each.
 */
export async function writeOutcomes(
  tx: TenantTx,
  batch: string,
  outcomes: readonly OutcomeRow[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const sorted = [...outcomes].sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1)); // one order of locks for everybody
  const column = <K extends keyof OutcomeRow>(key: K) => sorted.map((one) => one[key]);
  const mayMove = `(m.state = 'sending' OR (m.state = 'unknown' AND o.state IN ('accepted', 'failed')))`;
  await tx.query(
    `UPDATE message m SET
       state = CASE WHEN ${mayMove} THEN o.state ELSE m.state END,
       reason = CASE WHEN ${mayMove} THEN o.reason ELSE m.reason END,
       provider_find = coalesce(o.provider, m.provider_find), sealed = coalesce(o.sealed, m.sealed), body_hash = coalesce(o.hash, m.body_hash),
       -- What was never begun was no attempt.
       attempts = m.attempts - CASE WHEN ${mayMove} AND o.state = 'planned' AND o.reason IS NULL THEN 1 ELSE 0 END,
       accepted_at = CASE WHEN o.state = 'accepted' THEN $10::timestamptz ELSE m.accepted_at END,
       not_before = CASE WHEN o.pause > 0 THEN clock_timestamp() + make_interval(secs => o.pause) END, lease_until = NULL
     FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::float8[])
       AS o(seq, state, reason, provider, sealed, hash, pause)
     WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = o.seq`,
    [
      tx.tenant,
      batch,
      column('seq'),
      column('state'),
      column('reason'),
      column('provider'),
      column('sealed'),
      column('hash'),
      column('pause'),
      now,
    ],
  );
}
