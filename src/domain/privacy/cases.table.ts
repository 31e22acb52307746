import type { TenantTx } from '../../data/database';
import { refreshStanding } from '../audience/standing.table';
import type { CaseFacts } from './case-state';
import type { IdentityLevel } from './identity-policy';
import { noticeTemplates } from './notice-templates';

export interface CaseRow extends CaseFacts {
  id: string;
  number: number;
  contact_id: string;
  regime: string;
  /** The laws by which they may complain of it. */
  authorities: readonly string[];
  received_at: Date;
  opened_from: string | null;
  language: string;
  zone: string;
  masked: string;
  records: number;
  parent_id: string | null;
  /** For whom somebody else asks; null: for themselves. */
  relation?: string | null;
  /** The company saw on what paper they ask. */
  is_represented?: boolean;
  scope: Scope;
  cause: string | null;
  /** Of an objection: the uses that its words name (objections.yaml); null: none in particular. */
  objected: readonly string[] | null;
  id_needed: IdentityLevel;
  id_level: IdentityLevel;
  acked_at: Date | null;
  /** The controller has it, as a document we signed. */
  routed_at: Date | null;
  envelope: string | null;
  acknowledged_by: string | null;
  decided_by: string | null;
  decider: string | null;
  standing_id: string | null;
  /** The message that carries the answer. */
  answer_seq: string | null;
  sender_id: string | null;
  /** Whoever answers are sent to instead, on a mandate. */
  answer_to: string | null;
  erased: Record<string, number> | null;
  claim_until: Date | null;
  closed_at: Date | null;
  /** Of its one extension. */
  original_due_at: Date | null;
  extension_reason: string | null;
  /** Of the person: when they last wrote, and since when their data is out of use. */
  last_inbound_at: Date | null;
  blocked_at: Date | null;
  /** The customer has an approved notice in their language: a letter may leave on any day. */
  has_notice: boolean;
}
/** What is asked for at all: what is held, by category; or everything. */
export type Scope = 'summary' | 'full';
export type NewCase = Pick<
  CaseRow,
  | 'id'
  | 'contact_id'
  | 'right'
  | 'regime'
  | 'authorities'
  | 'received_at'
  | 'due_at'
  | 'opened_from'
  | 'language'
  | 'zone'
  | 'masked'
  | 'records'
  | 'sender_id'
  | 'parent_id'
  | 'scope'
  | 'cause'
  | 'objected'
  | 'id_needed'
  | 'id_level'
  | 'block'
  | 'acked_at'
> & { detail: Buffer | null };
/** What the machine moves, and what is noted beside it. An extension has a row of its own. */
export type CaseChange = Partial<
  Omit<CaseFacts, 'right' | 'extended_at'> &
    Pick<
      CaseRow,
      | 'routed_at'
      | 'envelope'
      | 'acked_at'
      | 'acknowledged_by'
      | 'decided_by'
      | 'standing_id'
      | 'answer_seq'
      | 'erased'
      | 'claim_until'
      | 'closed_at'
      | 'id_level'
      | 'cause'
      | 'objected'
    >
>;

// Names of our own file, never input.
const noticeName = Object.entries(noticeTemplates)
  .map(([language, { name }]) => `WHEN '${language}' THEN '${name}'`)
  .join(' ');
const hasNotice = `EXISTS (SELECT 1 FROM template t WHERE t.tenant_id = c.tenant_id AND t.channel = 'whatsapp' AND t.category = 'UTILITY'
  AND t.status = 'APPROVED' AND t.name = CASE c.language ${noticeName} ELSE '${noticeTemplates.es.name}' END)`;
