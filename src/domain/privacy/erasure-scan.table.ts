import type { TenantTx } from '../../data/database';
import { dataMap } from './data-map';

export interface Traces {
  /** How many columns were asked. */
  places: number;
  /** Where something still is. */
  found: readonly string[];
}
/** What somebody is known by inside: looked for in every table there is, whether or not this file knows of it. */
export interface Marks {
  contact: string;
  /** Keyed hashes of their addresses, and of their lanes. */
  tokens: readonly Buffer[];
}

interface Place {
  name: string;
  column: string;
  type: 'uuid' | 'bytea';
}

/** Columns that name a person, and those of keyed hashes that an index finds; read from the catalogue, so that a new table is asked as well. */
async function places(tx: TenantTx): Promise<Place[]> {
  return tx.query<Place>(
    `SELECT c.relname AS name, a.attname AS column, t.typname AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT')
       AND (t.typname = 'uuid' AND a.attname = 'contact_id' OR t.typname = 'bytea' AND EXISTS (
         SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:2])))
     ORDER BY 1, 2`,
  );
}

const isThere: Readonly<Record<Place['type'], string>> = {
  uuid: '= $1',
  bytea: '= ANY($2::bytea[])',
};

/** What of this one erasure stays: categories that are kept, and the tables that only hold them. */
export interface Staying {
  categories: readonly string[];
  tables: readonly string[];
}

/** What the data map says that stays after every erasure (the dossier, refusals as keyed hashes, the record of what was done), and what is kept of this one. */
function mayStay(name: string, { categories, tables }: Staying): boolean {
  const { category = '', erase = '' } = dataMap.tables[name] ?? {};
  return erase.startsWith('remains') || categories.includes(category) || tables.includes(name);
}

/** Asks each place once, by an index. */
export async function tracesOf(tx: TenantTx, { contact, tokens }: Marks, kept: Staying): Promise<Traces> {
  const asked = (await places(tx)).filter(({ name }) => !mayStay(name, kept));
  const parts = asked.map(
    // Names of the schema itself, never of anybody's input.
    ({ name, column, type }) =>
      `SELECT '${name}.${column}' AS place WHERE EXISTS (SELECT 1 FROM "${name}" WHERE "${column}" ${isThere[type]})`,
  );
  const rows = await tx.query<{ place: string }>(
    `WITH given AS (SELECT $1::uuid, $2::bytea[]) ${parts.join(' UNION ALL ')}`,
    [contact, [...tokens, laneOf(contact)]],
  );
  return { places: asked.length, found: rows.map(({ place }) => place) };
}

const laneOf = (contact: string): Buffer => Buffer.from(contact.replaceAll('-', ''), 'hex');
