import type { TenantTx } from '../../../data/database';

export type Kind = 'text' | 'number' | 'day';
/** An attribute of the customer's people, and how its values compare. */
export interface Attribute {
  key: string;
  kind: Kind;
  /** The values of a text, as many as fit; none of what only compares. */
  values: readonly string[];
}

const most = { keys: 60, values: 300 };

/**
 * What the customer's people are told apart by. Plan: attribute's key, skipped from one key to the next and from one value to the next; a few thousand
 * look-ups whatever the number of people.
 */
export async function vocabularyOf(tx: TenantTx): Promise<Attribute[]> {
  const keys = await tx.query<{ key: string; kind: Kind }>(
    `WITH RECURSIVE known (key, n) AS (
       (SELECT a.key, 1 FROM attribute a WHERE a.tenant_id = $1 ORDER BY a.key LIMIT 1)
       UNION ALL
       SELECT (SELECT a.key FROM attribute a WHERE a.tenant_id = $1 AND a.key > k.key ORDER BY a.key LIMIT 1), n + 1
       FROM known k WHERE k.key IS NOT NULL AND n < ${most.keys})
     SELECT key, CASE WHEN EXISTS (SELECT 1 FROM attribute a WHERE a.tenant_id = $1 AND a.key = k.key AND a.number IS NOT NULL) THEN 'number'
                      WHEN EXISTS (SELECT 1 FROM attribute a WHERE a.tenant_id = $1 AND a.key = k.key AND a.day IS NOT NULL) THEN 'day'
                      ELSE 'text' END AS kind
     FROM known k WHERE key IS NOT NULL`,
    [tx.tenant],
  );
  const values = await tx.query<{ key: string; value: string }>(
    `SELECT k.key, v.value FROM unnest($2::text[]) k (key) CROSS JOIN LATERAL (
       WITH RECURSIVE known (value, n) AS (
         (SELECT a.value, 1 FROM attribute a WHERE a.tenant_id = $1 AND a.key = k.key ORDER BY a.value LIMIT 1)
         UNION ALL
         SELECT (SELECT a.value FROM attribute a WHERE a.tenant_id = $1 AND a.key = k.key AND a.value > o.value ORDER BY a.value LIMIT 1), n + 1
         FROM known o WHERE o.value IS NOT NULL AND n < ${most.values})
       SELECT value FROM known WHERE value IS NOT NULL) v`,
    [tx.tenant, keys.flatMap(({ key, kind }) => (kind === 'text' ? [key] : []))],
  );
  const byKey = new Map<string, string[]>();
  for (const { key, value } of values) byKey.set(key, [...(byKey.get(key) ?? []), value]);
  return keys.map(({ key, kind }) => ({ key, kind, values: byKey.get(key) ?? [] }));
}

/** What most people have in common. Plan: one pass over the customer's attributes, for a question of a person. */
export async function commonest(tx: TenantTx, limit: number): Promise<{ key: string; value: string; count: number }[]> {
  return tx.query(
    `SELECT a.key, a.value, count(*)::int AS count FROM attribute a WHERE a.tenant_id = $1 AND a.number IS NULL AND a.day IS NULL
     GROUP BY a.key, a.value ORDER BY count DESC, a.key, a.value LIMIT $2`,
    [tx.tenant, limit],
  );
}
