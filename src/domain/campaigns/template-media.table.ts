import type { TenantTx } from '../../data/database';
import type { MediumKind } from './template-parts';

export interface MediumRow {
  template_id: string;
  kind: MediumKind;
  mime: string;
  name: string;
  bytes: string;
  sha256: Buffer;
  blob: string;
  blob_key: Buffer;
}

/** Pictures, videos and papers above templates' words, and where the provider has a copy. Plans: their keys. */
export const templateMediaTable = {
  async get(tx: TenantTx, template: string): Promise<MediumRow | undefined> {
    const [row] = await tx.query<MediumRow>(
      `SELECT template_id, kind, mime, name, bytes::text, sha256, blob, blob_key FROM template_medium
       WHERE tenant_id = $1 AND template_id = $2`,
      [tx.tenant, template],
    );
    return row;
  },

  async put(tx: TenantTx, row: MediumRow, by: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO template_medium (tenant_id, template_id, kind, mime, name, bytes, sha256, blob, blob_key, brought_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (tenant_id, template_id) DO UPDATE SET kind = excluded.kind, mime = excluded.mime, name = excluded.name, bytes = excluded.bytes,
         sha256 = excluded.sha256, blob = excluded.blob, blob_key = excluded.blob_key, brought_by = excluded.brought_by, created_at = excluded.created_at`,
      [
        tx.tenant,
        row.template_id,
        row.kind,
        row.mime,
        row.name,
        row.bytes,
        row.sha256,
        row.blob,
        row.blob_key,
        by,
        now,
      ],
    );
  },

  async remove(tx: TenantTx, template: string): Promise<void> {
    await tx.query('DELETE FROM template_upload WHERE tenant_id = $1 AND template_id = $2', [tx.tenant, template]);
    await tx.query('DELETE FROM template_medium WHERE tenant_id = $1 AND template_id = $2', [tx.tenant, template]);
  },

  /** The names of all blobs that are in use. */
  async blobs(tx: TenantTx): Promise<string[]> {
    const rows = await tx.query<{ blob: string }>('SELECT blob FROM template_medium WHERE tenant_id = $1', [tx.tenant]);
    return rows.map(({ blob }) => blob);
  },

  /** The provider's copy of these bytes for this number, while it keeps it. */
  async upload(tx: TenantTx, template: string, sender: string, sha256: Buffer, now: Date): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT provider_id AS id FROM template_upload
       WHERE tenant_id = $1 AND template_id = $2 AND sender_id = $3 AND sha256 = $4 AND until > $5`,
      [tx.tenant, template, sender, sha256, now],
    );
    return row?.id;
  },

  async uploaded(
    tx: TenantTx,
    at: { template: string; sender: string; sha256: Buffer; id: string; until: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO template_upload (tenant_id, template_id, sender_id, sha256, provider_id, until) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, template_id, sender_id)
         DO UPDATE SET sha256 = excluded.sha256, provider_id = excluded.provider_id, until = excluded.until`,
      [tx.tenant, at.template, at.sender, at.sha256, at.id, at.until],
    );
  },
};
