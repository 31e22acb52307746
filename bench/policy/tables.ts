import type { Sight } from './sight';

/** Every table that there is: `public` by name alone. */
async function tablesOf(at: Sight): Promise<string[]> {
  const rows = await at.ask<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** In which tables one of these stands as plain text, or within bytes that are not sealed: `table: what`. */
export async function findPlain(at: Sight, wanted: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tablesOf(at))
    for (const { what } of await at.ask<{ what: string }>(
      `SELECT w AS what FROM unnest($1::text[]) AS w
       WHERE EXISTS (SELECT 1 FROM ${table} t WHERE position(w IN t::text) > 0 OR position(encode(convert_to(w, 'UTF8'), 'hex') IN t::text) > 0)`,
      [wanted],
    ))
      found.push(`${table}: ${what}`);
  return found;
}

/** One number of a statement that counts. */
export async function count(at: Sight, sql: string, bind: readonly unknown[] = []): Promise<number> {
  const [row] = await at.ask<{ n: string | number }>(sql, bind);
  return Number(row?.n ?? 0);
}
