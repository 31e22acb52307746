import type { Client } from 'pg';

/**
 * What only its newest state may bring back: the keys of people; what came in and what is said about somebody, sealed before they were known or by the
 * customer's key alone; who was erased, and who must not be written to. It stands in the key backup, of which there is one generation.
 */
export const inKeyBackup: readonly string[] = [
  'suppression',
  'deletion_ledger',
  'contact_key',
  'inbox',
  'dialog',
  'slack_post',
  'sign_up_request',
];
/** Of this moment and this machine alone. */
const nowhere: readonly string[] = [
  ...['edge.worker', 'edge.gone_worker', 'migration.applied', 'migration.restoring'],
  'key_place', // a restore says where it found them
];

export interface BackedTable {
  /** `contact`, `edge.sender` */
  name: string;
  columns: string[];
}

/** As SQL names it. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

/** Every table that is in the data backup, whatever a row refers to before it. */
export async function dataTables(client: Client): Promise<BackedTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers: string[] }>(
    `SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       ARRAY(SELECT r.relname::text FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
             WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS refers
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1`,
  );
  const left = new Map(rows.filter(({ name }) => !nowhere.includes(name)).map((row) => [row.name, row]));
  const ordered: BackedTable[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(({ refers }) => refers.every((other) => !left.has(other)));
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const { name, columns } of free) {
      left.delete(name);
      if (!inKeyBackup.includes(name)) ordered.push({ name, columns });
    }
  }
  return ordered;
}
