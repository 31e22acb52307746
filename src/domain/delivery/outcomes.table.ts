import type { TenantTx } from '../../data/database';

export interface OutcomeRow {
  seq: string;
  /** `planned` and `queued`: it did not leave and is tried again. */
  state: 'accepted' | 'failed' | 'unknown' | 'planned' | 'queued';
  /** When the claim began of which this came. */
  began?: string;
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
 * Writes what came of many sends. A receipt may have been faster: then only what it does not know is added. What was given up as unknown may still turn
 * out accepted or failed, but is never planned again. May be written again by whoever did not hear of its commit.
 * @returns which are tried again from now on
 */
export async function writeOutcomes(
  tx: TenantTx,
  batch: string,
  outcomes: readonly OutcomeRow[],
  now: Date,
): Promise<string[]> {
  const sorted = [...outcomes].sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1)); // one order of locks for everybody
  const isBack = ({ state }: OutcomeRow): boolean => state === 'planned' || state === 'queued';
  const back = sorted.filter(isBack);
  if (back.length < sorted.length) {
    const over = sorted.filter((one) => !isBack(one));
    await conclude(tx, batch, over, now);
  }
  return back.length > 0 ? putBack(tx, batch, back) : [];
}

const columnOf =
  (rows: readonly OutcomeRow[]) =>
  <K extends keyof OutcomeRow>(key: K) =>
    rows.map((one) => one[key]);

/** Only of the claim that it came of: one that was put back may have been claimed anew, and may be leaving now. Plan: message's key, one row each. */
async function putBack(tx: TenantTx, batch: string, rows: readonly OutcomeRow[]): Promise<string[]> {
  const column = columnOf(rows);
  const moved = await tx.query<{ seq: string }>(
    `UPDATE message m SET state = o.state, reason = o.reason, lease_until = NULL,
       -- What was never begun was no attempt.
       attempts = m.attempts - CASE WHEN o.reason IS NULL THEN 1 ELSE 0 END,
       not_before = CASE WHEN o.pause > 0 THEN clock_timestamp() + make_interval(secs => o.pause) END
     FROM unnest($3::bigint[], $4::text[], $5::text[], $6::float8[], $7::timestamptz[]) AS o(seq, state, reason, pause, began)
     WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = o.seq AND m.state = 'sending' AND m.claimed_at = o.began RETURNING m.seq`,
    [
      tx.tenant,
      batch,
      column('seq'),
      column('state'),
      column('reason'),
      column('pause'),
      rows.map(({ began = null }) => began),
    ],
  );
  return moved.map(({ seq }) => seq);
}

/** In one statement. Plan: message's key, one row each. */
async function conclude(tx: TenantTx, batch: string, rows: readonly OutcomeRow[], now: Date): Promise<void> {
  const column = columnOf(rows);
  const mayMove = `(m.state = 'sending' OR (m.state = 'unknown' AND o.state IN ('accepted', 'failed')))`;
  await tx.query(
    `UPDATE message m SET
       state = CASE WHEN ${mayMove} THEN o.state ELSE m.state END,
       reason = CASE WHEN ${mayMove} THEN o.reason ELSE m.reason END,
       provider_find = coalesce(o.provider, m.provider_find), sealed = coalesce(o.sealed, m.sealed), body_hash = coalesce(o.hash, m.body_hash),
       accepted_at = CASE WHEN o.state = 'accepted' THEN $9::timestamptz ELSE m.accepted_at END, not_before = NULL, lease_until = NULL
     FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) AS o(seq, state, reason, provider, sealed, hash)
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
      now,
    ],
  );
}
