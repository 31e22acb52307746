import type { TenantTx } from '../../data/database';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { refusalSql } from './gate.table';

const page = 20_000;
const gate = refusalSql('marketing', { channel: '$2', template: 'NULL', bound: 'NULL', now: '$5::timestamptz' }, true);

/** Those of a segment, with the gate's lasting answer for each. Plan: attribute's key (tenant_id, key, value, contact_id), contact's key. */
const people = `SELECT c.id, ${gate} AS reason
  FROM attribute a JOIN contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id JOIN tenant t ON t.tenant_id = c.tenant_id
  WHERE a.tenant_id = $1 AND a.key = $3 AND a.value = $4`;

const bind = (tx: TenantTx, row: CampaignRow, channel: string, now: Date): unknown[] => [
  tx.tenant,
  channel,
  row.segment_key,
  row.segment_value,
  now,
];

/** How many may be written to (code null), and how many not, by reason. */
export async function previewAudience(
  tx: TenantTx,
  row: CampaignRow,
  channel: string,
  now: Date,
): Promise<{ code: string | null; count: number }[]> {
  return tx.query(
    `SELECT reason AS code, count(*)::int AS count FROM (${people}) p GROUP BY 1 ORDER BY 2 DESC, 1`,
    bind(tx, row, channel, now),
  );
}

/** Message rows for everybody in the segment, in pages; those who may not be written to are left out with the reason, never silently. */
export async function freezeAudience(tx: TenantTx, row: CampaignRow, channel: string, now: Date): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000';
  let made = 0;
  for (;;) {
    const [inserted] = await tx.query<{ count: number; last: string | null }>(
      `WITH page AS MATERIALIZED (${people} AND a.contact_id > $9::uuid ORDER BY a.contact_id LIMIT ${page}),
       made AS (
         INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, created_at)
         SELECT $1, $6::bigint, $7::bigint + row_number() OVER (ORDER BY id), id, $8::uuid, $2, 'marketing',
                CASE WHEN reason IS NULL THEN 'planned' ELSE 'left_out' END, reason, $5::timestamptz FROM page)
       SELECT count(*)::int AS count, max(id::text) AS last FROM page`,
      [...bind(tx, row, channel, now), row.batch_id, made, row.sender_id, after],
    );
    made += inserted?.count ?? 0;
    if (!inserted?.last || inserted.count < page) break;
    after = inserted.last;
  }
  await tx.query('SELECT edge.analyze_messages()');
  return made;
}

/** The campaign went back to its author: its rows are made anew when approval is asked again. Nothing of it has left. */
export async function thawAudience(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    "DELETE FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state IN ('planned', 'left_out', 'cancelled')",
    [tx.tenant, batch],
  );
}
