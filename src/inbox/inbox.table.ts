import type { SystemTx, TenantTx } from '../data/database';

export interface InboxRow {
  tenant: string;
  lane: Buffer;
  id: string;
  kind: InboxKind;
  channel: string;
  app: string;
  sender: string;
  dedup: Buffer;
  at: Date;
  receivedAt: Date;
  sealed: Buffer;
}

/** turn: something a person said or pressed · receipts: what became of our messages · account: about our number or templates · unknown: for a sender we do not know */
export type InboxKind = 'turn' | 'receipts' | 'account' | 'unknown';

export interface WaitingRow {
  id: string;
  channel: string;
  app: string;
  sender: string;
  at: Date;
  received_at: Date;
  sealed: Buffer;
}

/** Stores all rows in one statement; a row that came before is left out by its dedup token. A role that may only insert can't name the conflict. */
export async function insertInbox(tx: SystemTx, rows: readonly InboxRow[]): Promise<void> {
  const column = <K extends keyof InboxRow>(key: K) => rows.map((row) => row[key]);
  await tx.query(
    `INSERT INTO inbox (tenant_id, lane, id, kind, channel, app, sender, dedup, at, received_at, sealed)
     SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                          $9::timestamptz[], $10::timestamptz[], $11::bytea[])
     ON CONFLICT DO NOTHING`,
    [
      column('tenant'),
      column('lane'),
      column('id'),
      column('kind'),
      column('channel'),
      column('app'),
      column('sender'),
      column('dedup'),
      column('at'),
      column('receivedAt'),
      column('sealed'),
    ],
  );
}

/** Postgres will not take what stands in one of them (class 22: a NUL, half a letter). */
export const isOfRows = (error: unknown): boolean =>
  (error as { parent?: { code?: string } }).parent?.code?.startsWith('22') === true;

/** One holder a lane: the lock ends with the transaction. */
export async function lockLane(tx: TenantTx, lane: Buffer): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [lane.readBigInt64BE(0).toString()]);
}

/** The oldest row of the lane that nobody has handled. Plan: primary key (tenant_id, lane, id), one person's rows. */
export async function nextWaiting(tx: TenantTx, lane: Buffer, kind: InboxKind): Promise<WaitingRow | undefined> {
  const [row] = await tx.query<WaitingRow>(
    `SELECT id, channel, app, sender, at, received_at, sealed FROM inbox
     WHERE tenant_id = $1 AND lane = $2 AND kind = $3 AND handled_at IS NULL ORDER BY id LIMIT 1`,
    [tx.tenant, lane, kind],
  );
  return row;
}

/** Words that were for nobody here are not kept. Plan: the primary key. */
export async function dropOverheard(tx: TenantTx, lane: Buffer, id: string): Promise<void> {
  await tx.query('DELETE FROM inbox WHERE tenant_id = $1 AND lane = $2 AND id = $3', [tx.tenant, lane, id]);
}

export async function markHandled(
  tx: TenantTx,
  lane: Buffer,
  id: string,
  outcome: string,
  contact: string | undefined,
  now: Date,
): Promise<void> {
  await tx.query(
    'UPDATE inbox SET handled_at = $4, outcome = $5, contact_id = $6 WHERE tenant_id = $1 AND lane = $2 AND id = $3',
    [tx.tenant, lane, id, now, outcome, contact ?? null],
  );
}
