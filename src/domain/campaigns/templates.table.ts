import { DataTypes } from 'sequelize';
import type { Table, TenantTx } from '../../data/database';
import type { TemplateParts, Variable } from './template-parts';

export type { Variable };

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
  /** As the provider last said: GREEN, YELLOW, RED, UNKNOWN. */
  quality?: string;
  /** What it is for, where its category does not say it. */
  purpose?: CampaignPurpose | null;
  /** Of an e-mail: whom it is from. */
  sender_name?: string | null;
  /** What is around its words. */
  parts?: TemplateParts;
  /** What the provider calls it; none: it knows nothing of it. */
  provider_id?: string | null;
  /** Why the provider refused or stopped it, by its own code. */
  why?: string | null;
  changed_at?: Date | null;
}
export type CampaignPurpose = 'marketing' | 'service' | 'collections';

/** What a campaign with this template is for. */
export const purposeOf = ({ purpose, category }: Pick<TemplateRow, 'purpose' | 'category'>): CampaignPurpose =>
  purpose ?? (category === 'UTILITY' ? 'service' : 'marketing');

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
    quality: { type: DataTypes.TEXT, defaultValue: 'UNKNOWN' },
    purpose: DataTypes.TEXT,
    sender_name: DataTypes.TEXT,
    parts: { type: DataTypes.JSONB, defaultValue: {} },
    provider_id: DataTypes.TEXT,
    why: DataTypes.TEXT,
    changed_at: DataTypes.DATE,
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
  /** The provider judges it by what people do with it, or files it anew. */
  setStanding: async (
    tx: TenantTx,
    name: string,
    language: string,
    { quality, category }: Partial<Pick<TemplateRow, 'quality' | 'category'>>,
  ): Promise<number> =>
    (
      await tx.query(
        `UPDATE template SET quality = coalesce($4, quality), category = coalesce($5, category)
         WHERE tenant_id = $1 AND name = $2 AND language = $3 RETURNING 1 AS one`,
        [tx.tenant, name, language, quality ?? null, category ?? null],
      )
    ).length,
};
