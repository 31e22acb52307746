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
  /** A file that a member dropped for it, until it is fetched. */
  bringing?: { team: string; file: string; name: string; by: string } | null;
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
    bringing: DataTypes.JSONB,
  },
};

const columns = Object.keys(table.columns).join(', ');

export const templatesTable = {
  /** Work of the provider's waits on this lane. */
  async wake(tx: TenantTx, lane: Buffer): Promise<void> {
    await tx.query("SELECT edge.wake('template', $1, '0')", [lane]);
  },

  /** Asked again with every claim. Plan: template's key. */
  get: async (tx: TenantTx, id: string): Promise<TemplateRow | undefined> => {
    const [row] = await tx.query<TemplateRow>(`SELECT ${columns} FROM template WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },
  /** What there is, by name; what was deleted is still known to campaigns. */
  list: async (tx: TenantTx): Promise<TemplateRow[]> =>
    (await templatesTable.all(tx)).filter(({ status }) => status !== 'DELETED'),
  all: (tx: TenantTx): Promise<TemplateRow[]> =>
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
  named: (tx: TenantTx, channel: string, name: string, language: string): Promise<TemplateRow | undefined> =>
    tx.rows(table).find({ channel, name, language }),
  /** Nobody changes it until this transaction ends. */
  lock: async (tx: TenantTx, id: string): Promise<TemplateRow | undefined> => {
    await tx.query('SELECT 1 FROM template WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tx.tenant, id]);
    return tx.rows(table).find({ id });
  },
  /** Drafts that would say it. Plan: campaigns of one customer. */
  draftsOf: async (tx: TenantTx, id: string): Promise<string[]> =>
    (
      await tx.query<{ id: string }>(
        `SELECT c.id FROM campaign c WHERE c.tenant_id = $1 AND c.state = 'draft' AND (c.template_id = $2 OR EXISTS (
           SELECT 1 FROM campaign_fallback f WHERE f.tenant_id = c.tenant_id AND f.campaign_id = c.id AND f.template_id = $2)) LIMIT 20`,
        [tx.tenant, id],
      )
    ).map((row) => row.id),
  rewrite: async (tx: TenantTx, { id, ...row }: TemplateRow): Promise<void> =>
    void (await tx.rows(table).update({ id }, row)),
  mark: async (
    tx: TenantTx,
    id: string,
    change: Partial<Pick<TemplateRow, 'status' | 'why' | 'provider_id' | 'category' | 'quality' | 'bringing'>>,
  ): Promise<void> => void (await tx.rows(table).update({ id }, change)),
  /** A campaign that is not over has it. Plan: campaigns of one customer. */
  isUsed: async (tx: TenantTx, id: string): Promise<boolean> =>
    (
      await tx.query(
        `SELECT 1 AS one FROM campaign WHERE tenant_id = $1 AND template_id = $2
           AND state IN ('awaiting_approval', 'scheduled', 'sending', 'paused', 'held') LIMIT 1`,
        [tx.tenant, id],
      )
    ).length > 0,
};
