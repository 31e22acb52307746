import type { TenantTx } from '../../../data/database';
import { packedInts, packedTexts } from '../../../data/packed';
import type { Column } from './columns';
import type { Counts } from './counts';
import type { Encoding } from './encoding';
import type { Refused } from './persons';
import type { Separator } from './records';

export type ImportState = 'fetching' | 'counting' | 'counted' | 'running' | 'done' | 'discarded' | 'stopped';
/** How a file is written, and what its columns become. */
export interface Reading {
  encoding: Encoding;
  separator: Separator;
  columns: readonly Column[];
}
/** What a member attests of the people of a list. */
export interface Attestation {
  /** Their own words. */
  statement: string;
  textVersion: string;
  textLanguage: string;
  channels: readonly string[];
  collectedAt: Date;
  /** Where people said yes: a form's address, a shop. */
  place: string;
}
export interface ImportRow {
  id: string;
  name: string;
  bytes: string;
  sha256: Buffer;
  /** Where it is to be fetched from. */
  source: { team: string; file: string } | null;
  handed_back: string | null;
  blob: string | null;
  blob_key: Buffer | null;
  reading: Reading;
  state: ImportState;
  reason: string | null;
  preview: Partial<Counts>;
  counts: Partial<Counts>;
  checkpoint: number;
  brought_by: string;
  attested_by: string | null;
  attested_at: Date | null;
  statement: string | null;
  text_version: string | null;
  text_language: string | null;
  text_hash: Buffer | null;
  channels: string[];
  collected_at: Date | null;
  place: string | null;
  created_at: Date;
  done_at: Date | null;
}

const columns = `id, name, bytes::text, sha256, source, handed_back, blob, blob_key, reading, state, reason, preview, counts, checkpoint, brought_by, attested_by, attested_at,
  statement, text_version, text_language, text_hash, channels, collected_at, place, created_at, done_at`;

