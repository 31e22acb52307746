import type { TenantTx } from '../../data/database';
import { firstIdOf } from './trail.table';

/** Nothing older is this person's, whoever had the number before. $2 is the contact. */
const holderSince =
  "coalesce((SELECT h.holder_since FROM contact h WHERE h.tenant_id = $1 AND h.id = $2), '-infinity'::timestamptz)";

/** That they wrote, never what: the newest before then. Plan: inbox_contact. */
export async function wroteBefore(tx: TenantTx, contact: string, before: Date, most: number): Promise<Date[]> {
  const rows = await tx.query<{ at: Date }>(
    `SELECT at FROM inbox WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'turn' AND at < $3 AND at >= ${holderSince}
     ORDER BY at DESC LIMIT $4`,
    [tx.tenant, contact, before, most],
  );
  return rows.map(({ at }) => at);
}

/** What the team did with them by the audit, the newest before then. Plan: audit's key; only that stretch is read. */
export async function actsBefore(
  tx: TenantTx,
  contact: string,
  acts: readonly string[],
  { since, before, most }: { since: Date; before: Date; most: number },
): Promise<{ at: Date; act: string; name: string | null }[]> {
  return tx.query(
    `SELECT a.at, a.act, m.name FROM audit a LEFT JOIN member m ON m.tenant_id = a.tenant_id AND a.actor = 'member:' || m.id
     WHERE a.tenant_id = $1 AND a.subject = 'contact:' || $2 AND a.id >= $3::uuid AND a.at < $4 AND a.act = ANY($5::text[])
     ORDER BY a.id DESC LIMIT $6`,
    [tx.tenant, contact, firstIdOf(since), before, acts, most],
  );
}

export interface MessageLine {
  at: Date;
  purpose: string;
  state: string;
  reason: string | null;
  channel: string;
  number: number | null;
  name: string | null;
}

/** What went to them, the newest before then. Plan: message_contact. */
export async function sentBefore(tx: TenantTx, contact: string, before: Date, most: number): Promise<MessageLine[]> {
  return tx.query<MessageLine>(
    `SELECT m.created_at AS at, m.purpose, m.state, m.reason, m.channel, c.number, c.name
     FROM message m LEFT JOIN campaign_batch b ON b.tenant_id = m.tenant_id AND b.batch_id = m.batch_id
     LEFT JOIN campaign c ON c.tenant_id = b.tenant_id AND c.id = b.campaign_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.created_at < $3 AND m.created_at >= ${holderSince}
     ORDER BY m.created_at DESC, m.seq DESC LIMIT $4`,
    [tx.tenant, contact, before, most],
  );
}

/** What they did with it: opened a link, answered, reacted. Plan: message_contact, then interaction's key. */
export async function didBefore(
  tx: TenantTx,
  contact: string,
  before: Date,
  most: number,
): Promise<{ at: Date; kind: string; number: number | null; name: string | null }[]> {
  return tx.query(
    `SELECT i.at, i.kind, c.number, c.name FROM message m
     JOIN interaction i ON i.tenant_id = m.tenant_id AND i.batch_id = m.batch_id AND i.seq = m.seq
     LEFT JOIN campaign_batch b ON b.tenant_id = m.tenant_id AND b.batch_id = m.batch_id
     LEFT JOIN campaign c ON c.tenant_id = b.tenant_id AND c.id = b.campaign_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.created_at >= ${holderSince} AND i.at < $3
     ORDER BY i.at DESC LIMIT $4`,
    [tx.tenant, contact, before, most],
  );
}

/** Their requests, the newest before then. Plan: privacy_case_contact. */
export async function askedBefore(
  tx: TenantTx,
  contact: string,
  before: Date,
  most: number,
): Promise<{ number: number; right: string; state: string; at: Date }[]> {
  return tx.query(
    `SELECT number, "right", CASE WHEN state = 'closed' AND answered_at IS NULL THEN 'untold' ELSE state END AS state, received_at AS at
     FROM privacy_case WHERE tenant_id = $1 AND contact_id = $2 AND received_at < $3 AND received_at >= ${holderSince}
     ORDER BY received_at DESC LIMIT $4`,
    [tx.tenant, contact, before, most],
  );
}
