import type { TenantTx } from '../../data/database';

export interface QueueNow {
  unread: number;
  unreadSince?: Date;
  answersWaiting: number;
  answersSince?: Date;
  thisHour: number;
}

const lookedAt = 500;
const waits = "state IN ('planned', 'queued', 'sending')";

/**
 * What waits to be read, what waits to leave, and how fast it goes. The newest rows and counters alone are looked at, so that a million says it as fast as ten.
 * Plans: inbox_unread; message's key, backwards; sending_count's key.
 */
export async function queueNow(tx: TenantTx, now: Date): Promise<QueueNow> {
  const [row] = await tx.query<{ [K in keyof Required<QueueNow>]: QueueNow[K] | null }>(
    `WITH unread AS (SELECT received_at FROM inbox WHERE tenant_id = $1 AND kind = 'turn' AND handled_at IS NULL),
       answers AS (SELECT state, created_at FROM message WHERE tenant_id = $1 AND batch_id = 0 ORDER BY seq DESC LIMIT ${lookedAt})
     SELECT (SELECT count(*)::int FROM unread) AS unread, (SELECT min(received_at) FROM unread) AS "unreadSince",
       (SELECT count(*)::int FROM answers WHERE ${waits}) AS "answersWaiting",
       (SELECT min(created_at) FROM answers WHERE ${waits}) AS "answersSince",
       (SELECT coalesce(sum(messages), 0)::int FROM sending_count WHERE tenant_id = $1 AND hour >= date_trunc('hour', $2::timestamptz)) AS "thisHour"`,
    [tx.tenant, now],
  );
  const found = Object.entries(row ?? {}).filter(([, value]) => value !== null);
  return { unread: 0, answersWaiting: 0, thisHour: 0, ...Object.fromEntries(found) };
}
