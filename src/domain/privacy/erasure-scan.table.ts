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
  /** When nothing of theirs was left: whoever writes from the same address afterwards is somebody new. */
  since: Date;
}

interface Place {
  name: string;
  column: string;
  type: 'uuid' | 'bytea';
  /** Its rows may also say whose they are. */
  owned: boolean;
}

/** Columns that name a person, and those of keyed hashes that an index finds; read from the catalogue, so that a new table is asked as well. */
async function places(tx: TenantTx): Promise<Place[]> {
  return tx.query<Place>(
    `SELECT c.relname AS name, a.attname AS column, t.typname AS type,
       EXISTS (SELECT 1 FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'contact_id' AND NOT o.attisdropped) AS owned
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

/** When a row came of which nobody knows yet whose it is. */
const cameAt: Readonly<Record<string, string>> = {
  inbox: 'received_at',
  dialog: 'updated_at',
  sign_up_request: 'at',
  forwarded_mail: 'at',
};

/** A row under their hash that is of somebody who came after them. */
function isNewcomers({ name, owned }: Place): string[] {
  const came = cameAt[name];
  return [
    ...(owned ? ['EXISTS (SELECT 1 FROM contact n WHERE n.id = t.contact_id AND n.created_at > $3)'] : []),
    ...(came ? [`${owned ? 't.contact_id IS NULL AND ' : ''}t."${came}" > $3`] : []),
  ];
}

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
export async function tracesOf(tx: TenantTx, { contact, tokens, since }: Marks, kept: Staying): Promise<Traces> {
  const asked = (await places(tx)).filter(({ name }) => !mayStay(name, kept));
  // Names of the schema itself, never of anybody's input.
  const parts = asked.map((place) => {
    const { name, column, type } = place;
    const others = type === 'bytea' ? isNewcomers(place).map((is) => ` AND NOT coalesce(${is}, false)`) : [];
    const theirs = `t."${column}" ${isThere[type]}${others.join('')}`;
    return `SELECT '${name}.${column}' AS place WHERE EXISTS (SELECT 1 FROM "${name}" t WHERE ${theirs})`;
  });
  const rows = await tx.query<{ place: string }>(
    `WITH given AS (SELECT $1::uuid, $2::bytea[], $3::timestamptz) ${parts.join(' UNION ALL ')}`,
    [contact, [...tokens, laneOf(contact)], since],
  );
  return { places: asked.length, found: rows.map(({ place }) => place) };
}

const laneOf = (contact: string): Buffer => Buffer.from(contact.replaceAll('-', ''), 'hex');
