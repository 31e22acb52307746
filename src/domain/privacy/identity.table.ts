import type { TenantTx } from '../../data/database';
import type { IdentityLevel, Proof } from './identity-policy';

export interface CheckRow {
  id: string;
  case_id: string;
  proof: Exclude<Proof, 'desk' | 'possession'>;
  channel: string | null;
  token: Buffer;
  code: Buffer | null;
  message_seq: string | null;
  other_contact_id: string | null;
  expires_at: Date;
}
export interface StandingRow {
  case_id: string;
  contact_id: string;
  state: string;
  number: number;
  language: string;
  zone: string;
  needed: IdentityLevel;
  has: IdentityLevel;
  /** Of ours, by which they are answered. */
  sender_id: string | null;
  channel: string | null;
  opened_from: string | null;
}
export interface AddressRow {
  kind: 'phone' | 'bsuid' | 'parent_bsuid' | 'email' | 'external';
  find: Buffer;
}

const columns =
  'k.id, k.case_id, k.proof, k.channel, k.token, k.code, k.message_seq::text, k.other_contact_id, k.expires_at';

/** Checks that are under way, what was proved, and how often somebody was wrong. */
export const identityTable = {
  async standing(tx: TenantTx, caseId: string): Promise<StandingRow | undefined> {
    const [row] = await tx.query<StandingRow>(
      `SELECT p.id AS case_id, p.contact_id, p.state, p.number, p.language, p.zone, p.id_needed AS needed, p.id_level AS has, p.sender_id, p.opened_from,
              (SELECT s.channel FROM sender s WHERE s.id = p.sender_id) AS channel
       FROM privacy_case p WHERE p.id = $1 FOR UPDATE`,
      [caseId],
    );
    return row;
  },

  async setLevel(tx: TenantTx, caseId: string, level: IdentityLevel): Promise<void> {
    await tx.query('UPDATE privacy_case SET id_level = $2 WHERE id = $1', [caseId, level]);
  },

  async setNeeded(tx: TenantTx, caseId: string, level: IdentityLevel): Promise<void> {
    await tx.query('UPDATE privacy_case SET id_needed = $2 WHERE id = $1', [caseId, level]);
  },

  async insert(tx: TenantTx, row: Omit<CheckRow, 'message_seq' | 'other_contact_id'>, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO identity_check (tenant_id, id, case_id, proof, channel, token, code, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [tx.tenant, row.id, row.case_id, row.proof, row.channel, row.token, row.code, now, row.expires_at],
    );
  },

  async carriedBy(tx: TenantTx, id: string, seq: string): Promise<void> {
    await tx.query('UPDATE identity_check SET message_seq = $2 WHERE id = $1', [id, seq]);
  },

  /** Those of a case that are not over. */
  async open(tx: TenantTx, caseId: string, now: Date): Promise<CheckRow[]> {
    return tx.query<CheckRow>(
      `SELECT ${columns} FROM identity_check k WHERE k.case_id = $1 AND k.expires_at > $2 ORDER BY k.id DESC`,
      [caseId, now],
    );
  },

  async get(tx: TenantTx, id: string, now: Date): Promise<CheckRow | undefined> {
    const [row] = await tx.query<CheckRow>(
      `SELECT ${columns} FROM identity_check k WHERE k.id = $1 AND k.expires_at > $2 FOR UPDATE`,
      [id, now],
    );
    return row;
  },

  /** The codes that are waited for from this person, of all their cases. */
  async awaiting(tx: TenantTx, contact: string, now: Date): Promise<CheckRow[]> {
    return tx.query<CheckRow>(
      `SELECT ${columns} FROM identity_check k
       JOIN privacy_case p ON p.tenant_id = k.tenant_id AND p.id = k.case_id
       WHERE p.contact_id = $1 AND k.code IS NOT NULL AND k.expires_at > $2 ORDER BY k.id DESC`,
      [contact, now],
    );
  },

  /** Ended: the words of the message that carried a code go with it. */
  async end(tx: TenantTx, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.query(
      `UPDATE message m SET sealed = NULL, state = CASE m.state WHEN 'queued' THEN 'cancelled' ELSE m.state END FROM identity_check k
       WHERE k.id = ANY($1::uuid[]) AND m.tenant_id = k.tenant_id AND m.batch_id = 0 AND m.seq = k.message_seq AND m.state <> 'sending'`,
      [ids],
    );
    await tx.query('DELETE FROM identity_check WHERE id = ANY($1::uuid[])', [ids]);
  },

  async ofCase(tx: TenantTx, caseId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM identity_check WHERE case_id = $1', [caseId]);
    return rows.map((row) => row.id);
  },

  /** Whose time is over, and of requests that were taken back. */
  async over(tx: TenantTx, before: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT k.id FROM identity_check k JOIN privacy_case p ON p.tenant_id = k.tenant_id AND p.id = k.case_id
       WHERE k.expires_at <= $1 OR p.state = 'withdrawn' LIMIT 500`,
      [before],
    );
    return rows.map((row) => row.id);
  },

  async dropTries(tx: TenantTx, before: string): Promise<void> {
    await tx.query('DELETE FROM identity_try WHERE day < $1::date', [before]);
  },

  async tries(tx: TenantTx, token: Buffer, day: string): Promise<{ sent: number; wrong: number }> {
    const [row] = await tx.query<{ sent: number; wrong: number }>(
      'SELECT sent, wrong FROM identity_try WHERE token = $1 AND day = $2::date',
      [token, day],
    );
    return row ?? { sent: 0, wrong: 0 };
  },

  /** @returns how many of the day there are with this one */
  async count(tx: TenantTx, token: Buffer, day: string, what: 'sent' | 'wrong'): Promise<void> {
    await tx.query(
      `INSERT INTO identity_try AS t (tenant_id, token, day, ${what}) VALUES ($1, $2, $3::date, 1)
       ON CONFLICT (tenant_id, token, day) DO UPDATE SET ${what} = t.${what} + 1`,
      [tx.tenant, token, day],
    );
  },

  async addProof(
    tx: TenantTx,
    row: {
      id: string;
      caseId: string;
      proof: Proof;
      gives: IdentityLevel;
      channel?: string | null;
      sealed?: Buffer;
      member?: string;
    },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO identity_proof (tenant_id, id, case_id, proof, gives, channel, sealed, member_id, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        tx.tenant,
        row.id,
        row.caseId,
        row.proof,
        row.gives,
        row.channel ?? null,
        row.sealed ?? null,
        row.member ?? null,
        now,
      ],
    );
  },

  /** Whether a code was right by this way, lately. */
  async provenBy(tx: TenantTx, caseId: string, channel: string, since: Date): Promise<boolean> {
    const rows = await tx.query(
      "SELECT 1 AS one FROM identity_proof WHERE case_id = $1 AND proof IN ('code_here', 'code_there') AND channel = $2 AND at > $3 LIMIT 1",
      [caseId, channel, since],
    );
    return rows.length > 0;
  },

  /** Whether a single message of ours went to this person, lately: who answers it has read it. */
  async isOurs(tx: TenantTx, seq: string, contact: string, since: Date): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 AS one FROM message WHERE tenant_id = $1 AND batch_id = 0 AND seq = $2 AND contact_id = $3 AND channel = 'email' AND created_at > $4`,
      [tx.tenant, seq, contact, since],
    );
    return rows.length > 0;
  },

  async proofs(tx: TenantTx, caseId: string): Promise<{ proof: Proof; gives: IdentityLevel; at: Date }[]> {
    return tx.query('SELECT proof, gives, at FROM identity_proof WHERE case_id = $1 ORDER BY at, id', [caseId]);
  },

  /** What this person has been known by since the number is theirs: what is older may be somebody else's. */
  async addresses(tx: TenantTx, contact: string): Promise<AddressRow[]> {
    return tx.query<AddressRow>(
      `SELECT i.kind, i.find FROM identifier i JOIN contact c ON c.tenant_id = i.tenant_id AND c.id = i.contact_id
       WHERE c.id = $1 AND (c.holder_since IS NULL OR i.created_at >= c.holder_since) ORDER BY i.kind, i.created_at DESC`,
      [contact],
    );
  },

  /** By which channel, and by which address of theirs, something came. Plan: the inbox's key, one person's lanes. */
  async cameBy(
    tx: TenantTx,
    inbox: string,
    lanes: readonly Buffer[],
  ): Promise<{ channel: string; lane: Buffer } | undefined> {
    const [row] = await tx.query<{ channel: string; lane: Buffer }>(
      'SELECT channel, lane FROM inbox WHERE tenant_id = $1 AND lane = ANY($2::bytea[]) AND id = $3',
      [tx.tenant, lanes, inbox],
    );
    return row;
  },

  /** An address of ours by which a code may go: one for requests first. */
  async senderBy(tx: TenantTx, channel: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      "SELECT id FROM sender WHERE channel = $1 ORDER BY purpose = 'privacy' DESC, id LIMIT 1",
      [channel],
    );
    return row?.id;
  },
};