/** Lists that were brought. Plans: its key, import_file. */
export const importsTable = {
  async insert(
    tx: TenantTx,
    row: Pick<ImportRow, 'id' | 'name' | 'brought_by'> & { state: ImportState; source?: ImportRow['source'] },
    now: Date,
  ): Promise<void> {
    await tx.query(
      'INSERT INTO import (tenant_id, id, name, state, source, brought_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [tx.tenant, row.id, row.name, row.state, row.source ? JSON.stringify(row.source) : null, row.brought_by, now],
    );
  },

  /** Its file is here, sealed. */
  async arrived(
    tx: TenantTx,
    id: string,
    file: Pick<ImportRow, 'sha256' | 'reading'> & { bytes: number; blob: string; blob_key: Buffer },
  ): Promise<void> {
    await tx.query(
      `UPDATE import SET state = 'counting', bytes = $3, sha256 = $4, blob = $5, blob_key = $6, reading = $7, source = NULL
       WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id, file.bytes, file.sha256, file.blob, file.blob_key, JSON.stringify(file.reading)],
    );
  },

  async handedBack(tx: TenantTx, id: string, file: string): Promise<void> {
    await tx.query('UPDATE import SET handed_back = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, file]);
  },

  async get(tx: TenantTx, id: string, lock = false): Promise<ImportRow | undefined> {
    const [row] = await tx.query<ImportRow>(
      `SELECT ${columns} FROM import WHERE tenant_id = $1 AND id = $2 ${lock ? 'FOR UPDATE' : ''}`,
      [tx.tenant, id],
    );
    return row;
  },

  /** Of these bytes, or by this name, that was begun and is not over. */
  async open(tx: TenantTx, sha256: Buffer, name: string): Promise<ImportRow | undefined> {
    const [row] = await tx.query<ImportRow>(
      `SELECT ${columns} FROM import WHERE tenant_id = $1 AND (sha256 = $2 OR name = $3) AND state IN ('counting', 'counted', 'running')
       ORDER BY sha256 = $2 DESC, created_at DESC LIMIT 1`,
      [tx.tenant, sha256, name],
    );
    return row;
  },

  /** The newest that waits for a member, or is under way. */
  async newest(tx: TenantTx): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT id FROM import WHERE tenant_id = $1 AND state IN ('counting', 'counted', 'running') ORDER BY created_at DESC, id DESC LIMIT 1`,
      [tx.tenant],
    );
    return row?.id;
  },

  async counted(tx: TenantTx, id: string, preview: Counts): Promise<void> {
    await tx.query(
      "UPDATE import SET state = 'counted', preview = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'counting'",
      [tx.tenant, id, JSON.stringify(preview)],
    );
  },

  /** How far the look through a list has come. */
  async looked(tx: TenantTx, id: string, preview: Counts): Promise<void> {
    await tx.query("UPDATE import SET preview = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'counting'", [
      tx.tenant,
      id,
      JSON.stringify(preview),
    ]);
  },

  async attest(tx: TenantTx, id: string, said: Attestation, hash: Buffer, member: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE import SET attested_by = $3, attested_at = $4, statement = $5, text_version = $6, text_language = $7, text_hash = $8, channels = $9,
         collected_at = $10, place = $11 WHERE tenant_id = $1 AND id = $2`,
      [
        ...[tx.tenant, id, member, now, said.statement, said.textVersion, said.textLanguage, hash, [...said.channels]],
        ...[said.collectedAt, said.place],
      ],
    );
  },

  async start(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query("UPDATE import SET state = 'running', started_at = $3 WHERE tenant_id = $1 AND id = $2", [
      tx.tenant,
      id,
      now,
    ]);
  },

  /** Up to which row the list is in, in the transaction that brought it there. */
  async checkpoint(tx: TenantTx, id: string, row: number, counts: Counts): Promise<void> {
    await tx.query('UPDATE import SET checkpoint = $3, counts = $4 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      row,
      JSON.stringify(counts),
    ]);
  },

  async end(tx: TenantTx, id: string, state: 'done' | 'discarded' | 'stopped', now: Date, reason = ''): Promise<void> {
    await tx.query('UPDATE import SET state = $3, done_at = $4, reason = $5 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      state,
      now,
      reason || null,
    ]);
  },

  /** Nothing opens the file from here on. */
  async forgetFile(tx: TenantTx, id: string): Promise<void> {
    await tx.query('UPDATE import SET blob = NULL, blob_key = NULL WHERE tenant_id = $1 AND id = $2', [tx.tenant, id]);
  },

  /** Files that still stand, and when their list was brought. */
  async standing(tx: TenantTx): Promise<{ id: string; blob: string; state: ImportState; created_at: Date }[]> {
    return tx.query(
      'SELECT id, blob, state, created_at FROM import WHERE tenant_id = $1 AND blob IS NOT NULL ORDER BY id',
      [tx.tenant],
    );
  },

  async reject(tx: TenantTx, id: string, refused: readonly Refused[]): Promise<void> {
    if (refused.length === 0) return;
    await tx.query(
      `INSERT INTO import_reject (tenant_id, import_id, "row", reason, "column")
       SELECT $1, $2, r."row", r.reason, r."column" FROM unnest($3::int[], $4::text[], $5::text[]) r ("row", reason, "column")`,
      [
        ...[tx.tenant, id, packedInts(refused.map(({ row }) => row)), packedTexts(refused.map(({ reason }) => reason))],
        packedTexts(refused.map(({ column = '' }) => column)),
      ],
    );
  },

  /** In the order of the file, a page at a time. */
  async rejects(tx: TenantTx, id: string, after: number, limit: number): Promise<Refused[]> {
    return tx.query(
      `SELECT "row", reason, "column" FROM import_reject WHERE tenant_id = $1 AND import_id = $2 AND "row" > $3 ORDER BY "row" LIMIT $4`,
      [tx.tenant, id, after, limit],
    );
  },

  async forgetRejects(tx: TenantTx, id: string): Promise<void> {
    await tx.query('DELETE FROM import_reject WHERE tenant_id = $1 AND import_id = $2', [tx.tenant, id]);
  },

  /** Nobody else begins this list while it is worked on. */
  async goOn(tx: TenantTx, lane: Buffer): Promise<void> {
    await tx.query('SELECT edge.import_goes_on($1)', [lane]);
  },

  async wake(tx: TenantTx, lane: Buffer): Promise<void> {
    await tx.query("SELECT edge.wake('import', $1, '0')", [lane]);
  },
};
