import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Holding {
  /** What a person is told it is: `messages`, `consents`, … ; `none` where it is not about people. */
  category: string;
  purpose: string;
  origin: string;
  recipients: string;
  retention: string;
  erase: string;
}
/** personal: says something of a person, sealed unless noted · token: a keyed hash · key: opens a seal · fact: an id, state, count or time · text: written by the customer */
export type ColumnClass = 'personal' | 'token' | 'key' | 'fact' | 'text';
export interface TableHolding extends Holding {
  columns: Readonly<Record<string, ColumnClass>>;
}
interface DataMap {
  tables: Readonly<Record<string, TableHolding>>;
  elsewhere: Readonly<Record<string, Holding>>;
}

/** Every place where data is kept, column by column. */
export const dataMap: DataMap = (() => {
  const { tables, elsewhere } = parse(readFileSync(join(__dirname, 'data-map.yaml'), 'utf8')) as {
    tables: Record<string, Holding & { columns: Record<ColumnClass, string[]> }>;
    elsewhere: Record<string, Holding>;
  };
  const flat = Object.entries(tables).map(([name, table]) => {
    const columns = Object.entries(table.columns).flatMap(([kind, names]) =>
      names.map((column) => [column, kind as ColumnClass] as const),
    );
    return [name, { ...table, columns: Object.fromEntries(columns) }] as const;
  });
  return { tables: Object.fromEntries(flat), elsewhere };
})();

/** Counts by table, told by category; what is not there is left out. */
export function byCategory(counts: Readonly<Record<string, number>>): { category: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const [table, count] of Object.entries(counts)) {
    const category = dataMap.tables[table]?.category ?? 'other';
    if (count > 0) sums.set(category, (sums.get(category) ?? 0) + count);
  }
  return [...sums].map(([category, count]) => ({ category, count }));
}