const columns = `c.id, c.number, c.contact_id, c."right", c.state, c.regime, c.authorities, c.received_at, c.due_at, c.opened_from, c.language, c.zone,
  c.masked, c.records, c.parent_id, c.scope, c.cause, c.objected, c.id_needed, c.id_level, c.acked_at, c.routed_at, c.envelope, c.acknowledged_at, c.acknowledged_by,
  c.confirmed_at, c.decided_at, c.decided_by, c.standing_id, c.outcome, c.ground, c.facts, c.kept, c.executed_at, c.traces, c.verified_at,
  c.answer_seq::text, c.answered_at, c.overdue_at, c.block, c.agency_notice, c.claim_until, c.closed_at, c.sender_id, c.answer_to, c.erased,
  x.extended_at, x.original_due_at, x.reason AS extension_reason, k.last_inbound_at, k.blocked_at, m.name AS decider, ${hasNotice} AS has_notice,
  (SELECT r.relation FROM representation r WHERE r.tenant_id = c.tenant_id AND r.case_id = c.id) AS relation,
  EXISTS (SELECT 1 FROM representation r WHERE r.tenant_id = c.tenant_id AND r.case_id = c.id AND r.subject_id IS NOT NULL) AS is_represented`;
const from = `privacy_case c LEFT JOIN case_extension x ON x.tenant_id = c.tenant_id AND x.case_id = c.id
  LEFT JOIN contact k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id LEFT JOIN member m ON m.tenant_id = c.tenant_id AND m.id = c.decided_by`;
const asJson: ReadonlySet<string> = new Set(['erased', 'kept']);

