import type { TenantTx } from '../../data/database';
import type { LedgerEntry } from './consent-state';

export interface ConsentRow extends LedgerEntry {
  id: string;
  channel: string;
  purpose: string;
  text_hash: Buffer | null;
  text_version: string | null;
  language: string | null;
  actor: string;
  evidence: string | null;
}

const columns = 'id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence';

/** The ledger of permission: rows are added, never changed. */
export const consentsTable = {
  async insert(tx: TenantTx, contact: string, row: ConsentRow, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO consent (tenant_id, id, contact_id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        tx.tenant,
        row.id,
        contact,
        row.channel,
        row.purpose,
        row.act,
        row.at,
        row.text_hash,
        row.text_version,
        row.language,
        row.source,
        row.actor,
        row.evidence,
        now,
      ],
    );
  },

  async of(tx: TenantTx, contact: string, purpose = 'marketing', channel?: string): Promise<ConsentRow[]> {
    return tx.query<ConsentRow>(
      `SELECT ${columns} FROM consent WHERE contact_id = $1 AND purpose = $2 AND ($3::text IS NULL OR channel IN ($3, 'all'))
       ORDER BY at, id`,
      [contact, purpose, channel ?? null],
    );
  },

  /** Every purpose and channel. */
  async all(tx: TenantTx, contact: string): Promise<ConsentRow[]> {
    return tx.query<ConsentRow>(`SELECT ${columns} FROM consent WHERE contact_id = $1 ORDER BY at, id`, [contact]);
  },

  /** Whether this inbox row came from one of these lanes, so from this person. */
  async isReceived(tx: TenantTx, lanes: readonly Buffer[], inboxId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM inbox WHERE lane = ANY($1::bytea[]) AND id = $2', [lanes, inboxId]);
    return rows.length > 0;
  },

  /** The person whose ledger this was is another contact now. */
  async remove(tx: TenantTx, contact: string): Promise<number> {
    return (await tx.query<{ one: number }>('DELETE FROM consent WHERE contact_id = $1 RETURNING 1 AS one', [contact]))
      .length;
  },
};

export interface ConsentText {
  version: string;
  language: string;
  hash: Buffer;
  body: string;
}

/** The wordings people agreed to. A version never changes: another wording is another version. */
export const consentTextsTable = {
  async put(tx: TenantTx, text: ConsentText): Promise<ConsentText> {
    await tx.query(
      `INSERT INTO consent_text (tenant_id, version, language, hash, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [tx.tenant, text.version, text.language, text.hash, text.body],
    );
    return (await this.get(tx, text.version, text.language)) as ConsentText;
  },

  async get(tx: TenantTx, version: string, language: string): Promise<ConsentText | undefined> {
    const [row] = await tx.query<ConsentText>(
      'SELECT version, language, hash, body FROM consent_text WHERE version = $1 AND language = $2',
      [version, language],
    );
    return row;
  },

  async newest(tx: TenantTx, language: string): Promise<ConsentText | undefined> {
    const [row] = await tx.query<ConsentText>(
      'SELECT version, language, hash, body FROM consent_text ORDER BY language = $1 DESC, version DESC LIMIT 1',
      [language],
    );
    return row;
  },
};
