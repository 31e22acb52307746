import type { TenantTx } from '../../data/database';

export interface PackageRow {
  id: string;
  case_id: string;
  contact_id: string;
  kind: 'access' | 'portability';
  built_at: Date | null;
  missing: string[];
  redacted: number;
  blob: string | null;
  /** The file's key and the link. */
  sealed: Buffer | null;
  expires_at: Date;
  downloads: number;
  /** Of the case. */
  number: number;
  language: string;
  zone: string;
  /** Somebody else may have the number since. */
  is_theirs: boolean;
}

// It is there for so long from when the answer really left: who was out of reach for days loses none of them.
const until = `greatest(p.expires_at, (SELECT max(l.sent_at) + (p.expires_at - p.built_at) FROM case_letter l
  WHERE l.tenant_id = p.tenant_id AND l.case_id = p.case_id AND l.kind = 'answer'))`;
const columns = `p.id, p.case_id, p.contact_id, p.kind, p.built_at, p.missing, p.redacted, p.blob, p.sealed, ${until} AS expires_at, p.downloads,
  c.number, c.language, c.zone, p.holder_epoch = k.holder_epoch AS is_theirs`;
const from = `package p JOIN privacy_case c ON c.tenant_id = p.tenant_id AND c.id = p.case_id
  JOIN contact k ON k.tenant_id = p.tenant_id AND k.id = p.contact_id`;

/** Copies that are owed, there to be fetched, or over. Plans: package's keys, package_contact, package_standing. */
export const packagesTable = {
  /** One a case, with its link before it is made. */
  async begin(
    tx: TenantTx,
    row: { id: string; caseId: string; contact: string; kind: string; sealed: Buffer; link: Buffer; expiresAt: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO package (tenant_id, id, case_id, contact_id, kind, holder_epoch, sealed, link, expires_at)
       SELECT $1, $2, $3, k.id, $5, k.holder_epoch, $6, $7, $8 FROM contact k WHERE k.tenant_id = $1 AND k.id = $4
       ON CONFLICT (tenant_id, case_id) DO NOTHING`,
      [tx.tenant, row.id, row.caseId, row.contact, row.kind, row.sealed, row.link, row.expiresAt],
    );
  },

  async ofCase(tx: TenantTx, caseId: string): Promise<PackageRow | undefined> {
    const [row] = await tx.query<PackageRow>(
      `SELECT ${columns} FROM ${from} WHERE p.tenant_id = $1 AND p.case_id = $2`,
      [tx.tenant, caseId],
    );
    return row;
  },

  /** Held until the end of the transaction, so that two who fetch at once count as two. */
  async byLink(tx: TenantTx, link: Buffer): Promise<PackageRow | undefined> {
    const [row] = await tx.query<PackageRow>(
      `SELECT ${columns} FROM ${from} WHERE p.tenant_id = $1 AND p.link = $2 FOR UPDATE OF p`,
      [tx.tenant, link],
    );
    return row;
  },

  async built(
    tx: TenantTx,
    id: string,
    made: { blob: string; sealed: Buffer; bytes: number; sha256: Buffer; redacted: number; expiresAt: Date },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `UPDATE package SET blob = $3, sealed = $4, bytes = $5, sha256 = $6, redacted = $7, expires_at = $8, built_at = $9, missing = '{}'
       WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id, made.blob, made.sealed, made.bytes, made.sha256, made.redacted, made.expiresAt, now],
    );
  },

  /** @returns whether that is news */
  async refused(tx: TenantTx, id: string, missing: readonly string[]): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE package SET missing = $3::text[] WHERE tenant_id = $1 AND id = $2 AND missing <> $3::text[] RETURNING 1 AS one',
      [tx.tenant, id, [...missing]],
    );
    return rows.length > 0;
  },

  async told(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE package SET told_at = $3 WHERE tenant_id = $1 AND id = $2 AND told_at IS NULL', [
      tx.tenant,
      id,
      now,
    ]);
  },

  async fetched(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE package SET downloads = downloads + 1, fetched_at = $3 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      now,
    ]);
  },

  /** What it was stays; what was in it goes. */
  async purge(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query(
      'UPDATE package SET blob = NULL, sealed = NULL, purged_at = $3 WHERE tenant_id = $1 AND id = $2 AND purged_at IS NULL',
      [tx.tenant, id, now],
    );
  },

  /** Whose time is over. */
  async over(tx: TenantTx, now: Date, limit: number): Promise<PackageRow[]> {
    return tx.query<PackageRow>(
      `SELECT ${columns} FROM ${from} WHERE p.tenant_id = $1 AND p.blob IS NOT NULL AND p.expires_at <= $2 AND ${until} <= $2
       ORDER BY p.expires_at LIMIT $3 FOR UPDATE OF p`,
      [tx.tenant, now, limit],
    );
  },

  /**
   * Copies that a person was promised, or asked for together with their erasure, and has not fetched yet: those come first. At the end of the erasure's own
   * time they stand in its way no longer. Plans: privacy_case_contact, package's key.
   */
  async owed(tx: TenantTx, contact: string, now: Date): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM privacy_case c LEFT JOIN package p ON p.tenant_id = c.tenant_id AND p.case_id = c.id
       WHERE c.tenant_id = $1 AND c.contact_id = $2 AND c."right" IN ('access', 'portability') AND c.scope = 'full'
         AND (p.blob IS NOT NULL AND p.downloads = 0 AND ${until} > $3
           OR p.blob IS NULL AND p.purged_at IS NULL AND (c.state IN ('accepted', 'executing')
             OR c.state IN ('received', 'unconfirmed', 'confirmed') AND EXISTS (SELECT 1 FROM privacy_case e
               WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.contact_id AND e."right" = 'erase'
                 AND (e.parent_id = c.id OR c.parent_id IN (e.id, e.parent_id)))))
         AND $3 < coalesce((SELECT min(e.due_at) - interval '2 days' FROM privacy_case e
           WHERE e.tenant_id = $1 AND e.contact_id = $2 AND e."right" = 'erase' AND e.state IN ('accepted', 'executing')), 'infinity')`,
      [tx.tenant, contact, now],
    );
    return row?.count ?? 0;
  },

  /** Every one of a person. @returns the names of their files */
  async forget(tx: TenantTx, contact: string): Promise<{ count: number; blobs: string[] }> {
    const rows = await tx.query<{ blob: string | null }>(
      'DELETE FROM package WHERE tenant_id = $1 AND contact_id = $2 RETURNING blob',
      [tx.tenant, contact],
    );
    return { count: rows.length, blobs: rows.flatMap(({ blob }) => blob ?? []) };
  },

  /** The names of all files that are in use. */
  async blobs(tx: TenantTx): Promise<string[]> {
    const rows = await tx.query<{ blob: string }>(
      'SELECT blob FROM package WHERE tenant_id = $1 AND blob IS NOT NULL',
      [tx.tenant],
    );
    return rows.map(({ blob }) => blob);
  },
};
