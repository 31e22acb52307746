import type { TenantTx } from '../../data/database';

// A number's lane may hold what a former holder of it wrote: that is theirs, and so is all from before this one had it.
const theirs = '(contact_id = $1 OR (contact_id IS NULL AND lane = ANY($2::bytea[])))';
const ofMessage =
  'JOIN message m USING (tenant_id, batch_id, seq) WHERE m.contact_id = $1 AND m.created_at >= given.since';

/** How many rows each table holds about a person, of the time in which the number is theirs. `given`: since when, and whether that is certain. */
const counts: Readonly<Record<string, string>> = {
  identifier: 'SELECT count(*) FROM identifier WHERE contact_id = $1',
  member_test_address: 'SELECT count(*) FROM member_test_address WHERE contact_id = $1 AND proven_at >= given.since',
  contact: 'SELECT count(*) FROM contact WHERE id = $1 AND sealed IS NOT NULL AND given.certain',
  attribute: 'SELECT count(*) FROM attribute WHERE contact_id = $1 AND given.certain',
  consent: 'SELECT count(*) FROM consent WHERE contact_id = $1 AND recorded_at >= given.since',
  sign_up_request: 'SELECT count(*) FROM sign_up_request WHERE token = ANY($2::bytea[])',
  preference_change: 'SELECT count(*) FROM preference_change WHERE contact_id = $1 AND at >= given.since',
  message: 'SELECT count(*) FROM message WHERE contact_id = $1 AND created_at >= given.since',
  receipt: `SELECT count(*) FROM receipt r ${ofMessage}`,
  sent_id: `SELECT count(*) FROM sent_id s ${ofMessage}`,
  interaction: `SELECT count(*) FROM interaction k ${ofMessage}`,
  inbox: `SELECT count(*) FROM inbox WHERE ${theirs} AND at >= given.since`,
  dialog: `SELECT count(*) FROM dialog WHERE ${theirs} AND updated_at >= given.since`,
  misunderstood: 'SELECT count(*) FROM misunderstood WHERE contact_id = $1 AND at >= given.since',
  slack_post:
    "SELECT count(*) FROM slack_post WHERE contact_id = $1 AND state <> 'deleted' AND created_at >= given.since",
  report_file: `SELECT count(*) FROM report_file f WHERE f.kind = 'csv' AND f.state IN ('putting', 'put', 'removing') AND EXISTS (
    SELECT 1 FROM campaign c JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = c.batch_id
    WHERE c.tenant_id = f.tenant_id AND c.id = f.campaign_id AND m.contact_id = $1 AND m.created_at >= given.since)`,
  privacy_case: 'SELECT count(*) FROM privacy_case WHERE contact_id = $1 AND received_at >= given.since',
};

/** The tables that can be counted for a person. A test holds them equal to the data map. */
export const countedTables = Object.keys(counts);

export const holdingsTable = {
  async count(tx: TenantTx, contact: string, lanes: readonly Buffer[]): Promise<Record<string, number>> {
    const parts = Object.entries(counts).map(([table, sql]) => `(${sql})::int AS ${table}`);
    // Names both parameters' types: not every count uses the second.
    const [row] = await tx.query<Record<string, number>>(
      `SELECT ${parts.join(', ')} FROM (
         SELECT $1::uuid, $2::bytea[], coalesce(holder_since, '-infinity') AS since,
                holder_since IS NULL OR confirmed_epoch >= holder_epoch AS certain
         FROM contact WHERE id = $1) given`,
      [contact, lanes],
    );
    return row ?? {};
  },

  async firstSeen(tx: TenantTx, contact: string): Promise<Date | undefined> {
    const [row] = await tx.query<{ since: Date }>(
      'SELECT greatest(created_at, holder_since) AS since FROM contact WHERE id = $1',
      [contact],
    );
    return row?.since;
  },
};
