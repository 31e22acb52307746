import type { TenantTx } from '../../data/database';

export interface WaitingReceipt {
  id: string;
  at: Date;
  sealed: Buffer;
}
export interface FoldedReceipt {
  batch: string;
  seq: string;
  status: string;
  at: Date;
  code: string | null;
}

/** The lane's waiting receipts, oldest first. Plan: inbox's key (tenant_id, lane, id). */
export async function waitingReceipts(tx: TenantTx, lane: Buffer, limit: number): Promise<WaitingReceipt[]> {
  return tx.query<WaitingReceipt>(
    "SELECT id, at, sealed FROM inbox WHERE tenant_id = $1 AND lane = $2 AND kind = 'receipts' ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED",
    [tx.tenant, lane, limit],
  );
}

export async function dropReceipts(tx: TenantTx, lane: Buffer, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM inbox WHERE tenant_id = $1 AND lane = $2 AND id = ANY($3::uuid[])', [
    tx.tenant,
    lane,
    ids,
  ]);
}

const rank = (column: string): string =>
  `array_position(ARRAY['planned','queued','sending','unknown','accepted','sent','delivered','read'], ${column})`;

/**
 * Every receipt is kept; each message moves to the highest of them, never back. Failed wins over what only we or the carrier said, not over delivered.
 * Rows that never left (left out, cancelled) stay as they are. Plan: message's key. Returns the batches that changed and the seqs that are known.
 */
export async function applyReceipts(
  tx: TenantTx,
  receipts: readonly FoldedReceipt[],
): Promise<{ batch: string; seq: string; contact: string }[]> {
  const sorted = [...receipts].sort((a, b) =>
    `${a.batch}.${a.seq.padStart(20, '0')}` < `${b.batch}.${b.seq.padStart(20, '0')}` ? -1 : 1,
  );
  const bind = [
    tx.tenant,
    sorted.map((one) => one.batch),
    sorted.map((one) => one.seq),
    sorted.map((one) => one.status),
    sorted.map((one) => one.at),
    sorted.map((one) => one.code),
  ];
  const given =
    'unnest($2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[]) AS r(batch, seq, status, at, code)';
  const known = await tx.query<{ batch: string; seq: string; contact: string }>(
    `SELECT m.batch_id AS batch, m.seq, m.contact_id AS contact FROM message m
     JOIN (SELECT DISTINCT batch, seq FROM ${given}) r ON m.batch_id = r.batch AND m.seq = r.seq
     WHERE m.tenant_id = $1 AND m.state NOT IN ('left_out', 'cancelled') ORDER BY m.batch_id, m.seq FOR UPDATE OF m`,
    bind,
  );
  await tx.query(
    `INSERT INTO receipt (tenant_id, batch_id, seq, status, at, code)
     SELECT DISTINCT ON (r.batch, r.seq, r.status) $1, r.batch, r.seq, r.status, r.at, r.code FROM ${given}
     JOIN message m ON m.tenant_id = $1 AND m.batch_id = r.batch AND m.seq = r.seq AND m.state NOT IN ('left_out', 'cancelled')
     ORDER BY r.batch, r.seq, r.status, r.at ON CONFLICT DO NOTHING`,
    bind,
  );
  await tx.query(
    `UPDATE message m SET state = top.status, reason = top.code, lease_until = NULL
     FROM (SELECT DISTINCT ON (batch, seq) batch, seq, status, code FROM ${given} WHERE status <> 'failed' ORDER BY batch, seq, ${rank('status')} DESC) top
     WHERE m.tenant_id = $1 AND m.batch_id = top.batch AND m.seq = top.seq
       AND (${rank('m.state')} < ${rank('top.status')} OR (m.state = 'failed' AND top.status IN ('delivered', 'read')))`,
    bind,
  );
  await tx.query(
    `UPDATE message m SET state = 'failed', reason = f.code, lease_until = NULL
     FROM (SELECT DISTINCT ON (batch, seq) batch, seq, code FROM ${given} WHERE status = 'failed' ORDER BY batch, seq, at) f
     WHERE m.tenant_id = $1 AND m.batch_id = f.batch AND m.seq = f.seq AND m.state IN ('sending', 'unknown', 'accepted', 'sent')`,
    bind,
  );
  return known;
}

/** Receipts for nobody we know, or not ours: counted by day, without a reference to anybody. */
export async function countResidue(
  tx: TenantTx,
  day: string,
  status: string,
  why: string,
  count: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO receipt_residue AS r (tenant_id, day, status, why, count) VALUES ($1, $2::date, $3, $4, $5)
     ON CONFLICT (tenant_id, day, status, why) DO UPDATE SET count = r.count + excluded.count`,
    [tx.tenant, day, status, why, count],
  );
}
