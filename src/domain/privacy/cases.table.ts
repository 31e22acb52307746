import type { TenantTx } from '../../data/database';
import { refreshStanding } from '../audience/standing.table';
import type { CaseState, Right } from './case-state';

export interface CaseRow {
  id: string;
  number: number;
  contact_id: string;
  right: Right;
  state: CaseState;
  regime: string;
  received_at: Date;
  due_at: Date;
  opened_from: string | null;
  language: string;
  zone: string;
  masked: string;
  records: number;
  decided_at: Date | null;
  decided_by: string | null;
  decider: string | null;
  ground: string | null;
  facts: string | null;
  answer_seq: string | null;
  answered_at: Date | null;
  sender_id: string | null;
  erased: Record<string, number> | null;
  /** When the person last wrote. */
  last_inbound_at: Date | null;
}
export type NewCase = Pick<
  CaseRow,
  'id' | 'contact_id' | 'right' | 'regime' | 'received_at' | 'due_at' | 'language' | 'zone' | 'masked' | 'records'
> & { opened_from: string | null; sender_id: string | null };
export type CaseChange = Partial<
  Pick<CaseRow, 'state' | 'decided_at' | 'decided_by' | 'ground' | 'facts' | 'answer_seq' | 'answered_at' | 'erased'>
> & { confirmed_at?: Date; executed_at?: Date; answer_hash?: Buffer | null; answer_sealed?: Buffer | null };

const columns = `c.id, c.number, c.contact_id, c."right", c.state, c.regime, c.received_at, c.due_at, c.opened_from, c.language, c.zone,
  c.masked, c.records, c.decided_at, c.decided_by, c.ground, c.facts, c.answer_seq::text, c.answered_at, c.sender_id, c.erased,
  (SELECT m.name FROM member m WHERE m.id = c.decided_by) AS decider,
  (SELECT k.last_inbound_at FROM contact k WHERE k.id = c.contact_id) AS last_inbound_at`;

export const casesTable = {
  async nextNumber(tx: TenantTx): Promise<number> {
    const [row] = await tx.query<{ number: number }>(
      'UPDATE tenant SET next_case = next_case + 1 RETURNING next_case - 1 AS number',
    );
    return row?.number ?? 0;
  },

  async insert(tx: TenantTx, row: NewCase, number: number): Promise<void> {
    await tx.query(
      `INSERT INTO privacy_case (tenant_id, id, number, contact_id, "right", state, regime, received_at, due_at, opened_from,
                                 language, zone, masked, records, sender_id)
       VALUES ($1, $2, $3, $4, $5, 'received', $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        tx.tenant,
        row.id,
        number,
        row.contact_id,
        row.right,
        row.regime,
        row.received_at,
        row.due_at,
        row.opened_from,
        row.language,
        row.zone,
        row.masked,
        row.records,
        row.sender_id,
      ],
    );
  },

  async change(tx: TenantTx, id: string, change: CaseChange): Promise<void> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    // The names are this type's own keys, never input.
    const sets = given.map(([column], at) => `${column} = $${at + 2}${column === 'erased' ? '::jsonb' : ''}`);
    const values = given.map(([column, value]) => (column === 'erased' ? JSON.stringify(value) : value));
    await tx.query(`UPDATE privacy_case SET ${sets.join(', ')} WHERE id = $1`, [id, ...values]);
  },

  async lock(tx: TenantTx, id: string): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM privacy_case c WHERE c.id = $1 FOR UPDATE OF c`, [
      id,
    ]);
    return row;
  },

  async get(tx: TenantTx, id: string): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM privacy_case c WHERE c.id = $1`, [id]);
    return row;
  },

  async byNumber(tx: TenantTx, number: number): Promise<CaseRow | undefined> {
    const [row] = await tx.query<CaseRow>(`SELECT ${columns} FROM privacy_case c WHERE c.number = $1`, [number]);
    return row;
  },

  async ofContact(tx: TenantTx, contact: string): Promise<CaseRow[]> {
    return tx.query<CaseRow>(
      `SELECT ${columns} FROM privacy_case c WHERE c.contact_id = $1 ORDER BY c.received_at DESC, c.number DESC`,
      [contact],
    );
  },

  async list(tx: TenantTx, limit: number): Promise<CaseRow[]> {
    return tx.query<CaseRow>(
      `SELECT ${columns} FROM privacy_case c
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
       WHERE c.contact_id = $1 AND c.state IN ('executing', 'rejected') AND c.answer_seq IS NULL`,
      [contact],
    );
  },

  /** Which of our numbers an inbound message came to, if it is one of these lanes'. */
  async senderOfInbox(tx: TenantTx, lanes: readonly Buffer[], inboxId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT s.id FROM inbox i
       JOIN sender s ON s.channel = i.channel AND s.app = i.app AND s.provider_id = i.sender
       WHERE i.lane = ANY($1::bytea[]) AND i.id = $2`,
      [lanes, inboxId],
    );
    return row?.id;
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

  async freeze(tx: TenantTx, contact: string, at: Date | null): Promise<void> {
    await tx.query('UPDATE contact SET blocked_at = $2 WHERE id = $1', [contact, at]);
    await refreshStanding(tx, [contact]);
  },
};
