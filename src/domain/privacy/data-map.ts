import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export interface Holding {
  /** What a person is told it is: `messages`, `consents`, … ; `none` where it is not about people, `team` where it is about members. */
  category: string;
  purpose: string;
  origin: string;
  recipients: string;
  retention: string;
  /** Its rule of retention.yaml, or several for parts of it. */
  keep: string | readonly string[];
  erase: string;
}
/**
 * personal: says something of a person, sealed unless noted · token: a keyed hash · key: opens a seal · fact: a state, count or time ·
 * inner: of our own doing, says nothing of a person · text: written by the customer
 */
export type ColumnClass = 'personal' | 'token' | 'key' | 'fact' | 'inner' | 'text';
export interface TableHolding extends Holding {
  columns: Readonly<Record<string, ColumnClass>>;
  /** Where it stands in the copy a person gets; without: in the main file. */
  file?: string;
  /** The person's own words and choices, which they may take elsewhere: these fields; `all` of it. */
  provided?: 'all' | readonly string[];
}
/** What is kept outside the database. */
export interface PlaceHolding extends Holding {
  /** Of Redis: how its keys begin · of logs: their fields · of blobs: the tables that name them · of copies: who has them. */
  keys?: readonly string[];
  fields?: readonly string[];
  kinds?: readonly string[];
  held_by?: readonly string[];
}
interface DataMap {
  tables: Readonly<Record<string, TableHolding>>;
  elsewhere: Readonly<Record<string, PlaceHolding>>;
}

/** Every place where data is kept, column by column. */
export const dataMap: DataMap = (() => {
  const { tables, elsewhere } = load(readFileSync(join(__dirname, 'data-map.yaml'), 'utf8')) as {
    tables: Record<string, Omit<TableHolding, 'columns'> & { columns: Record<ColumnClass, string[]> }>;
    elsewhere: Record<string, PlaceHolding>;
  };
  const flat = Object.entries(tables).map(([name, table]) => {
    const columns = Object.entries(table.columns).flatMap(([kind, names]) =>
      names.map((column) => [column, kind as ColumnClass] as const),
    );
    return [name, { ...table, columns: Object.fromEntries(columns) }] as const;
  });
  return { tables: Object.fromEntries(flat), elsewhere };
})();

const told: ReadonlySet<ColumnClass> = new Set(['personal', 'fact', 'text']);
/** Ids of ours lead nowhere for whoever reads them. */
const isId = (column: string): boolean => /^(id|seq|tenant_id)$|_id$/.test(column);

/** Whether what a table holds is told to the person it is about. */
export const isTold = ({ category }: Pick<Holding, 'category'>): boolean => !['none', 'team'].includes(category);

/** What of a table says something of a person: none may be missing in what they get. */
export const toldColumns = (table: string): string[] =>
  Object.entries(dataMap.tables[table]?.columns ?? {})
    .filter(([column, kind]) => told.has(kind) && !isId(column))
    .map(([column]) => column);

/** Counts by table, told by category; what is not there is left out. */
export function byCategory(counts: Readonly<Record<string, number>>): { category: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const [table, count] of Object.entries(counts)) {
    const category = dataMap.tables[table]?.category ?? 'other';
    if (count > 0) sums.set(category, (sums.get(category) ?? 0) + count);
  }
  return [...sums].map(([category, count]) => ({ category, count }));
}
