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

/** From what is least to what is most known. Failed wins over what only we or the carrier said, not over what the phone said. */
const rank = (column: string): string =>
  `array_position(ARRAY['planned','queued','sending','unknown','accepted','sent','failed','delivered','read'], ${column})`;

// What never left can have no receipt; of whom the key is destroyed nothing more is written down.
const concerned = `m.state NOT IN ('left_out', 'cancelled')
       AND EXISTS (SELECT 1 FROM contact_key k WHERE k.tenant_id = m.tenant_id AND k.contact_id = m.contact_id)`;
const given =
  'unnest($2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[]) AS r(batch, seq, status, at, code)';

/**
 * Every receipt is kept; each message moves to the highest of them, never back, whatever their order. Rows that never left, and those of erased
 * people, stay as they are. Plan: message's key, one row each, locked in its order; contact_key's; what follows asks no more of them. Returns the messages
 * that are concerned.
 */
export async function applyReceipts(
  tx: TenantTx,
  receipts: readonly FoldedReceipt[],
): Promise<{ batch: string; seq: string; contact: string }[]> {
  const concerning = await tx.query<{ batch: string; seq: string; contact: string }>(
    `SELECT m.batch_id AS batch, m.seq, m.contact_id AS contact FROM message m
     JOIN (SELECT DISTINCT batch, seq FROM unnest($2::bigint[], $3::bigint[]) AS r(batch, seq)) r ON m.batch_id = r.batch AND m.seq = r.seq
     WHERE m.tenant_id = $1 AND ${concerned} ORDER BY m.batch_id, m.seq FOR UPDATE OF m`,
    [tx.tenant, receipts.map(({ batch }) => batch), receipts.map(({ seq }) => seq)],
  );
  const known = new Set(concerning.map(({ batch, seq }) => `${batch}.${seq}`));
  const ours = receipts.filter(({ batch, seq }) => known.has(`${batch}.${seq}`));
  if (ours.length === 0) return [];
  const column = <K extends keyof FoldedReceipt>(key: K) => ours.map((one) => one[key]);
  const bind = [tx.tenant, column('batch'), column('seq'), column('status'), column('at'), column('code')];
  await Promise.all([
    tx.query(
      `INSERT INTO receipt (tenant_id, batch_id, seq, status, at, code)
       SELECT DISTINCT ON (r.batch, r.seq, r.status) $1::uuid, r.batch, r.seq, r.status, r.at, r.code FROM ${given}
       ORDER BY r.batch, r.seq, r.status, r.at ON CONFLICT DO NOTHING`,
      bind,
    ),
    tx.query(
      `UPDATE message m SET state = top.status, reason = top.code, lease_until = NULL
       FROM (SELECT DISTINCT ON (batch, seq) batch, seq, status, code FROM ${given} ORDER BY batch, seq, ${rank('status')} DESC, at) top
       WHERE m.tenant_id = $1 AND m.batch_id = top.batch AND m.seq = top.seq AND ${rank('m.state')} < ${rank('top.status')}`,
      bind,
    ),
  ]);
  return concerning;
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

/** When somebody was last known to be there: they wrote, got or read something, or were met. Plans: contact's key, message_contact, receipt's key. */
export async function lastSign(tx: TenantTx, contact: string): Promise<Date> {
  const [row] = await tx.query<{ at: Date }>(
    `SELECT greatest(c.created_at, c.last_inbound_at, (
       SELECT max(r.at) FROM message m JOIN receipt r ON r.tenant_id = m.tenant_id AND r.batch_id = m.batch_id AND r.seq = m.seq
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND r.status IN ('delivered', 'read'))) AS at
     FROM contact c WHERE c.tenant_id = $1 AND c.id = $2`,
    [tx.tenant, contact],
  );
  return row?.at ?? new Date(0);
}
