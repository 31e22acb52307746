import type { TenantTx } from '../../data/database';

export interface ContactRow {
  id: string;
  sealed: Buffer | null;
  language: string;
  zone: string;
  country: string;
  created_at: Date;
}
export interface Place {
  language: string;
  zone: string;
  country: string;
}

const columns = 'id, sealed, language, zone, country, created_at';

export const contactsTable = {
  async insert(tx: TenantTx, id: string, place: Place, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO contact (tenant_id, id, language, zone, country, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [tx.tenant, id, place.language, place.zone, place.country, now],
    );
  },

  async get(tx: TenantTx, id: string): Promise<ContactRow | undefined> {
    const [row] = await tx.query<ContactRow>(`SELECT ${columns} FROM contact WHERE id = $1`, [id]);
    return row;
  },

  async many(tx: TenantTx, ids: readonly string[]): Promise<ContactRow[]> {
    return tx.query<ContactRow>(`SELECT ${columns} FROM contact WHERE id = ANY($1::uuid[])`, [ids]);
  },

  async seal(tx: TenantTx, id: string, sealed: Buffer): Promise<void> {
    await tx.query('UPDATE contact SET sealed = $2 WHERE id = $1', [id, sealed]);
  },

  async setLanguage(tx: TenantTx, id: string, language: string): Promise<void> {
    await tx.query('UPDATE contact SET language = $2 WHERE id = $1', [id, language]);
  },

  /** The number may have a new holder from here on. */
  async nextHolder(tx: TenantTx, id: string): Promise<void> {
    await tx.query('UPDATE contact SET holder_epoch = holder_epoch + 1 WHERE id = $1', [id]);
  },

  /** Holds these rows until the end of the transaction, always in one order. */
  async lock(tx: TenantTx, ids: readonly string[]): Promise<void> {
    await tx.query('SELECT id FROM contact WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids]);
  },
};

/** They wrote: the service window runs from the newest of their messages. */
export async function touchInbound(tx: TenantTx, contact: string, at: Date): Promise<void> {
  await tx.query('UPDATE contact SET last_inbound_at = greatest(coalesce(last_inbound_at, $2), $2) WHERE id = $1', [
    contact,
    at,
  ]);
}

/** True once: nothing has been said to this person before. */
export async function greetOnce(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE contact SET greeted_at = $2 WHERE id = $1 AND greeted_at IS NULL RETURNING 1 AS one',
    [contact, now],
  );
  return rows.length > 0;
}
