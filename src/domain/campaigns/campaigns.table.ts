import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import type { Expression } from '../audience/segments/expression';
import type { CampaignState } from './campaign-state';
import type { Pace } from './pace';
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
  pace: Pace;
  /** Of waves: the one that goes out, from 0, and since when nobody of it waits. */
  wave: number;
  wave_over_at: Date | null;
  version: number;
  content_hash: Buffer | null;
  frozen_at: Date | null;
  author_id: string;
  approver_id: string | null;
  comment: string | null;
  /** While it is held, and since when. */
  held_why: string | null;
  held_at: Date | null;
  /** The first of two who let it go on. */
  resumed_by: string | null;
  /** Whom its approval was handed to. */
  asked_of: string | null;
  reminded_at: Date | null;
  started_at: Date | null;
  done_at: Date | null;
  created_at: Date;
  template_name: string;
  /** By which its template goes. */
  channel: string;
  /** As it goes by another channel: the batches that come before, of which every message must have failed. */
  before?: readonly string[];
  body: string;
  variables: readonly Variable[];
  segment_name: string;
  /** Set once it is frozen; until then it follows the segment. */
  segment_version: number | null;
  segment: Expression;
  author_name: string | null;
  approver_name: string | null;
  /** Of whom it was asked of, and of the first of two who let it go on. */
  asked_name: string | null;
  resumer_name: string | null;
  author_roles: readonly string[] | null;
  template_status: string;
}

const select = `SELECT c.id, c.number, c.batch_id, c.name, c.state, c.template_id, c.segment_id, c.segment_version, c.sender_id, c.purpose, c.scheduled_at, c.version, c.content_hash, c.frozen_at,
    c.author_id, c.approver_id, c.comment, c.pace, c.wave, c.wave_over_at, c.held_why, c.held_at, c.resumed_by, c.asked_of, c.reminded_at, c.started_at, c.done_at, c.created_at, t.name AS template_name, t.channel, t.body, t.variables,
    s.name AS segment_name, v.expression AS segment, a.name AS author_name, p.name AS approver_name,
    q.name AS asked_name, r.name AS resumer_name, a.roles AS author_roles, t.status AS template_status
  FROM campaign c
  JOIN template t ON t.tenant_id = c.tenant_id AND t.id = c.template_id
  JOIN segment s ON s.tenant_id = c.tenant_id AND s.id = c.segment_id
  JOIN segment_version v ON v.tenant_id = c.tenant_id AND v.segment_id = s.id AND v.version = coalesce(c.segment_version, s.version)
  LEFT JOIN member a ON a.tenant_id = c.tenant_id AND a.id = c.author_id
  LEFT JOIN member p ON p.tenant_id = c.tenant_id AND p.id = c.approver_id
  LEFT JOIN member q ON q.tenant_id = c.tenant_id AND q.id = c.asked_of
  LEFT JOIN member r ON r.tenant_id = c.tenant_id AND r.id = c.resumed_by`;

type NewRow = Pick<
  CampaignRow,
  'id' | 'name' | 'template_id' | 'segment_id' | 'sender_id' | 'purpose' | 'scheduled_at' | 'pace' | 'author_id'
>;

/** What is under way or waits, what leaves or was over in that time, and what came back to this author. */
export interface Around {
  from: Date;
  until: Date;
  /** A member's id; none: nobody's. */
  author: string | undefined;
}
const mostAround = 20;

export const campaignsTable = {
  async insert(tx: TenantTx, row: NewRow, now: Date): Promise<void> {
    await tx.query(
      `WITH number AS (UPDATE tenant SET next_campaign = next_campaign + 1 WHERE tenant_id = $1 RETURNING next_campaign AS n)
       INSERT INTO campaign (tenant_id, id, number, batch_id, name, state, template_id, segment_id, sender_id, scheduled_at, author_id, created_at, purpose, pace)
       SELECT $1, $2, n, nextval('batch_seq'), $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11::jsonb FROM number`,
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
        JSON.stringify(row.pace),
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

  async list(tx: TenantTx, limit: number, from = 0): Promise<CampaignRow[]> {
    return tx.query<CampaignRow>(`${select} ORDER BY c.number DESC LIMIT $1 OFFSET $2`, [limit, from]);
  },

  async count(tx: TenantTx): Promise<number> {
    const [row] = await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM campaign');
    return row?.count ?? 0;
  },

  async around(tx: TenantTx, { from, until, author }: Around): Promise<CampaignRow[]> {
    return tx.query<CampaignRow>(
      `${select} WHERE c.state IN ('awaiting_approval', 'sending', 'paused', 'held')
         OR c.state = 'scheduled' AND (c.scheduled_at IS NULL OR c.scheduled_at < $2)
         OR c.state = 'done' AND c.done_at >= $1 AND c.done_at < $2
         OR c.state = 'draft' AND c.comment IS NOT NULL AND c.author_id = $3
       ORDER BY c.number DESC LIMIT ${mostAround}`,
      [from, until, author && isId(author) ? author : null],
    );
  },

  async newest(tx: TenantTx): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      'SELECT id FROM campaign ORDER BY started_at IS NULL, number DESC LIMIT 1',
    );
    return row?.id;
  },

  async save(tx: TenantTx, row: CampaignRow): Promise<void> {
    await tx.query(
      `UPDATE campaign SET state = $2, version = $3, approver_id = $4, comment = $5, started_at = $6, done_at = $7, content_hash = $8, frozen_at = $9, segment_version = $10,
         wave = $11, wave_over_at = $12, held_why = $13, resumed_by = $14, asked_of = $15, reminded_at = $16, held_at = $17
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
        row.wave,
        row.wave_over_at,
        row.held_why,
        row.resumed_by,
        row.asked_of,
        row.reminded_at,
        row.held_at,
      ],
    );
  },

  /** Those that were held for this, the oldest first. Plan: a scan of campaign, by the few that are held. */
  async heldFor(tx: TenantTx, why: string): Promise<string[]> {
    const sql = `SELECT id FROM campaign WHERE tenant_id = $1 AND state = 'held' AND held_why = $2 ORDER BY held_at, id`;
    return (await tx.query<{ id: string }>(sql, [tx.tenant, why])).map(({ id }) => id);
  },

  /** Of a draft alone: what is frozen is never written again. */
  async rewrite(tx: TenantTx, row: CampaignRow): Promise<void> {
    await tx.query(
      `UPDATE campaign SET name = $2, template_id = $3, segment_id = $4, sender_id = $5, scheduled_at = $6, purpose = $7, pace = $8::jsonb
       WHERE id = $1 AND state = 'draft'`,
      [
        row.id,
        row.name,
        row.template_id,
        row.segment_id,
        row.sender_id,
        row.scheduled_at,
        row.purpose,
        JSON.stringify(row.pace),
      ],
    );
  },

  /** The last campaign since then with these words to this group. */
  async sentBefore(tx: TenantTx, row: CampaignRow, since: Date): Promise<{ number: string; at: Date } | undefined> {
    const [before] = await tx.query<{ number: string; at: Date }>(
      `SELECT 'C-' || number AS number, started_at AS at FROM campaign
       WHERE tenant_id = $1 AND template_id = $2 AND segment_id = $3 AND id <> $4 AND started_at >= $5
       ORDER BY started_at DESC LIMIT 1`,
      [tx.tenant, row.template_id, row.segment_id, row.id, since],
    );
    return before;
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
