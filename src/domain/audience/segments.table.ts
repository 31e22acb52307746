import type { TenantTx } from '../../data/database';
import type { Expression } from './segments/expression';

export interface Segment {
  id: string;
  name: string;
  version: number;
  expression: Expression;
  /** Saved ones can be chosen; one that was only described belongs to its draft. */
  saved: boolean;
  /** The saved one that it is to become the next version of. */
  revises: string | null;
}
export interface NewSegment {
  id: string;
  name: string;
  expression: Expression;
  saved: boolean;
  revises?: string | undefined;
  /** Whoever said it. */
  member?: string | undefined;
}

const select = `SELECT s.id, s.name, s.version, v.expression, s.saved, s.revises
  FROM segment s JOIN segment_version v ON v.tenant_id = s.tenant_id AND v.segment_id = s.id AND v.version = s.version`;

/** Segments and their versions; few rows a customer. Plan: segment's and segment_version's keys. */
export const segmentsTable = {
  async insert(tx: TenantTx, segment: NewSegment, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO segment (tenant_id, id, name, version, saved, revises, created_at) VALUES ($1, $2, $3, 0, $4, $5, $6)',
      [tx.tenant, segment.id, segment.name, segment.saved, segment.revises ?? null, now],
    );
    await this.addVersion(tx, segment.id, segment.expression, segment.member, now);
  },

  /** What it means from now on; what it meant stays written. */
  async addVersion(
    tx: TenantTx,
    id: string,
    expression: Expression,
    member: string | undefined,
    now: Date,
  ): Promise<void> {
    await tx.query(
      `WITH next AS (UPDATE segment SET version = version + 1 WHERE tenant_id = $1 AND id = $2 RETURNING version)
       INSERT INTO segment_version (tenant_id, segment_id, version, expression, member_id, created_at)
       SELECT $1, $2, version, $3::jsonb, $4::uuid, $5 FROM next`,
      [tx.tenant, id, JSON.stringify(expression), member ?? null, now],
    );
  },

  /** From now on it can be chosen by this name. */
  async save(tx: TenantTx, id: string, name: string): Promise<void> {
    await tx.query('UPDATE segment SET saved = true, name = $3 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      name,
    ]);
  },

  async get(tx: TenantTx, id: string): Promise<Segment | undefined> {
    return (await tx.query<Segment>(`${select} WHERE s.tenant_id = $1 AND s.id = $2`, [tx.tenant, id]))[0];
  },

  /** A saved one, whatever its capitals. */
  async named(tx: TenantTx, name: string): Promise<Segment | undefined> {
    return (
      await tx.query<Segment>(`${select} WHERE s.tenant_id = $1 AND lower(s.name) = lower($2) AND s.saved`, [
        tx.tenant,
        name,
      ])
    )[0];
  },

  /** Those that are saved, by name. */
  async list(tx: TenantTx): Promise<Segment[]> {
    return tx.query<Segment>(`${select} WHERE s.tenant_id = $1 AND s.saved ORDER BY s.name`, [tx.tenant]);
  },

  /** Names alone, for understanding what somebody means. */
  async names(tx: TenantTx): Promise<{ id: string; name: string }[]> {
    return tx.query('SELECT id, name FROM segment WHERE tenant_id = $1 AND saved ORDER BY name', [tx.tenant]);
  },

  /** What was described and neither saved nor used goes. @param before made before then; or the one with this id */
  async sweep(tx: TenantTx, before: Date, id?: string): Promise<void> {
    await tx.query(
      `DELETE FROM segment s WHERE s.tenant_id = $1 AND NOT s.saved AND (s.created_at < $2 OR s.id = $3::uuid)
         AND NOT EXISTS (SELECT 1 FROM campaign c WHERE c.tenant_id = $1 AND c.segment_id = s.id)`,
      [tx.tenant, before, id ?? null],
    );
  },
};
