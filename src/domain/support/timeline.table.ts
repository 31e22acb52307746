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

/** Opens or ends a person's talk with the team. Returns whether that changed anything. */
export async function setHandOff(tx: TenantTx, contact: string, at: Date | null): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE contact SET hand_off_at = $2 WHERE id = $1 AND (hand_off_at IS NULL) <> ($2::timestamptz IS NULL) RETURNING 1 AS one',
    [contact, at],
  );
  return rows.length > 0;
}

/** The newest inbound message of a person on any of their lanes: what an answer is bound to. */
export async function newestInbound(
  tx: TenantTx,
  lanes: readonly Buffer[],
): Promise<{ id: string; channel: string; app: string; sender: string; at: Date } | undefined> {
  const [row] = await tx.query<{ id: string; channel: string; app: string; sender: string; at: Date }>(
    `SELECT id, channel, app, sender, at FROM inbox WHERE tenant_id = $1 AND lane = ANY($2::bytea[]) AND kind = 'turn' ORDER BY id DESC LIMIT 1`,
    [tx.tenant, lanes],
  );
  return row;
}

export async function isHandedOff(tx: TenantTx, contact: string): Promise<boolean> {
  const [row] = await tx.query<{ open: boolean }>('SELECT hand_off_at IS NOT NULL AS open FROM contact WHERE id = $1', [
    contact,
  ]);
  return row?.open ?? false;
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
