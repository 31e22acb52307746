import type { TenantTx } from '../../data/database';

/** A campaign's rows that are being made. */
export interface FreezingRow {
  /** People are looked at as of then. */
  at: Date;
  /** The last person who was looked at. */
  after: string | null;
  made: string;
}

export const freezingTable = {
  async begin(tx: TenantTx, batch: string, at: Date): Promise<void> {
    await tx.query('INSERT INTO freezing (tenant_id, batch_id, at) VALUES ($1, $2, $3)', [tx.tenant, batch, at]);
  },

  /** Whoever makes a page, or undoes all of them, holds it until the end. */
  async lock(tx: TenantTx, batch: string): Promise<FreezingRow | undefined> {
    const sql = 'SELECT at, after, made FROM freezing WHERE tenant_id = $1 AND batch_id = $2 FOR UPDATE';
    return (await tx.query<FreezingRow>(sql, [tx.tenant, batch]))[0];
  },

  async note(tx: TenantTx, batch: string, after: string, made: bigint): Promise<void> {
    const sql = 'UPDATE freezing SET after = $3, made = $4 WHERE tenant_id = $1 AND batch_id = $2';
    await tx.query(sql, [tx.tenant, batch, after, made.toString()]);
  },

  async end(tx: TenantTx, batch: string): Promise<void> {
    await tx.query('DELETE FROM freezing WHERE tenant_id = $1 AND batch_id = $2', [tx.tenant, batch]);
  },

  async isGoing(tx: TenantTx, batch: string): Promise<boolean> {
    const sql = 'SELECT 1 AS one FROM freezing WHERE tenant_id = $1 AND batch_id = $2';
    return (await tx.query(sql, [tx.tenant, batch])).length > 0;
  },

  /**
   * Two who became one while the rows were made may both have been looked at: of theirs one stays. Plan: contact_alias, who are few, then message_contact
   * a person (LATERAL: the planner, who does not know how few they are, would rather begin with all of the rows).
   */
  async cancelDoubles(tx: TenantTx, batch: string): Promise<void> {
    await tx.query(
      `UPDATE message m SET state = 'cancelled', reason = 'SAME_PERSON'
       FROM (SELECT d.seq, row_number() OVER (PARTITION BY d.contact_id ORDER BY d.state = 'planned' DESC, d.seq) AS place
             FROM (SELECT DISTINCT contact_id FROM contact_alias WHERE tenant_id = $1) a
             CROSS JOIN LATERAL (SELECT d.* FROM message d
               WHERE d.tenant_id = $1 AND d.contact_id = a.contact_id AND d.batch_id = $2 OFFSET 0) d) t
       WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = t.seq AND t.place > 1 AND m.state = 'planned'`,
      [tx.tenant, batch],
    );
  },
};
