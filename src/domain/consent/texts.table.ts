import type { TenantTx } from '../../data/database';

/** `statement`: what a person agrees to in a form or a list. `question`: what the double opt-in asks. */
export type TextKind = 'statement' | 'question';
export interface ConsentText {
  version: string;
  language: string;
  kind: TextKind;
  /** SHA-256 of the words. */
  hash: Buffer;
  body: string;
  /** How long a yes to it holds; without, until it is taken back. */
  months?: number | null;
  created_at: Date;
}

const columns = 'version, language, kind, hash, body, months, created_at';

/** The wordings people agreed to. A version never changes: another wording is another version. Few rows a customer; plan: the key. */
export const consentTextsTable = {
  /** @returns what stands under that version */
  async put(tx: TenantTx, text: ConsentText): Promise<ConsentText> {
    await tx.query(
      `INSERT INTO consent_text (tenant_id, version, language, kind, hash, body, months, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [tx.tenant, text.version, text.language, text.kind, text.hash, text.body, text.months ?? null, text.created_at],
    );
    return (await this.get(tx, text.version, text.language)) as ConsentText;
  },

  async get(tx: TenantTx, version: string, language: string): Promise<ConsentText | undefined> {
    const [row] = await tx.query<ConsentText>(
      `SELECT ${columns} FROM consent_text WHERE tenant_id = $1 AND version = $2 AND language = $3`,
      [tx.tenant, version, language],
    );
    return row;
  },

  /** The newest statement, in that language if there is one. */
  async newest(tx: TenantTx, language: string): Promise<ConsentText | undefined> {
    const [row] = await tx.query<ConsentText>(
      `SELECT ${columns} FROM consent_text WHERE tenant_id = $1 AND kind = 'statement'
       ORDER BY language = $2 DESC, created_at DESC, version DESC LIMIT 1`,
      [tx.tenant, language],
    );
    return row;
  },

  /** Newest first. */
  async list(tx: TenantTx, limit: number): Promise<ConsentText[]> {
    return tx.query<ConsentText>(
      `SELECT ${columns} FROM consent_text WHERE tenant_id = $1 ORDER BY created_at DESC, version DESC, language LIMIT $2`,
      [tx.tenant, limit],
    );
  },
};
