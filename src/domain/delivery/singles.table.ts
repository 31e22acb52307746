import type { TenantTx } from '../../data/database';
import type { ClaimDoubt } from './claim-doubt.table';
import type { PersonCode, SinglePurpose } from './gate';
import { refusalSql } from './gate.table';

export interface Single {
  contact: string;
  sender: string;
  channel: string;
  purpose: SinglePurpose;
  /** The inbox row it answers, the case it belongs to, the test it is of, or the template that it is. */
  boundTo: string;
}

/** Takes the next number of the tenant's standing batch. */
export async function nextSeq(tx: TenantTx): Promise<string> {
  const [row] = await tx.query<{ seq: string }>("SELECT nextval('message_seq') AS seq");
  return row?.seq ?? '0';
}

export async function insertSingle(
  tx: TenantTx,
  seq: string,
  single: Single,
  sealed: Buffer,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, bound_to, sealed, created_at)
     VALUES ($1, 0, $2, $3, $4, $5, $6, 'queued', $7, $8, $9)`,
    [tx.tenant, seq, single.contact, single.sender, single.channel, single.purpose, single.boundTo, sealed, now],
  );
  await wakeReplies(tx, single.contact, 0);
}

const gateOf = (purpose: SinglePurpose): string =>
  refusalSql(purpose, { channel: 'm.channel', bound: 'm.bound_to', now: '$3::timestamptz' });

export interface SingleRow {
  seq: string;
  contact: string;
  sender: string;
  purpose: SinglePurpose;
  boundTo: string;
  sealed: Buffer | null;
  /** Counted with this one. */
  attempts: number;
  /** The gate's answer. */
  refused: string | null;
}

/**
 * The next single message to this person with the gate's answer, marked as begun, or as failed if it is refused. In order: a message that pauses
 * holds the ones behind it. @param doubt told what is about to be taken, and who takes it
 * Plan: message_contact (tenant_id, contact_id, created_at), one person's rows.
 */
export async function claimSingle(
  tx: TenantTx,
  contact: string,
  now: Date,
  doubt: ClaimDoubt,
): Promise<SingleRow | 'wait' | undefined> {
  await reapSingles(tx, contact);
  const [row] = await tx.query<SingleRow & { waits: boolean; began: string }>(
    `SELECT m.seq, now()::text AS began, m.contact_id AS contact, m.sealed, m.sender_id AS sender, m.purpose, m.bound_to AS "boundTo", m.attempts + 1 AS attempts,
            coalesce(m.not_before > clock_timestamp(), false) AS waits,
            CASE m.purpose WHEN 'case' THEN ${gateOf('case')} WHEN 'notice' THEN ${gateOf('notice')} WHEN 'test' THEN ${gateOf('test')}
              WHEN 'service' THEN ${gateOf('service')} ELSE ${gateOf('answer')} END AS refused
     FROM message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.batch_id = 0 AND m.state = 'queued' ORDER BY m.seq LIMIT 1 FOR UPDATE OF m`,
    [tx.tenant, contact, now],
  );
  if (!row) return undefined;
  if (row.waits) return 'wait';
  doubt.seqs = [row.seq];
  doubt.began = row.began;
  await tx.query(
    `UPDATE message SET state = CASE WHEN $3::text IS NULL THEN 'sending' ELSE 'failed' END, reason = $3, attempts = attempts + 1,
            claimed_at = now(), lease_until = clock_timestamp() + interval '60 seconds', worker = $4::bigint
     WHERE tenant_id = $1 AND batch_id = 0 AND seq = $2`,
    [tx.tenant, row.seq, row.refused, doubt.worker ?? null],
  );
  return row;
}

/** What the gate says of one, before there is a message. */
export async function refusalOfSingle(
  tx: TenantTx,
  { contact, channel, purpose, boundTo }: Omit<Single, 'sender'>,
  now: Date,
): Promise<PersonCode | undefined> {
  const gate = refusalSql(purpose, { channel: '$3', bound: '$4::uuid', now: '$5::timestamptz' });
  const [row] = await tx.query<{ code: PersonCode | null }>(
    `SELECT ${gate} AS code FROM contact c WHERE c.tenant_id = $1 AND c.id = $2
       AND $3::text IS NOT NULL AND $4::uuid IS NOT NULL AND $5::timestamptz IS NOT NULL`,
    [tx.tenant, contact, channel, boundTo, now],
  );
  return row ? (row.code ?? undefined) : 'UNREACHABLE';
}

/** What no person decides refused it after it was claimed, in the same transaction. */
export async function failSingle(tx: TenantTx, seq: string, reason: string): Promise<void> {
  await tx.query(
    "UPDATE message SET state = 'failed', reason = $3, lease_until = NULL WHERE tenant_id = $1 AND batch_id = 0 AND seq = $2",
    [tx.tenant, seq, reason],
  );
}

/** A send whose worker is gone. Plan: message_contact. */
async function reapSingles(tx: TenantTx, contact: string): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'unknown', reason = 'WORKER_LOST', lease_until = NULL WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0
       AND state = 'sending' AND (lease_until < clock_timestamp() OR worker IN (SELECT id FROM edge.gone_worker))`,
    [tx.tenant, contact],
  );
}

/** Plan: message_contact. */
export async function failFirst(tx: TenantTx, contact: string): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'failed', reason = 'SET_ASIDE' WHERE tenant_id = $1 AND batch_id = 0 AND seq = (
       SELECT min(seq) FROM message WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0 AND state = 'queued')`,
    [tx.tenant, contact],
  );
}

/** A send of this person is on its way, perhaps by a worker that is gone. Plan: message_contact. */
export async function isSending(tx: TenantTx, contact: string): Promise<boolean> {
  const rows = await tx.query(
    "SELECT 1 AS one FROM message WHERE tenant_id = $1 AND contact_id = $2 AND batch_id = 0 AND state = 'sending' LIMIT 1",
    [tx.tenant, contact],
  );
  return rows.length > 0;
}

export async function wakeReplies(tx: TenantTx, contact: string, seconds: number): Promise<void> {
  await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), make_interval(secs => $2))", [contact, seconds]);
}

/** The case looks at once whether its answer is proved sent. */
export async function wakeCase(tx: TenantTx, caseId: string): Promise<void> {
  await tx.query("SELECT edge.wake('case', uuid_send($1::uuid), '0')", [caseId]);
}
