import type { TenantTx } from '../../data/database';
import type { Entry } from './chain';

export interface Link {
  seq: string;
  hash: Buffer;
}
export interface LinkedEntry extends Link {
  /** The entry that the link names, whether it is still there or not. */
  linked: string;
  /** undefined when the entry behind the link is gone. */
  entry?: Entry & { mac: Buffer };
}
/** Where the chain begins since its oldest part was let go of. */
export interface Cut extends Link {
  mac: Buffer;
}

const entryColumns = `a.id, (extract(epoch FROM a.at) * 1000000)::bigint::text AS at, a.actor, a.act, a.subject, a.detail`;

export const auditTable = {
  async insert(tx: TenantTx, { id, actor, act, subject, detail }: Entry, at: Date, mac: Buffer): Promise<void> {
    await tx.query(
      `WITH written AS (
         INSERT INTO audit (tenant_id, id, at, actor, act, subject, detail, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8) RETURNING tenant_id, id)
       INSERT INTO audit_pending (tenant_id, entry) SELECT tenant_id, id FROM written`,
      [tx.tenant, id, at, actor, act, subject, JSON.stringify(detail), mac],
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

  /** Plan: audit_link's key. */
  async hashAt(tx: TenantTx, seq: number): Promise<Buffer | undefined> {
    const [row] = await tx.query<Link>('SELECT seq::text, hash FROM audit_link WHERE tenant_id = $1 AND seq = $2', [
      tx.tenant,
      seq,
    ]);
    return row?.hash;
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
    const rows = await tx.query<Entry & Link & { linked: string; id: string | null; mac: Buffer }>(
      `SELECT l.seq::text, l.hash, l.entry AS linked, ${entryColumns}, a.mac
       FROM audit_link l LEFT JOIN audit a ON a.tenant_id = l.tenant_id AND a.id = l.entry
       WHERE l.seq > $1 ORDER BY l.seq LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ seq, hash, linked, id, at, actor, act, subject, detail, mac }) => ({
      seq,
      hash,
      linked,
      ...(id && { entry: { id, at, actor, act, subject, detail, mac } }),
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

  async cut(tx: TenantTx): Promise<Cut | undefined> {
    const [row] = await tx.query<Cut>('SELECT seq::text, hash, mac FROM audit_cut WHERE tenant_id = $1', [tx.tenant]);
    return row;
  },

  /** The last place whose entry, like all before it, is older than that. Plan: audit_link's key, from its beginning. */
  async lastBefore(tx: TenantTx, before: Date, most: number): Promise<Link | undefined> {
    const [row] = await tx.query<Link>(
      `WITH oldest AS (
         SELECT l.seq, l.hash, a.at FROM audit_link l JOIN audit a ON a.tenant_id = l.tenant_id AND a.id = l.entry
         WHERE l.tenant_id = $1 ORDER BY l.seq LIMIT $3),
       young AS (SELECT min(seq) AS seq FROM oldest WHERE at >= $2)
       SELECT o.seq::text, o.hash FROM oldest o, young y WHERE o.seq < coalesce(y.seq, o.seq + 1) ORDER BY o.seq DESC LIMIT 1`,
      [tx.tenant, before, most],
    );
    return row;
  },

  /** The chain begins after this place; what stood before it goes. @returns how many entries */
  async cutAt(tx: TenantTx, { seq, hash }: Link, mac: Buffer, now: Date): Promise<number> {
    await tx.query(
      `INSERT INTO audit_cut (tenant_id, seq, hash, mac, at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac, at = excluded.at`,
      [tx.tenant, seq, hash, mac, now],
    );
    const [row] = await tx.query<{ count: number }>('SELECT edge.let_go_of_audit()::int AS count');
    return row?.count ?? 0;
  },

  /** How many entries have their place, and when the last was written. */
  async extent(tx: TenantTx): Promise<{ entries: number; last?: Date }> {
    const [row] = await tx.query<{ entries: number; last: Date | null }>(
      'SELECT (SELECT count(*)::int FROM audit_link WHERE tenant_id = $1) AS entries, (SELECT max(at) FROM audit WHERE tenant_id = $1) AS last',
      [tx.tenant],
    );
    return { entries: row?.entries ?? 0, ...(row?.last && { last: row.last }) };
  },
};

/** When the newest entry was written, on the product's clock. Ids are made from the time. Plan: audit's key, its last row. */
export async function newestEntry(tx: TenantTx): Promise<Date | undefined> {
  const [row] = await tx.query<{ at: Date }>('SELECT at FROM audit WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1', [
    tx.tenant,
  ]);
  return row?.at;
}
