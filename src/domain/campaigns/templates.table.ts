import { DataTypes } from 'sequelize';
import type { Table, TenantTx } from '../../data/database';

export type Variable = { from: 'name'; otherwise: string } | { text: string };

export interface TemplateRow {
  id: string;
  channel: string;
  name: string;
  language: string;
  category: string;
  status: string;
  body: string;
  variables: readonly Variable[];
  stop_word: string | null;
  version: number;
}

const table: Table<TemplateRow> = {
  name: 'template',
  columns: {
    tenant_id: { type: DataTypes.UUID, primaryKey: true },
    id: { type: DataTypes.UUID, primaryKey: true },
    channel: DataTypes.TEXT,
    name: DataTypes.TEXT,
    language: DataTypes.TEXT,
    category: DataTypes.TEXT,
    status: DataTypes.TEXT,
    body: DataTypes.TEXT,
    variables: DataTypes.JSONB,
    stop_word: DataTypes.TEXT,
    version: DataTypes.INTEGER,
  },
};

export const templatesTable = {
  get: (tx: TenantTx, id: string): Promise<TemplateRow | undefined> => tx.rows(table).find({ id }),
  list: (tx: TenantTx): Promise<TemplateRow[]> =>
    tx.rows(table).list(
      {},
      {
        order: [
          ['name', 'ASC'],
          ['language', 'ASC'],
        ],
      },
    ),
  insert: (tx: TenantTx, row: TemplateRow): Promise<void> => tx.rows(table).insert(row),
  /** The provider reviewed it. Returns how many templates that concerned. */
  setStatus: (tx: TenantTx, name: string, language: string, status: string): Promise<number> =>
    tx.rows(table).update({ name, language }, { status }),
};
