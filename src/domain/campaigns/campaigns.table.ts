import type { TenantTx } from '../../data/database';
import type { Expression } from '../audience/segments/expression';
import type { CampaignState } from './campaign-state';
import type { CampaignPurpose, Variable } from './templates.table';

export interface CampaignRow {
  id: string;
  number: number;
  batch_id: string;
  name: string;
  state: CampaignState;
  template_id: string;
  segment_id: string;
  sender_id: string;
  purpose: CampaignPurpose;
  scheduled_at: Date | null;
  version: number;
  content_hash: Buffer | null;
  frozen_at: Date | null;
  author_id: string;
  approver_id: string | null;
  comment: string | null;
  started_at: Date | null;
  done_at: Date | null;
  created_at: Date;
  template_name: string;
  body: string;
  variables: readonly Variable[];
  segment_name: string;
  /** Set once it is frozen; until then it follows the segment. */
  segment_version: number | null;
  segment: Expression;
  author_name: string | null;
  approver_name: string | null;
}

const select = `SELECT c.id, c.number, c.batch_id, c.name, c.state, c.template_id, c.segment_id, c.segment_version, c.sender_id, c.purpose, c.scheduled_at, c.version, c.content_hash, c.frozen_at,
    c.author_id, c.approver_id, c.comment, c.started_at, c.done_at, c.created_at, t.name AS template_name, t.body, t.variables,
    s.name AS segment_name, v.expression AS segment, a.name AS author_name, p.name AS approver_name
  FROM campaign c
  JOIN template t ON t.tenant_id = c.tenant_id AND t.id = c.template_id
  JOIN segment s ON s.tenant_id = c.tenant_id AND s.id = c.segment_id
  JOIN segment_version v ON v.tenant_id = c.tenant_id AND v.segment_id = s.id AND v.version = coalesce(c.segment_version, s.version)
  LEFT JOIN member a ON a.tenant_id = c.tenant_id AND a.id = c.author_id
  LEFT JOIN member p ON p.tenant_id = c.tenant_id AND p.id = c.approver_id`;

type NewRow = Pick<
  CampaignRow,
  'id' | 'name' | 'template_id' | 'segment_id' | 'sender_id' | 'purpose' | 'scheduled_at' | 'author_id'
>;

export const campaignsTable = {
  async insert(tx: TenantTx, row: NewRow, now: Date): Promise<void> {
    await tx.query(
      `WITH number AS (UPDATE tenant SET next_campaign = next_campaign + 1 WHERE tenant_id = $1 RETURNING next_campaign AS n)
       INSERT INTO campaign (tenant_id, id, number, batch_id, name, state, template_id, segment_id, sender_id, scheduled_at, author_id, created_at, purpose)
       SELECT $1, $2, n, nextval('batch_seq'), $3, 'draft', $4, $5, $6, $7, $8, $9, $10 FROM number`,
      [
        tx.tenant,
        row.id,
        row.name,
        row.template_id,
        row.segment_id,
        row.sender_id,
        row.scheduled_at,
        row.author_id,
        now,
        row.purpose,
      ],
    );
  },

  async get(tx: TenantTx, id: string): Promise<CampaignRow | undefined> {
    return (await tx.query<CampaignRow>(`${select} WHERE c.id = $1`, [id]))[0];
  },

  async byBatch(tx: TenantTx, batch: string): Promise<CampaignRow | undefined> {
    return (await tx.query<CampaignRow>(`${select} WHERE c.batch_id = $1`, [batch]))[0];
  },

  async byNumber(tx: TenantTx, number: number): Promise<CampaignRow | undefined> {
    return (await tx.query<CampaignRow>(`${select} WHERE c.number = $1`, [number]))[0];
  },

  async lock(tx: TenantTx, id: string): Promise<CampaignRow | undefined> {
    return (await tx.query<CampaignRow>(`${select} WHERE c.id = $1 FOR UPDATE OF c`, [id]))[0];
  },

  async list(tx: TenantTx, limit: number): Promise<CampaignRow[]> {
    return tx.query<CampaignRow>(`${select} ORDER BY c.number DESC LIMIT $1`, [limit]);
  },

  async newest(tx: TenantTx): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      'SELECT id FROM campaign ORDER BY started_at IS NULL, number DESC LIMIT 1',
    );
    return row?.id;
  },

  async save(tx: TenantTx, row: CampaignRow): Promise<void> {
    await tx.query(
      `UPDATE campaign SET state = $2, version = $3, approver_id = $4, comment = $5, started_at = $6, done_at = $7, content_hash = $8, frozen_at = $9, segment_version = $10
       WHERE id = $1`,
      [
        row.id,
        row.state,
        row.version,
        row.approver_id,
        row.comment,
        row.started_at,
        row.done_at,
        row.content_hash,
        row.frozen_at,
        row.segment_version,
      ],
    );
  },

  /** Of a draft alone: what is frozen is never written again. */
  async rewrite(tx: TenantTx, row: CampaignRow): Promise<void> {
    await tx.query(
      `UPDATE campaign SET name = $2, template_id = $3, segment_id = $4, sender_id = $5, scheduled_at = $6, purpose = $7
       WHERE id = $1 AND state = 'draft'`,
      [row.id, row.name, row.template_id, row.segment_id, row.sender_id, row.scheduled_at, row.purpose],
    );
  },

  /** Campaigns of the last month that this person is in. Plan: message_contact (tenant_id, contact_id, created_at). */
  async ofContact(tx: TenantTx, contact: string, since: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT DISTINCT c.id FROM message m JOIN campaign c ON c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.created_at >= $3 AND m.batch_id > 0`,
      [tx.tenant, contact, since],
    );
    return rows.map((row) => row.id);
  },

  async usingTemplate(tx: TenantTx, name: string, language: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT c.id FROM campaign c JOIN template t ON t.tenant_id = c.tenant_id AND t.id = c.template_id
       WHERE t.name = $1 AND t.language = $2 AND c.state IN ('scheduled', 'sending')`,
      [name, language],
    );
    return rows.map((row) => row.id);
  },

  async ofBatches(tx: TenantTx, batches: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM campaign WHERE batch_id = ANY($1::bigint[])', [
      batches,
    ]);
    return rows.map((row) => row.id);
  },

  /** Its work is due in so many seconds. */
  async wake(tx: TenantTx, batch: string, seconds = 0): Promise<void> {
    await tx.query("SELECT edge.wake('campaign', int8send($1::bigint), make_interval(secs => $2))", [batch, seconds]);
  },
};
