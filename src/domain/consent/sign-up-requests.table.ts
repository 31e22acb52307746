import type { TenantTx } from '../../data/database';

export interface SignUpRequest {
  signUp: string;
  /** The lookup token of what was written. */
  token: Buffer;
  kind: 'phone' | 'email';
  channels: readonly string[];
  textVersion: string;
  language: string;
  /** A mail address under the customer's key; never a phone. */
  sealed: Buffer | null;
}

/** What was asked for in web forms: the newest wish of each address. Few rows, none older than a week. */
export const signUpRequestsTable = {
  /** Plan: the key. */
  async put(tx: TenantTx, one: SignUpRequest, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO sign_up_request AS r (tenant_id, sign_up_id, token, kind, channels, text_version, language, sealed, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, sign_up_id, token) DO UPDATE SET channels = excluded.channels, text_version = excluded.text_version,
         language = excluded.language, sealed = excluded.sealed, at = excluded.at`,
      [
        ...[tx.tenant, one.signUp, one.token, one.kind, one.channels, one.textVersion, one.language],
        ...[one.sealed, now],
      ],
    );
  },

  /** What this person, now known by that phone, ticked in the form. Plans: identifier_contact, the key. */
  async channelsOf(tx: TenantTx, contact: string, signUp: string, since: Date): Promise<string[] | undefined> {
    const [row] = await tx.query<{ channels: string[] }>(
      `SELECT r.channels FROM identifier i JOIN sign_up_request r ON r.tenant_id = i.tenant_id AND r.sign_up_id = $3 AND r.token = i.find
       WHERE i.tenant_id = $1 AND i.contact_id = $2 AND i.kind = 'phone' AND r.kind = 'phone' AND r.at > $4`,
      [tx.tenant, contact, signUp, since],
    );
    return row?.channels;
  },

  /** Plan: sign_up_request_at. */
  async dropOld(tx: TenantTx, until: Date): Promise<void> {
    await tx.query('DELETE FROM sign_up_request WHERE tenant_id = $1 AND at <= $2', [tx.tenant, until]);
  },
};
