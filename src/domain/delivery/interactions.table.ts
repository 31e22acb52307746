import type { TenantTx } from '../../data/database';
import type { TenantKeys } from '../../data/keys';

export type Interaction = 'clicked' | 'replied' | 'reacted';

// Of whom the key is destroyed nothing more is written down; what never left can have no answer.
const concerned = `m.batch_id > 0 AND m.state IN ('sending', 'unknown', 'accepted', 'sent', 'delivered', 'read')
       AND EXISTS (SELECT 1 FROM contact_key k WHERE k.tenant_id = m.tenant_id AND k.contact_id = m.contact_id)`;

/**
 * A person did this with the message that goes by this id at its provider, if it is a campaign's and theirs. Once: the first that came stands.
 * Plan: message_contact (tenant_id, contact_id). @returns whether there is such a message
 */
export async function noteOn(
  tx: TenantTx,
  keys: TenantKeys,
  { contact, on, kind, at }: { contact: string; on: string; kind: Interaction; at: Date },
): Promise<boolean> {
  const [found] = await tx.query<{ batch: string; seq: string }>(
    `SELECT m.batch_id AS batch, m.seq FROM message m
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.provider_find = $3 AND ${concerned} LIMIT 1`,
    [tx.tenant, contact, keys.findRaw('wamid', on)],
  );
  if (found) await note(tx, found, kind, at);
  return found !== undefined;
}

/** They wrote without saying to what: it answers the newest campaign that reached them there in these hours, if one did. Plan: message_contact, newest first. */
export async function noteReply(
  tx: TenantTx,
  { contact, channel, at, hours }: { contact: string; channel: string; at: Date; hours: number },
): Promise<void> {
  const [found] = await tx.query<{ batch: string; seq: string }>(
    `SELECT m.batch_id AS batch, m.seq FROM message m
     WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.channel = $3 AND ${concerned}
       AND m.accepted_at <= $4 AND m.accepted_at > $4::timestamptz - make_interval(hours => $5)
     ORDER BY m.accepted_at DESC, m.batch_id DESC LIMIT 1`,
    [tx.tenant, contact, channel, at, hours],
  );
  if (found) await note(tx, found, 'replied', at);
}

/** Whoever got this message followed its link. @returns how long it had been with them, in seconds; undefined where nobody is behind it any more */
export async function followedAfter(
  tx: TenantTx,
  message: { batch: string; seq: string },
  at: Date,
): Promise<{ seconds: number } | undefined> {
  const [row] = await tx.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM $4::timestamptz - m.accepted_at)::float8 AS seconds FROM message m
     WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = $3 AND ${concerned}`,
    [tx.tenant, message.batch, message.seq, at],
  );
  return row && { seconds: row.seconds ?? Number.POSITIVE_INFINITY };
}

/** Plan: interaction's key. */
export async function note(
  tx: TenantTx,
  message: { batch: string; seq: string },
  kind: Interaction,
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO interaction (tenant_id, batch_id, seq, kind, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [tx.tenant, message.batch, message.seq, kind, at],
  );
}
