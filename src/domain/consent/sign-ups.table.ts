import type { TenantTx } from '../../data/database';
import type { SignUpFrequency } from './question';

/** A way for people to subscribe themselves. */
export interface SignUp {
  id: string;
  /** As people send it, in small letters: `tienda-7f3k`. */
  code: string;
  name: string;
  kind: 'link' | 'conversation';
  channels: string[];
  frequency: SignUpFrequency;
  /** Of the question it asks now. */
  textVersion: string;
  createdAt: Date;
}

const columns = 'id, code, name, kind, channels, frequency, text_version AS "textVersion", created_at AS "createdAt"';

/** Few rows a customer; plans: its keys. What is closed is found no more, its code is never given again. */
export const signUpsTable = {
  /** @returns false when the code is taken */
  async insert(tx: TenantTx, one: SignUp, by: string | null): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO sign_up (tenant_id, id, code, name, kind, channels, frequency, text_version, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [
        ...[tx.tenant, one.id, one.code, one.name, one.kind, one.channels, one.frequency, one.textVersion],
        ...[by, one.createdAt],
      ],
    );
    return rows.length > 0;
  },

  async find(tx: TenantTx, code: string): Promise<SignUp | undefined> {
    const [row] = await tx.query<SignUp>(
      `SELECT ${columns} FROM sign_up WHERE tenant_id = $1 AND code = $2 AND closed_at IS NULL`,
      [tx.tenant, code],
    );
    return row;
  },

  /** Those that are open, oldest first. */
  async list(tx: TenantTx): Promise<SignUp[]> {
    return tx.query<SignUp>(
      `SELECT ${columns} FROM sign_up WHERE tenant_id = $1 AND closed_at IS NULL ORDER BY created_at, id`,
      [tx.tenant],
    );
  },

  async setVersion(tx: TenantTx, id: string, version: string): Promise<void> {
    await tx.query('UPDATE sign_up SET text_version = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, version]);
  },

  async close(tx: TenantTx, code: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE sign_up SET closed_at = $3 WHERE tenant_id = $1 AND code = $2 AND closed_at IS NULL RETURNING 1 AS one',
      [tx.tenant, code, now],
    );
    return rows.length > 0;
  },

  /** Whether people who write are asked, once, if they want news. */
  async offersNews(tx: TenantTx): Promise<boolean> {
    const [row] = await tx.query<{ on: boolean }>('SELECT offers_news AS on FROM tenant WHERE tenant_id = $1', [
      tx.tenant,
    ]);
    return row?.on ?? false;
  },

  async setOffersNews(tx: TenantTx, on: boolean): Promise<void> {
    await tx.query('UPDATE tenant SET offers_news = $2 WHERE tenant_id = $1', [tx.tenant, on]);
  },
};
