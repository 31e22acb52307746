import type { TenantTx } from '../../data/database';

export interface IncidentRow {
  id: string;
  number: number;
  nature: string;
  what: string;
  effects: string;
  measures: string;
  scope: string;
  scope_of: string;
  since: Date;
  until: Date;
  categories: string[];
  affected: number;
  minors: number;
  in_debt: number;
  must_notify_subjects: boolean;
  found_at: Date;
  opened_at: Date;
  opened_by: string;
  controller_told_at: Date | null;
  agency_told_at: Date | null;
  agency_reference: string | null;
  people_told_at: Date | null;
  reminded_at: Date | null;
  closed_at: Date | null;
}
export type Scope = Pick<IncidentRow, 'scope' | 'scope_of' | 'since' | 'until'>;
export type Affected = Pick<IncidentRow, 'affected' | 'minors' | 'in_debt'>;

const columns = `id, number, nature, what, effects, measures, scope, scope_of, since, until, categories, affected, minors, in_debt,
  must_notify_subjects, found_at, opened_at, opened_by, controller_told_at, agency_told_at, agency_reference, people_told_at, reminded_at, closed_at`;

/** Whose data it was: everybody's that there is, or theirs to whom something left in that time. $2 whose, $3 since, $4 until */
const whose: Readonly<Record<string, string>> = {
  everybody:
    "SELECT c.id FROM contact c WHERE c.tenant_id = $1 AND c.sealed IS NOT NULL AND c.created_at < $4 AND $2::text = '' AND $3::timestamptz < $4",
  channel: `SELECT m.contact_id AS id FROM message m WHERE m.tenant_id = $1 AND m.channel = $2 AND m.attempts > 0
    AND coalesce(m.accepted_at, m.created_at) >= $3 AND coalesce(m.accepted_at, m.created_at) < $4`,
  campaign: `SELECT m.contact_id AS id FROM campaign_batch b JOIN message m ON m.tenant_id = b.tenant_id AND m.batch_id = b.batch_id
    WHERE b.tenant_id = $1 AND b.campaign_id = $2::uuid AND m.attempts > 0
      AND coalesce(m.accepted_at, m.created_at) >= $3 AND coalesce(m.accepted_at, m.created_at) < $4`,
};

export const incidentsTable = {
  /** Counted from the rows, never from what somebody thinks. Plan: a scan; once an incident. */
  async count(tx: TenantTx, { scope, scope_of, since, until }: Scope): Promise<Affected> {
    const [row] = await tx.query<Affected>(
      `WITH hit AS (SELECT DISTINCT w.id FROM (${whose[scope] ?? whose.everybody}) w WHERE w.id IS NOT NULL)
       SELECT count(*)::int AS affected, count(*) FILTER (WHERE c.age_band = 'lt14')::int AS minors,
         count(*) FILTER (WHERE EXISTS (SELECT 1 FROM message d WHERE d.tenant_id = $1 AND d.contact_id = h.id AND d.purpose = 'collections'))::int AS in_debt
       FROM hit h JOIN contact c ON c.tenant_id = $1 AND c.id = h.id`,
      [tx.tenant, scope_of, since, until],
    );
    return row ?? { affected: 0, minors: 0, in_debt: 0 };
  },

  async insert(
    tx: TenantTx,
    row: Omit<
      IncidentRow,
      'number' | 'agency_told_at' | 'agency_reference' | 'people_told_at' | 'reminded_at' | 'closed_at'
    >,
  ): Promise<void> {
    await tx.query('SELECT 1 AS one FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE', [tx.tenant]); // numbers follow each other
    await tx.query(
      `INSERT INTO incident (tenant_id, id, number, nature, what, effects, measures, scope, scope_of, since, until, categories, affected, minors,
         in_debt, must_notify_subjects, found_at, opened_at, opened_by, controller_told_at)
       SELECT $1, $2, coalesce(max(o.number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11::text[], $12, $13, $14, $15, $16, $17, $18, $19 FROM incident o`,
      [
        tx.tenant,
        row.id,
        row.nature,
        row.what,
        row.effects,
        row.measures,
        row.scope,
        row.scope_of,
        row.since,
        row.until,
        row.categories,
        row.affected,
        row.minors,
        row.in_debt,
        row.must_notify_subjects,
        row.found_at,
        row.opened_at,
        row.opened_by,
        row.controller_told_at,
      ],
    );
  },

  async get(tx: TenantTx, id: string): Promise<IncidentRow | undefined> {
    return (await tx.query<IncidentRow>(`SELECT ${columns} FROM incident WHERE id = $1`, [id]))[0];
  },

  async list(tx: TenantTx): Promise<IncidentRow[]> {
    return tx.query<IncidentRow>(`SELECT ${columns} FROM incident ORDER BY number DESC LIMIT 20`);
  },

  /** Those of which the authority does not know yet. */
  async untold(tx: TenantTx): Promise<IncidentRow[]> {
    return tx.query<IncidentRow>(
      `SELECT ${columns} FROM incident WHERE closed_at IS NULL AND agency_told_at IS NULL AND reminded_at IS NULL ORDER BY number`,
    );
  },

  async agencyTold(tx: TenantTx, id: string, reference: string, now: Date): Promise<void> {
    await tx.query(
      'UPDATE incident SET agency_told_at = coalesce(agency_told_at, $3), agency_reference = $2 WHERE id = $1',
      [id, reference, now],
    );
  },

  async peopleTold(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE incident SET people_told_at = coalesce(people_told_at, $2) WHERE id = $1', [id, now]);
  },

  async reminded(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE incident SET reminded_at = $2 WHERE id = $1', [id, now]);
  },

  async close(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE incident SET closed_at = $2 WHERE id = $1', [id, now]);
  },
};