export const casesTable = {
  async nextNumber(tx: TenantTx): Promise<number> {
    const [row] = await tx.query<{ number: number }>(
      'UPDATE tenant SET next_case = next_case + 1 RETURNING next_case - 1 AS number',
    );
    return row?.number ?? 0;
  },

  async insert(tx: TenantTx, row: NewCase, number: number): Promise<void> {
    // The names are this type's own keys, never input.
    const given = Object.entries({ tenant_id: tx.tenant, number, state: 'received', ...row });
    const names = given.map(([name]) => `"${name}"`);
    await tx.query(
      `INSERT INTO privacy_case (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      given.map(([, value]) => value),
    );
  },

  async change(tx: TenantTx, id: string, change: CaseChange): Promise<void> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    if (given.length === 0) return;
    // The names are this type's own keys, never input.
    const sets = given.map(([column], at) => `${column} = $${at + 2}${asJson.has(column) ? '::jsonb' : ''}`);
    const values = given.map(([column, value]) => (asJson.has(column) && value ? JSON.stringify(value) : value));
    await tx.query(`UPDATE privacy_case SET ${sets.join(', ')} WHERE id = $1`, [id, ...values]);
  },

  /** @throws a unique violation when there was one before, whoever asks. */
  async extend(
    tx: TenantTx,
    row: { id: string; reason: string; from: Date; until: Date; by: string; at: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO case_extension (tenant_id, case_id, reason, original_due_at, due_at, extended_by, extended_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tx.tenant, row.id, row.reason, row.from, row.until, row.by, row.at],
    );
  },

  /** What exactly is asked, sealed. */
  async detail(tx: TenantTx, id: string): Promise<Buffer | undefined> {
    const [row] = await tx.query<{ detail: Buffer | null }>('SELECT detail FROM privacy_case WHERE id = $1', [id]);
    return row?.detail ?? undefined;
  },

  async addDetail(tx: TenantTx, id: string, detail: Buffer): Promise<void> {
    await tx.query('UPDATE privacy_case SET detail = $2 WHERE id = $1', [id, detail]);
  },

  /** All of it is asked for after all. */
  async widen(tx: TenantTx, id: string, needed: IdentityLevel): Promise<void> {
    await tx.query("UPDATE privacy_case SET scope = 'full', id_needed = $2 WHERE id = $1 AND decided_at IS NULL", [
      id,
      needed,
    ]);
  },

  async lock(tx: TenantTx, id: string): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM ${from} WHERE c.id = $1 FOR UPDATE OF c`, [id]);
    return row;
  },

  async get(tx: TenantTx, id: string): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM ${from} WHERE c.id = $1`, [id]);
    return row;
  },

  async byNumber(tx: TenantTx, number: number): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM ${from} WHERE c.number = $1`, [number]);
    return row;
  },

  async ofContact(tx: TenantTx, contact: string): Promise<CaseRow[]> {
    return tx.query<CaseRow>(
      `SELECT ${columns} FROM ${from} WHERE c.contact_id = $1 ORDER BY c.received_at DESC, c.number DESC`,
      [contact],
    );
  },

  /** Those of the same message: the first of them and what hangs on it. */
  async family(tx: TenantTx, row: { id: string; parent_id: string | null }): Promise<CaseRow[]> {
    const first = row.parent_id ?? row.id;
    return tx.query<CaseRow>(`SELECT ${columns} FROM ${from} WHERE c.id = $1 OR c.parent_id = $1 ORDER BY c.number`, [
      first,
    ]);
  },

  async list(tx: TenantTx, limit: number): Promise<CaseRow[]> {
    return tx.query<CaseRow>(
      `SELECT ${columns} FROM ${from}
       ORDER BY (c.state IN ('withdrawn', 'answered') OR c.state = 'closed' AND c.answered_at IS NOT NULL), c.due_at, c.number LIMIT $1`,
      [limit],
    );
  },

  /** The case is looked at again after a while. The database's own clock. */
  async wake(tx: TenantTx, id: string, seconds: number): Promise<void> {
    await tx.query("SELECT edge.wake('case', uuid_send($1::uuid), make_interval(secs => $2))", [id, seconds]);
  },

  /** The person wrote: an answer that waits for that may leave. */
  async wakeOwed(tx: TenantTx, contact: string): Promise<void> {
    await tx.query(
      `SELECT edge.wake('case', uuid_send(c.id), '0') FROM privacy_case c
       WHERE c.contact_id = $1 AND (c.state IN ('executing', 'rejected') AND c.answer_seq IS NULL OR EXISTS (
         SELECT 1 FROM case_letter l WHERE l.tenant_id = c.tenant_id AND l.case_id = c.id AND l.seq IS NULL AND l.lost_at IS NULL))`,
      [contact],
    );
  },

  /** Which of our numbers an inbound message came to, if it is one of these lanes'. */
  async senderOfInbox(
    tx: TenantTx,
    lanes: readonly Buffer[],
    inboxId: string,
  ): Promise<{ id: string; channel: string } | undefined> {
    const [row] = await tx.query<{ id: string; channel: string }>(
      `SELECT s.id, s.channel FROM inbox i
       JOIN sender s ON s.channel = i.channel AND s.app = i.app AND s.provider_id = i.sender
       WHERE i.lane = ANY($1::bytea[]) AND i.id = $2`,
      [lanes, inboxId],
    );
    return row;
  },

  async anySender(tx: TenantTx): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      "SELECT id FROM sender ORDER BY channel = 'whatsapp' DESC, id LIMIT 1",
    );
    return row?.id;
  },

  /** The case for which this person's data is out of use now. */
  async freezing(tx: TenantTx, contact: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT p.id FROM contact c JOIN privacy_case p ON p.tenant_id = c.tenant_id AND p.contact_id = c.id
       WHERE c.id = $1 AND c.blocked_at IS NOT NULL ORDER BY p."right" = 'block' DESC, p.number DESC LIMIT 1`,
      [contact],
    );
    return row?.id;
  },

  /** What this one would destroy, or change, is to be copied first for a case of the same message. */
  async waitsForCopy(tx: TenantTx, row: Pick<CaseRow, 'id' | 'parent_id' | 'contact_id'>): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 AS one FROM privacy_case WHERE contact_id = $1 AND "right" IN ('access', 'portability')
         AND state NOT IN ('answered', 'closed', 'withdrawn') AND (id = $2 OR parent_id = $2) LIMIT 1`,
      [row.contact_id, row.parent_id ?? row.id],
    );
    return rows.length > 0;
  },

  /** Another case keeps this person's data out of use. */
  async isBlockedBesides(tx: TenantTx, contact: string, id: string): Promise<boolean> {
    const rows = await tx.query(
      "SELECT 1 AS one FROM privacy_case WHERE contact_id = $1 AND id <> $2 AND block IN ('provisional', 'granted') LIMIT 1",
      [contact, id],
    );
    return rows.length > 0;
  },

  async freeze(tx: TenantTx, contact: string, at: Date | null): Promise<void> {
    await tx.query('UPDATE contact SET blocked_at = $2 WHERE id = $1', [contact, at]);
    await refreshStanding(tx, [contact]);
  },
};
