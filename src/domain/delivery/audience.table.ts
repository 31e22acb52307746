import type { TenantTx } from '../../data/database';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { refusalSql } from './gate.table';

const page = 20_000;
const gate = refusalSql('marketing', { channel: '$2', template: '$3::uuid', now: '$4::timestamptz' });

/** Those of a segment, with the gate's answer for each. Plan: attribute's key (tenant_id, key, value, contact_id), contact's key. */
const people = `SELECT c.id, ${gate} AS reason
  FROM attribute a JOIN contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id JOIN tenant t ON t.tenant_id = c.tenant_id
  WHERE a.tenant_id = $1 AND a.key = $5 AND a.value = $6`;

/** A person whose message is still unread is only waited for: at the claim the answer will be another. */
const lasting = "NULLIF(reason, 'UNREAD_INBOUND')";

const bind = (tx: TenantTx, row: CampaignRow, channel: string, now: Date): unknown[] => [
  tx.tenant,
  channel,
  row.template_id,
  now,
  row.segment_key,
  row.segment_value,
];

export async function previewAudience(
  tx: TenantTx,
  row: CampaignRow,
  channel: string,
  now: Date,
): Promise<{ code: string | null; count: number }[]> {
  return tx.query(
    `SELECT ${lasting} AS code, count(*)::int AS count FROM (${people}) p GROUP BY 1`,
    bind(tx, row, channel, now),
  );
}

/** Message rows for everybody in the segment, in pages; those who may not be written to are left out with the reason, never silently. */
export async function freezeAudience(tx: TenantTx, row: CampaignRow, channel: string, now: Date): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000';
  let made = 0;
  for (;;) {
    const rows = await tx.query<{ id: string }>(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, created_at)
       SELECT $1, $7::bigint, $8::bigint + row_number() OVER (ORDER BY id), id, $9::uuid, $2, 'marketing',
              CASE WHEN ${lasting} IS NULL THEN 'planned' ELSE 'left_out' END, ${lasting}, $4
       FROM (${people} AND c.id > $10::uuid ORDER BY c.id LIMIT ${page}) p
       RETURNING contact_id AS id`,
      [...bind(tx, row, channel, now), row.batch_id, made, row.sender_id, after],
    );
    made += rows.length;
    after = rows.reduce((last, one) => (one.id > last ? one.id : last), after);
    if (rows.length < page) break;
  }
  await tx.query('SELECT edge.analyze_messages()');
  return made;
}

export async function thawAudience(tx: TenantTx, batch: string): Promise<void> {
  await tx.query("DELETE FROM message WHERE batch_id = $1 AND state IN ('planned', 'left_out')", [batch]);
}
