import type { TenantTx } from '../../data/database';
import type { Entry } from './chain';

export interface Link {
  seq: string;
  hash: Buffer;
}
export interface LinkedEntry extends Link {
  /** undefined when the entry behind the link is gone. */
  entry?: Entry;
}

const entryColumns = `a.id, (extract(epoch FROM a.at) * 1000000)::bigint::text AS at, a.actor, a.act, a.subject, a.detail`;

export const auditTable = {
  async insert(tx: TenantTx, id: string, at: Date, actor: string, act: string, subject: string, detail: object) {
    await tx.query(
      `WITH written AS (
         INSERT INTO audit (tenant_id, id, at, actor, act, subject, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb) RETURNING tenant_id, id)
       INSERT INTO audit_pending (tenant_id, entry) SELECT tenant_id, id FROM written`,
      [tx.tenant, id, at, actor, act, subject, JSON.stringify(detail)],
    );
  },

  /** One sealer a tenant, until the end of the transaction. */
  async lock(tx: TenantTx): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [`audit|${tx.tenant}`]);
  },

  async head(tx: TenantTx): Promise<Link | undefined> {
    const [row] = await tx.query<Link>('SELECT seq::text, hash FROM audit_link ORDER BY audit_link.seq DESC LIMIT 1');
    return row;
  },

  async pending(tx: TenantTx, limit: number): Promise<Entry[]> {
    return tx.query<Entry>(
      `SELECT ${entryColumns} FROM audit_pending p JOIN audit a ON a.tenant_id = p.tenant_id AND a.id = p.entry
       ORDER BY a.id LIMIT $1`,
      [limit],
    );
  },

  async link(tx: TenantTx, links: readonly { seq: number; entry: string; hash: Buffer }[]): Promise<void> {
    const entries = links.map((link) => link.entry);
    await tx.query(
      `INSERT INTO audit_link (tenant_id, seq, entry, hash)
       SELECT $1, l.seq, l.entry, l.hash FROM unnest($2::bigint[], $3::uuid[], $4::bytea[]) AS l(seq, entry, hash)`,
      [tx.tenant, links.map((link) => link.seq), entries, links.map((link) => link.hash)],
    );
    await tx.query('DELETE FROM audit_pending WHERE entry = ANY($1::uuid[])', [entries]);
  },

  /** The chain in its order, a page at a time. */
  async page(tx: TenantTx, after: string, limit: number): Promise<LinkedEntry[]> {
    const rows = await tx.query<Entry & Link & { linked: string; id: string | null }>(
      `SELECT l.seq::text, l.hash, l.entry AS linked, ${entryColumns}
       FROM audit_link l LEFT JOIN audit a ON a.tenant_id = l.tenant_id AND a.id = l.entry
       WHERE l.seq > $1 ORDER BY l.seq LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ seq, hash, linked: _, id, at, actor, act, subject, detail }) => ({
      seq,
      hash,
      ...(id && { entry: { id, at, actor, act, subject, detail } }),
    }));
  },

  /** An entry that stands neither in the chain nor in the waiting line was put in behind our back. */
  async stray(tx: TenantTx): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT a.id FROM audit a
       WHERE NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.tenant_id = a.tenant_id AND l.entry = a.id)
         AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.tenant_id = a.tenant_id AND p.entry = a.id)
       ORDER BY a.id LIMIT 1`,
    );
    return row?.id;
  },
};

/** When the newest entry was written, on the product's clock. Ids are made from the time. Plan: audit's key, its last row. */
export async function newestEntry(tx: TenantTx): Promise<Date | undefined> {
  const [row] = await tx.query<{ at: Date }>('SELECT at FROM audit WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1', [
    tx.tenant,
  ]);
  return row?.at;
}
