import type { TenantTx } from '../../data/database';

/** How many rows each table holds about a person. */
const counts: Readonly<Record<string, string>> = {
  identifier: 'SELECT count(*) FROM identifier WHERE contact_id = $1',
  contact: 'SELECT count(*) FROM contact WHERE id = $1 AND sealed IS NOT NULL',
  attribute: 'SELECT count(*) FROM attribute WHERE contact_id = $1',
  consent: 'SELECT count(*) FROM consent WHERE contact_id = $1',
  preference_change: 'SELECT count(*) FROM preference_change WHERE contact_id = $1',
  message: 'SELECT count(*) FROM message WHERE contact_id = $1',
  receipt: 'SELECT count(*) FROM receipt r JOIN message m USING (tenant_id, batch_id, seq) WHERE m.contact_id = $1',
  click: 'SELECT count(*) FROM click k JOIN message m USING (tenant_id, batch_id, seq) WHERE m.contact_id = $1',
  inbox: 'SELECT count(*) FROM inbox WHERE contact_id = $1 OR lane = ANY($2::bytea[])',
  dialog: 'SELECT count(*) FROM dialog WHERE contact_id = $1 OR lane = ANY($2::bytea[])',
  misunderstood: 'SELECT count(*) FROM misunderstood WHERE contact_id = $1',
  slack_post: "SELECT count(*) FROM slack_post WHERE contact_id = $1 AND state <> 'deleted'",
  privacy_case: 'SELECT count(*) FROM privacy_case WHERE contact_id = $1',
};

/** The tables that can be counted for a person. A test holds them equal to the data map. */
export const countedTables = Object.keys(counts);

export const holdingsTable = {
  async count(tx: TenantTx, contact: string, lanes: readonly Buffer[]): Promise<Record<string, number>> {
    const parts = Object.entries(counts).map(([table, sql]) => `(${sql})::int AS ${table}`);
    // Names both parameters' types: not every count uses the second.
    const [row] = await tx.query<Record<string, number>>(
      `SELECT ${parts.join(', ')} FROM (SELECT $1::uuid, $2::bytea[]) given`,
      [contact, lanes],
    );
    return row ?? {};
  },

  async firstSeen(tx: TenantTx, contact: string): Promise<Date | undefined> {
    const [row] = await tx.query<{ created_at: Date }>('SELECT created_at FROM contact WHERE id = $1', [contact]);
    return row?.created_at;
  },
};
