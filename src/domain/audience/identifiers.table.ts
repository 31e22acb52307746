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
    return tx.query<IdentifierRow>(
      `SELECT ${columns} FROM identifier WHERE contact_id = $1 ORDER BY kind, created_at, find`,
      [contact],
    );
  },

  async ofContacts(tx: TenantTx, contacts: readonly string[]): Promise<IdentifierRow[]> {
    return tx.query<IdentifierRow>(
      `SELECT ${columns} FROM identifier WHERE contact_id = ANY($1::uuid[]) ORDER BY contact_id, kind, created_at, find`,
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

  /** It is nobody's from here on; what was refused by it stays refused. */
  async remove(tx: TenantTx, kind: string, find: Buffer): Promise<void> {
    await tx.query('DELETE FROM identifier WHERE tenant_id = $1 AND kind = $2 AND find = $3', [tx.tenant, kind, find]);
  },

  /** The same people, known under a newer stop key. */
  async setStop(tx: TenantTx, rows: readonly Pick<IdentifierRow, 'kind' | 'find' | 'stop'>[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `UPDATE identifier i SET stop = n.stop FROM unnest($2::text[], $3::bytea[], $4::bytea[]) n (kind, find, stop)
       WHERE i.tenant_id = $1 AND i.kind = n.kind AND i.find = n.find`,
      [tx.tenant, rows.map((row) => row.kind), rows.map((row) => row.find), rows.map((row) => row.stop)],
    );
  },

  /** A page of all that people are known by, held until the end of the transaction. Plan: identifier's key. */
  async page(tx: TenantTx, after: { kind: string; find: Buffer }, limit: number): Promise<IdentifierRow[]> {
    return tx.query<IdentifierRow>(
      `SELECT ${columns} FROM identifier WHERE tenant_id = $1 AND (kind, find) > ($2, $3)
       ORDER BY kind, find LIMIT $4 FOR UPDATE`,
      [tx.tenant, after.kind, after.find, limit],
    );
  },

  /** Two workers that see the same unknown person wait for each other. */
  async lock(tx: TenantTx, finds: readonly Buffer[]): Promise<void> {
    const keys = finds.map((find) => find.readBigInt64BE(0).toString()).sort();
    for (const key of keys) await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [key]);
  },
};
