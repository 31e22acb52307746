import type { SystemTx } from '../data/database';

export interface Lease {
  kind: string;
  tenant: string;
  lane: Buffer;
  tries: number;
  gen: string;
}

/**
 * Leases up to `limit` lanes, taken in turn from tenants that have something due: a random few when there are more than that, so that none waits for ever.
 * The commit is the lease: the lane comes back in 30 s by itself. @param full tenants that hold enough already
 * Plan: a walk from tenant to tenant over ready_due (tenant_id, due_at), then the same index a tenant.
 */
export async function leaseLanes(
  tx: SystemTx,
  kinds: readonly string[],
  limit: number,
  full: readonly string[] = [],
): Promise<Lease[]> {
  return tx.query<Lease>(
    `WITH RECURSIVE walk AS (
       (SELECT tenant_id FROM edge.ready ORDER BY tenant_id LIMIT 1)
       UNION ALL
       SELECT (SELECT r.tenant_id FROM edge.ready r WHERE r.tenant_id > w.tenant_id ORDER BY r.tenant_id LIMIT 1)
       FROM walk w WHERE w.tenant_id IS NOT NULL),
     tenants AS MATERIALIZED (
       SELECT w.tenant_id FROM walk w WHERE w.tenant_id <> ALL($3::uuid[])
         AND EXISTS (SELECT 1 FROM edge.ready r WHERE r.tenant_id = w.tenant_id AND r.due_at <= clock_timestamp() AND r.kind = ANY($1::text[]))
       ORDER BY random() LIMIT $2),
     share AS (SELECT greatest(1, ceil($2::numeric / greatest(1, (SELECT count(*) FROM tenants))))::int AS n),
     due AS (
       SELECT r.kind, r.tenant_id, r.lane FROM tenants t CROSS JOIN LATERAL (
         SELECT kind, tenant_id, lane FROM edge.ready
         WHERE tenant_id = t.tenant_id AND due_at <= clock_timestamp() AND kind = ANY($1::text[])
         ORDER BY due_at LIMIT (SELECT n FROM share) FOR UPDATE SKIP LOCKED) r
       LIMIT $2)
     UPDATE edge.ready r SET due_at = clock_timestamp() + interval '30 seconds', tries = r.tries + 1
     FROM due d WHERE r.kind = d.kind AND r.tenant_id = d.tenant_id AND r.lane = d.lane
     RETURNING r.kind, r.tenant_id AS tenant, r.lane, r.tries, r.gen`,
    [kinds, limit, full],
  );
}

/** Nothing more to do, unless somebody woke the lane meanwhile: then it is due when they said. */
export async function endLease(tx: SystemTx, lease: Lease): Promise<void> {
  const gone = await tx.query(
    'DELETE FROM edge.ready WHERE kind = $1 AND tenant_id = $2 AND lane = $3 AND gen = $4 RETURNING 1 AS one',
    key(lease),
  );
  if (gone.length === 0)
    await tx.query(
      'UPDATE edge.ready SET tries = 0 WHERE kind = $1 AND tenant_id = $2 AND lane = $3',
      key(lease).slice(0, 3),
    );
}

/** The lane is due again in so many seconds. */
export async function comeBack(tx: SystemTx, lease: Lease, seconds: number, succeeded: boolean): Promise<void> {
  await tx.query(
    `UPDATE edge.ready SET due_at = clock_timestamp() + make_interval(secs => $4), tries = CASE WHEN $5 THEN 0 ELSE tries END
     WHERE kind = $1 AND tenant_id = $2 AND lane = $3`,
    [...key(lease).slice(0, 3), seconds, succeeded],
  );
}

/** Everything of this kind is due now: time was moved. */
export async function hurry(tx: SystemTx, kind: string): Promise<void> {
  await tx.query('UPDATE edge.ready SET due_at = clock_timestamp() WHERE kind = $1 AND due_at > clock_timestamp()', [
    kind,
  ]);
}

const key = (lease: Lease): unknown[] => [lease.kind, lease.tenant, lease.lane, lease.gen];
