import type { TenantTx } from '../../data/database';
import type { IdentifierKind } from '../../data/keys';

export interface IdentifierRow {
  kind: IdentifierKind;
  find: Buffer;
  stop: Buffer;
  contact_id: string;
  sealed: Buffer;
}

const columns = 'kind, find, stop, contact_id, sealed';

export const identifiersTable = {
  async byTokens(tx: TenantTx, finds: readonly { kind: string; find: Buffer }[]): Promise<IdentifierRow[]> {
    return tx.query<IdentifierRow>(
      `SELECT i.kind, i.find, i.stop, i.contact_id, i.sealed
       FROM unnest($1::text[], $2::bytea[]) AS w(kind, find) JOIN identifier i ON i.kind = w.kind AND i.find = w.find`,
      [finds.map((token) => token.kind), finds.map((token) => token.find)],
    );
  },

  async ofContact(tx: TenantTx, contact: string): Promise<IdentifierRow[]> {
    return tx.query<IdentifierRow>(`SELECT ${columns} FROM identifier WHERE contact_id = $1 ORDER BY kind, find`, [
      contact,
    ]);
  },

  async ofContacts(tx: TenantTx, contacts: readonly string[]): Promise<IdentifierRow[]> {
    return tx.query<IdentifierRow>(
      `SELECT ${columns} FROM identifier WHERE contact_id = ANY($1::uuid[]) ORDER BY contact_id, kind, find`,
      [contacts],
    );
  },

  /** Whoever writes it first keeps it. Returns false when it was there already. */
  async insert(tx: TenantTx, row: IdentifierRow, source: string, now: Date): Promise<boolean> {
    const [added] = await tx.query<{ one: number }>(
      `INSERT INTO identifier (tenant_id, kind, find, stop, contact_id, sealed, source, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, row.kind, row.find, row.stop, row.contact_id, row.sealed, source, now],
    );
    return added !== undefined;
  },

  /** The identifier is another contact's from here on, sealed under that one's key. */
  async move(tx: TenantTx, kind: string, find: Buffer, to: string, sealed: Buffer): Promise<void> {
    await tx.query('UPDATE identifier SET contact_id = $3, sealed = $4 WHERE kind = $1 AND find = $2', [
      kind,
      find,
      to,
      sealed,
    ]);
  },

  /** Two workers that see the same unknown person wait for each other. */
  async lock(tx: TenantTx, finds: readonly Buffer[]): Promise<void> {
    const keys = finds.map((find) => find.readBigInt64BE(0).toString()).sort();
    for (const key of keys) await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [key]);
  },
};
