import type { TenantTx } from '../../data/database';

export interface HandOffRow {
  id: string;
  contact_id: string;
  state: 'shown' | 'open' | 'resolved';
  opened_at: Date;
  last_at: Date;
  post_id: string;
  assigned_to: string | null;
  absence_told_at: Date | null;
  resolved_at: Date | null;
  resolved_by: string | null;
  /** Since when whoever has it was reminded. */
  reminded_at: Date | null;
  /** It was over by itself. */
  lapsed: boolean;
}
const columns =
  'id, contact_id, state, opened_at, last_at, post_id, assigned_to, absence_told_at, resolved_at, resolved_by, reminded_at, lapsed';

const lastAnswer = `(SELECT max(a.at) FROM hand_off_answer a WHERE a.tenant_id = hand_off.tenant_id AND a.hand_off_id = hand_off.id)`;
/** From the last answer on, or from the beginning; NULL: what they said last has been answered. */
const waitsSince = `CASE WHEN ${lastAnswer} >= last_at THEN NULL ELSE greatest(opened_at, ${lastAnswer}) END`;

/** Talks of the team with people; one at a time with each. */
export const handOffsTable = {
  /** Held until the end of the transaction: whoever else asks for it waits. Plan: hand_off_running. */
  async running(tx: TenantTx, contact: string): Promise<HandOffRow | undefined> {
    const [row] = await tx.query<HandOffRow>(
      `SELECT ${columns} FROM hand_off WHERE tenant_id = $1 AND contact_id = $2 AND state <> 'resolved' FOR UPDATE`,
      [tx.tenant, contact],
    );
    return row;
  },

  async forUpdate(tx: TenantTx, id: string): Promise<HandOffRow | undefined> {
    const [row] = await tx.query<HandOffRow>(
      `SELECT ${columns} FROM hand_off WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tx.tenant, id],
    );
    return row;
  },

  async get(tx: TenantTx, id: string): Promise<HandOffRow | undefined> {
    const [row] = await tx.query<HandOffRow>(`SELECT ${columns} FROM hand_off WHERE tenant_id = $1 AND id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  /** Plan: hand_off_contact. */
  async newestOf(tx: TenantTx, contact: string): Promise<HandOffRow | undefined> {
    const [row] = await tx.query<HandOffRow>(
      `SELECT ${columns} FROM hand_off WHERE tenant_id = $1 AND contact_id = $2 ORDER BY opened_at DESC, id DESC LIMIT 1`,
      [tx.tenant, contact],
    );
    return row;
  },

  async insert(
    tx: TenantTx,
    { id, contact, state, post }: { id: string; contact: string; state: 'shown' | 'open'; post: string },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO hand_off (tenant_id, id, contact_id, state, opened_at, last_at, post_id) VALUES ($1, $2, $3, $4, $5, $5, $6)`,
      [tx.tenant, id, contact, state, now, post],
    );
  },

  async touch(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE hand_off SET last_at = greatest(last_at, $3) WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      now,
    ]);
  },

  async assign(tx: TenantTx, id: string, member: string): Promise<void> {
    await tx.query('UPDATE hand_off SET assigned_to = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, member]);
  },

  async take(tx: TenantTx, id: string, member: string): Promise<void> {
    await tx.query("UPDATE hand_off SET state = 'open', assigned_to = $3 WHERE tenant_id = $1 AND id = $2", [
      tx.tenant,
      id,
      member,
    ]);
  },

  async resolve(tx: TenantTx, id: string, by: string | null, now: Date): Promise<void> {
    await tx.query(
      "UPDATE hand_off SET state = 'resolved', resolved_at = $3, resolved_by = $4 WHERE tenant_id = $1 AND id = $2",
      [tx.tenant, id, now, by],
    );
  },

  async reopen(tx: TenantTx, id: string, by: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE hand_off SET state = 'open', resolved_at = NULL, resolved_by = NULL, lapsed = false, assigned_to = $3, last_at = greatest(last_at, $4)
       WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id, by, now],
    );
  },

  /** Open, and without a word since then; the quietest first. Plan: hand_off_running. */
  async quietSince(tx: TenantTx, since: Date, most: number): Promise<HandOffRow[]> {
    return tx.query<HandOffRow>(
      `SELECT ${columns} FROM hand_off WHERE tenant_id = $1 AND state = 'open' AND last_at < $2 ORDER BY last_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [tx.tenant, since, most],
    );
  },

  async noteReminded(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE hand_off SET reminded_at = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, now]);
  },

  async lapse(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query(
      "UPDATE hand_off SET state = 'resolved', resolved_at = $3, lapsed = true WHERE tenant_id = $1 AND id = $2",
      [tx.tenant, id, now],
    );
  },

  async noteAbsence(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE hand_off SET absence_told_at = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, now]);
  },

  /** Those that nobody has ended: who waits the longest first, then those that were answered. Plan: hand_off_running, and hand_off_answer_of a talk. */
  async open(tx: TenantTx, most: number): Promise<(HandOffRow & { waits_since: Date | null })[]> {
    return tx.query<HandOffRow & { waits_since: Date | null }>(
      `SELECT ${columns}, ${waitsSince} AS waits_since FROM hand_off WHERE tenant_id = $1 AND state = 'open'
       ORDER BY waits_since NULLS LAST, last_at, id LIMIT $2`,
      [tx.tenant, most],
    );
  },

  async count(tx: TenantTx, member: string | undefined): Promise<{ open: number; mine: number; oldest: Date | null }> {
    const [row] = await tx.query<{ open: number; mine: number; oldest: Date | null }>(
      `SELECT count(waits_since)::int AS open, (count(*) FILTER (WHERE assigned_to = $2))::int AS mine, min(waits_since) AS oldest
       FROM (SELECT assigned_to, ${waitsSince} AS waits_since FROM hand_off WHERE tenant_id = $1 AND state = 'open') h`,
      [tx.tenant, member ?? null],
    );
    return row ?? { open: 0, mine: 0, oldest: null };
  },

  async answered(
    tx: TenantTx,
    { seq, handOff, member }: { seq: string; handOff: string; member: string },
    now: Date,
  ): Promise<void> {
    await tx.query(
      'INSERT INTO hand_off_answer (tenant_id, seq, hand_off_id, member_id, at) VALUES ($1, $2, $3, $4, $5)',
      [tx.tenant, seq, handOff, member, now],
    );
  },

  /** Of these messages those that are the last a member wrote in their talk. Plan: the key, and hand_off_answer_of. */
  async lastAmong(tx: TenantTx, seqs: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ seq: string }>(
      `SELECT a.seq FROM hand_off_answer a WHERE a.tenant_id = $1 AND a.seq = ANY($2::bigint[]) AND NOT EXISTS (
         SELECT 1 FROM hand_off_answer n WHERE n.tenant_id = a.tenant_id AND n.hand_off_id = a.hand_off_id AND n.seq > a.seq)`,
      [tx.tenant, seqs],
    );
    return rows.map(({ seq }) => seq);
  },

  /** Whether a member wrote that message. */
  async isAnswer(tx: TenantTx, seq: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 AS one FROM hand_off_answer WHERE tenant_id = $1 AND seq = $2', [
      tx.tenant,
      seq,
    ]);
    return rows.length > 0;
  },

  /** Nobody is taken to be writing to them by another way. */
  async setAbsent(tx: TenantTx, contact: string): Promise<void> {
    await tx.query('UPDATE contact SET human_until = NULL WHERE id = $1 AND human_until IS NOT NULL', [contact]);
  },

  /** Somebody of the company writes to them by another way, at least until then. */
  async setPresent(tx: TenantTx, contact: string, until: Date): Promise<void> {
    await tx.query('UPDATE contact SET human_until = greatest(human_until, $2) WHERE id = $1', [contact, until]);
  },

  /** Whether people of the company talk with them: in Slack, or until then by their own app. */
  async quiet(tx: TenantTx, contact: string): Promise<{ since: Date | null; until: Date | null } | undefined> {
    const [row] = await tx.query<{ since: Date | null; until: Date | null }>(
      `SELECT human_until AS until, (SELECT h.opened_at FROM hand_off h WHERE h.tenant_id = c.tenant_id AND h.contact_id = c.id AND h.state = 'open') AS since
       FROM contact c WHERE c.id = $1`,
      [contact],
    );
    return row;
  },

  /** Two contacts became one: of two running talks the other one's ends. */
  async merge(tx: TenantTx, from: string, into: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE hand_off h SET state = 'resolved', resolved_at = $4 WHERE h.tenant_id = $1 AND h.contact_id = $2 AND h.state <> 'resolved'
         AND EXISTS (SELECT 1 FROM hand_off o WHERE o.tenant_id = $1 AND o.contact_id = $3 AND o.state <> 'resolved')`,
      [tx.tenant, from, into, now],
    );
    await tx.query('UPDATE hand_off SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2', [
      tx.tenant,
      from,
      into,
    ]);
  },
};
