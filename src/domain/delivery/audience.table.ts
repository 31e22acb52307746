import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import type { Expression } from '../audience/segments/expression';
import { selectionOf } from '../audience/segments/selection.table';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { refusalSql } from './gate.table';

const gate = refusalSql('marketing', { channel: '$2', template: 'NULL', bound: 'NULL', now: '$3::timestamptz' }, true);

/** Those of a segment, with the gate's lasting answer for each. $1 tenant, $2 channel, $3 now. Plans: those of `selectionOf`, contact's key. */
async function people(tx: TenantTx, segment: Expression, channel: string, now: Date, more: readonly unknown[] = []) {
  const zone = (await tenantsTable.get(tx))?.zone ?? 'UTC';
  const bind = [tx.tenant, channel, now, ...more];
  const selected = selectionOf(segment, { now, zone }, bind.length);
  const sql = `SELECT s.contact_id AS id, ${gate} AS reason
    FROM standing s JOIN contact c ON c.tenant_id = s.tenant_id AND c.id = s.contact_id JOIN tenant t ON t.tenant_id = s.tenant_id
    WHERE s.tenant_id = $1 AND ${selected.where}`;
  return { sql, bind: [...bind, ...selected.bind] };
}

/** How many of a segment may be written to (code null), and how many not, by reason. */
export async function countAudience(
  tx: TenantTx,
  segment: Expression,
  channel: string,
  now: Date,
): Promise<{ code: string | null; count: number }[]> {
  const { sql, bind } = await people(tx, segment, channel, now);
  return tx.query(`SELECT reason AS code, count(*)::int AS count FROM (${sql}) p GROUP BY 1 ORDER BY 2 DESC, 1`, bind);
}

/** Message rows for everybody in the segment, in one statement; those who may not be written to are left out with the reason, never silently. */
export async function freezeAudience(tx: TenantTx, row: CampaignRow, channel: string, now: Date): Promise<number> {
  const { sql, bind } = await people(tx, row.segment, channel, now, [row.batch_id, row.sender_id]);
  const [made] = await tx.query<{ count: number }>(
    `WITH made AS (
       INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, created_at)
       SELECT $1, $4::bigint, row_number() OVER (ORDER BY id), id, $5::uuid, $2, 'marketing',
              CASE WHEN reason IS NULL THEN 'planned' ELSE 'left_out' END, reason, $3::timestamptz FROM (${sql}) p
       RETURNING 1)
     SELECT count(*)::int AS count FROM made`,
    bind,
  );
  await tx.query('SELECT edge.analyze_messages()');
  return made?.count ?? 0;
}

/** The campaign went back to its author: its rows are made anew when approval is asked again. Nothing of it has left. */
export async function thawAudience(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    "DELETE FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state IN ('planned', 'left_out', 'cancelled')",
    [tx.tenant, batch],
  );
}
