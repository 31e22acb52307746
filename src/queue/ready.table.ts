import type { SystemTx } from '../data/database';

export interface Lease {
  kind: string;
  tenant: string;
  lane: Buffer;
  tries: number;
  gen: string;
  /** Which of its worker's. */
  number: string;
  /** Who holds it; null: nobody who says that they are there. */
  worker: string | null;
}

const leaseSeconds = 30;
export const leaseMs = leaseSeconds * 1_000;
const isDue = 'r.due_at <= clock_timestamp() AND (r.leased_until IS NULL OR r.leased_until <= clock_timestamp())';

/**
 * Leases up to `limit` lanes, taken in turn from tenants that have something due: a random few when there are more than that, so that none waits for ever.
 * The commit is the lease: the lane comes back in 30 s by itself, or when its worker is gone, and until then nobody else gets it, whatever wakes it.
 * @param most lanes of one tenant, with those it holds already · number: of this worker's leases, never used before
 * Plan: a walk from tenant to tenant over ready_due (tenant_id, due_at), then the same index a tenant.
 */
export async function leaseLanes(
  tx: SystemTx,
  kinds: readonly string[],
  limit: number,
  most: number,
  held: ReadonlyMap<string, number>,
  worker: string | undefined,
  number = 0,
): Promise<Lease[]> {
  return tx.query<Lease>(
    `WITH RECURSIVE walk AS (
       (SELECT tenant_id FROM edge.ready ORDER BY tenant_id LIMIT 1)
       UNION ALL
       SELECT (SELECT r.tenant_id FROM edge.ready r WHERE r.tenant_id > w.tenant_id ORDER BY r.tenant_id LIMIT 1)
       FROM walk w WHERE w.tenant_id IS NOT NULL),
     tenants AS MATERIALIZED (
       SELECT w.tenant_id, $3::int - coalesce(h.count, 0) AS room
       FROM walk w LEFT JOIN unnest($4::uuid[], $5::int[]) AS h(tenant_id, count) ON h.tenant_id = w.tenant_id
       WHERE $3::int > coalesce(h.count, 0)
         AND EXISTS (SELECT 1 FROM edge.ready r WHERE r.tenant_id = w.tenant_id AND ${isDue} AND r.kind = ANY($1::text[]))
       ORDER BY random() LIMIT $2),
     share AS (SELECT greatest(1, ceil($2::numeric / greatest(1, (SELECT count(*) FROM tenants))))::int AS n),
     due AS (
       SELECT r.kind, r.tenant_id, r.lane FROM tenants t CROSS JOIN LATERAL (
         SELECT kind, tenant_id, lane FROM edge.ready r
         WHERE r.tenant_id = t.tenant_id AND ${isDue} AND r.kind = ANY($1::text[])
         ORDER BY r.due_at LIMIT least(t.room, (SELECT n FROM share)) FOR UPDATE SKIP LOCKED) r
       LIMIT $2)
     UPDATE edge.ready r SET due_at = clock_timestamp() + $6 * interval '1 second', leased_until = clock_timestamp() + $6 * interval '1 second',
            tries = r.tries + 1, worker = $7::bigint, lease = $8::bigint
     FROM due d WHERE r.kind = d.kind AND r.tenant_id = d.tenant_id AND r.lane = d.lane
     RETURNING r.kind, r.tenant_id AS tenant, r.lane, r.tries, r.gen, r.worker, r.lease AS number`,
    [kinds, limit, most, [...held.keys()], [...held.values()], leaseSeconds, worker ?? null, number],
  );
}

// Whoever was taken for gone and comes back holds nothing: it is somebody else's. Nor does who was late: it may be their own again.
const isMine = (worker: string, number: string): string =>
  `worker IS NOT DISTINCT FROM ${worker}::bigint AND lease = ${number}::bigint`;

/** Nothing more to do, unless somebody woke the lane meanwhile: then it is due when they said. */
export async function endLease(tx: SystemTx, lease: Lease): Promise<void> {
  const { kind, tenant, lane, gen, worker, number } = lease;
  await Promise.all([
    tx.query(
      `DELETE FROM edge.ready WHERE kind = $1 AND tenant_id = $2 AND lane = $3 AND gen = $4 AND ${isMine('$5', '$6')}`,
      [kind, tenant, lane, gen, worker, number],
    ),
    tx.query(
      `UPDATE edge.ready SET leased_until = NULL, worker = NULL, tries = 0 WHERE kind = $1 AND tenant_id = $2 AND lane = $3 AND ${isMine('$4', '$5')}`,
      [kind, tenant, lane, worker, number],
    ),
  ]);
}

/** More waits in the lane: it is due again at once. */
export async function goOn(tx: SystemTx, { kind, tenant, lane, worker, number }: Lease): Promise<void> {
  await tx.query(
    `UPDATE edge.ready SET due_at = clock_timestamp(), leased_until = NULL, worker = NULL, tries = 0
     WHERE kind = $1 AND tenant_id = $2 AND lane = $3 AND ${isMine('$4', '$5')}`,
    [kind, tenant, lane, worker, number],
  );
}

/** It failed: nobody gets the lane for so many seconds, not even for what arrives, so that its tries stand for time as well. */
export async function rest(
  tx: SystemTx,
  { kind, tenant, lane, worker, number }: Lease,
  seconds: number,
): Promise<void> {
  await tx.query(
    `UPDATE edge.ready SET due_at = statement_timestamp() + $4 * interval '1 second', leased_until = statement_timestamp() + $4 * interval '1 second', worker = NULL
     WHERE kind = $1 AND tenant_id = $2 AND lane = $3 AND ${isMine('$5', '$6')}`,
    [kind, tenant, lane, seconds, worker, number],
  );
}

/** Leases that may have been given though nobody heard so: nothing was begun by them. Plan: one pass over edge.ready. */
export async function freeUnheard(tx: SystemTx, worker: string | undefined, numbers: readonly number[]): Promise<void> {
  await tx.query(
    `UPDATE edge.ready SET due_at = clock_timestamp(), leased_until = NULL, worker = NULL, tries = greatest(0, tries - 1)
     WHERE worker IS NOT DISTINCT FROM $1::bigint AND lease = ANY($2::bigint[])`,
    [worker ?? null, numbers],
  );
}

/** Everything of this kind is due now: time was moved. */
export async function hurry(tx: SystemTx, kind: string): Promise<void> {
  await tx.query('UPDATE edge.ready SET due_at = clock_timestamp() WHERE kind = $1 AND due_at > clock_timestamp()', [
    kind,
  ]);
}
