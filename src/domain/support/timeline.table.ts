import type { TenantTx } from '../../data/database';

export interface TraceRow {
  batch: string;
  seq: string;
  campaign: string | null;
  number: number | null;
  channel: string;
  purpose: string;
  state: string;
  reason: string | null;
  createdAt: Date;
  acceptedAt: Date | null;
}

/** Since when the number is this person's: what is older is somebody else's, and shown to nobody as theirs. $2 is the contact. */
const holderSince =
  "coalesce((SELECT h.holder_since FROM contact h WHERE h.tenant_id = $1 AND h.id = $2), '-infinity'::timestamptz)";

/** The last messages to a person, newest first. Plan: message_contact (tenant_id, contact_id, created_at). */
export async function lastMessages(tx: TenantTx, contact: string, limit: number): Promise<TraceRow[]> {
  return tx.query<TraceRow>(
    `SELECT m.batch_id AS batch, m.seq, c.name AS campaign, c.number, m.channel, m.purpose, m.state, m.reason,
            m.created_at AS "createdAt", m.accepted_at AS "acceptedAt"
     FROM message m LEFT JOIN campaign_batch b ON b.tenant_id = m.tenant_id AND b.batch_id = m.batch_id
     LEFT JOIN campaign c ON c.tenant_id = b.tenant_id AND c.id = b.campaign_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.created_at >= ${holderSince} ORDER BY m.created_at DESC, m.seq DESC LIMIT $3`,
    [tx.tenant, contact, limit],
  );
}

export async function receiptsOf(
  tx: TenantTx,
  batch: string,
  seq: string,
): Promise<{ status: string; at: Date; code: string | null }[]> {
  return tx.query(
    'SELECT status, at, code FROM receipt WHERE tenant_id = $1 AND batch_id = $2 AND seq = $3 ORDER BY at, status',
    [tx.tenant, batch, seq],
  );
}

/** The newest inbound message of a person on any of their lanes: what an answer is bound to. */
export async function newestInbound(
  tx: TenantTx,
  lanes: readonly Buffer[],
): Promise<{ id: string; channel: string; app: string; sender: string; at: Date } | undefined> {
  const [row] = await tx.query<{ id: string; channel: string; app: string; sender: string; at: Date }>(
    `SELECT id, channel, app, sender, at FROM inbox WHERE tenant_id = $1 AND lane = ANY($2::bytea[]) AND kind = 'turn'
       -- What the company wrote by its own app, or the provider said of them, is no word of theirs.
       AND (outcome IS NULL OR outcome NOT IN ('echo', 'identity', 'preference')) ORDER BY id DESC LIMIT 1`,
    [tx.tenant, lanes],
  );
  return row;
}

/** What the person wrote, newest first. Plan: inbox_contact. */
export async function heardLines(
  tx: TenantTx,
  contact: string,
  limit: number,
): Promise<{ id: string; at: Date; sealed: Buffer }[]> {
  return tx.query(
    `SELECT id, at, sealed FROM inbox WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'turn' AND at >= ${holderSince}
     ORDER BY at DESC, id DESC LIMIT $3`,
    [tx.tenant, contact, limit],
  );
}

/** What the person wrote since then, oldest first. Plan: inbox_contact. */
export async function heardSince(
  tx: TenantTx,
  contact: string,
  since: Date,
  limit: number,
): Promise<{ id: string; at: Date; sealed: Buffer }[]> {
  return tx.query(
    `SELECT id, at, sealed FROM inbox WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'turn' AND at >= greatest($3, ${holderSince})
     ORDER BY at, id LIMIT $4`,
    [tx.tenant, contact, since, limit],
  );
}

/** What was answered, newest first. Plan: message_contact. */
export async function answeredLines(
  tx: TenantTx,
  contact: string,
  limit: number,
): Promise<{ seq: string; at: Date; sealed: Buffer }[]> {
  return tx.query(
    `SELECT seq, created_at AS at, sealed FROM message
     WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0 AND sealed IS NOT NULL AND created_at >= ${holderSince}
       -- A code that proves who somebody is, is theirs alone to read.
       AND NOT EXISTS (SELECT 1 FROM identity_check k WHERE k.tenant_id = $1 AND k.message_seq = message.seq)
     ORDER BY created_at DESC, seq DESC LIMIT $3`,
    [tx.tenant, contact, limit],
  );
}

/** One row of what came in. Plan: inbox_contact. */
export async function heardLine(
  tx: TenantTx,
  contact: string,
  id: string,
): Promise<{ id: string; at: Date; sealed: Buffer } | undefined> {
  const [row] = await tx.query<{ id: string; at: Date; sealed: Buffer }>(
    `SELECT id, at, sealed FROM inbox WHERE tenant_id = $1 AND contact_id = $2 AND id = $3 AND kind = 'turn' AND at >= ${holderSince}`,
    [tx.tenant, contact, id],
  );
  return row;
}

/** One of our messages, with how far it came. Plan: message's key. */
export async function answeredLine(
  tx: TenantTx,
  contact: string,
  seq: string,
): Promise<{ seq: string; at: Date; sealed: Buffer; state: string; reason: string | null } | undefined> {
  const [row] = await tx.query<{ seq: string; at: Date; sealed: Buffer; state: string; reason: string | null }>(
    `SELECT seq, created_at AS at, sealed, state, reason FROM message
     WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0 AND seq = $3 AND sealed IS NOT NULL AND created_at >= ${holderSince}
       AND NOT EXISTS (SELECT 1 FROM identity_check k WHERE k.tenant_id = $1 AND k.message_seq = message.seq)`,
    [tx.tenant, contact, seq],
  );
  return row;
}
