import type { SystemTx } from '../data/database';

/** What waits of one kind of work, over all customers. Counts alone: whose it is, nobody is told. */
export interface LaneLine {
  kind: string;
  due: number;
  later: number;
  held: number;
  /** Tried three times or more. */
  failing: number;
  /** Seconds since the oldest of those that are due became so. */
  waits: number;
}

/** Plan: one pass over edge.ready, which holds only what waits. */
export const laneLines = (tx: SystemTx): Promise<LaneLine[]> =>
  tx.query<LaneLine>(
    `SELECT kind,
            count(*) FILTER (WHERE NOT held AND due_at <= clock_timestamp())::int AS due,
            count(*) FILTER (WHERE NOT held AND due_at > clock_timestamp())::int AS later,
            count(*) FILTER (WHERE held)::int AS held,
            count(*) FILTER (WHERE tries >= 3)::int AS failing,
            coalesce(extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE NOT held AND due_at <= clock_timestamp())), 0)::float8 AS waits
     FROM (SELECT kind, due_at, tries, leased_until IS NOT NULL AND leased_until > clock_timestamp() AS held FROM edge.ready) r
     GROUP BY kind ORDER BY kind`,
  );

/** Seconds since each worker that counts as there was heard. */
export async function workerLines(tx: SystemTx): Promise<{ id: string; silent: number }[]> {
  return tx.query(
    `SELECT id::text, extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent FROM edge.worker
     WHERE seen_at > clock_timestamp() - interval '3 seconds' ORDER BY id`,
  );
}
