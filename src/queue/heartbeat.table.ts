import type { SystemTx } from '../data/database';

/** Silent for so long, a worker is gone. */
const silentSeconds = 3;

/** A worker that is there from now on. @returns its id, never used before */
export async function register(tx: SystemTx): Promise<string> {
  const [row] = await tx.query<{ id: string }>('INSERT INTO edge.worker DEFAULT VALUES RETURNING id');
  return row?.id as string;
}

/** @returns whether it still counts as there */
export async function beat(tx: SystemTx, worker: string): Promise<boolean> {
  const sql = 'UPDATE edge.worker SET seen_at = clock_timestamp() WHERE id = $1 RETURNING 1 AS one';
  return (await tx.query(sql, [worker])).length > 0;
}

/** It stops of itself, and holds nothing. */
export async function unregister(tx: SystemTx, worker: string): Promise<void> {
  await tx.query('DELETE FROM edge.worker WHERE id = $1', [worker]);
}

/**
 * Says who is gone, and frees the lanes they held. One that is silent in the midst of taking something to send is left for the next look: its transaction
 * ends with its connection, or when Postgres has waited long enough for it.
 */
export async function freeGone(tx: SystemTx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH late AS MATERIALIZED (
       SELECT id FROM edge.worker WHERE seen_at < clock_timestamp() - $1 * interval '1 second' FOR UPDATE SKIP LOCKED),
     gone AS (DELETE FROM edge.worker w USING late l WHERE w.id = l.id AND pg_try_advisory_xact_lock(edge.worker_lock(l.id)) RETURNING w.id),
     noted AS (INSERT INTO edge.gone_worker (id, at) SELECT id, clock_timestamp() FROM gone),
     freed AS (UPDATE edge.ready r SET due_at = clock_timestamp(), leased_until = NULL FROM gone g WHERE r.worker = g.id)
     SELECT id FROM gone`,
    [silentSeconds],
  );
  await tx.query("DELETE FROM edge.gone_worker WHERE at < clock_timestamp() - interval '1 hour'");
  return rows.map(({ id }) => id);
}
