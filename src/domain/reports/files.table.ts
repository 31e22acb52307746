import type { TenantTx } from '../../data/database';

export type FileKind = 'picture' | 'csv' | 'pdf';
export interface FileRow {
  id: string;
  /** One of both: what it is made of. */
  campaign_id: string | null;
  statement_id: string | null;
  kind: FileKind;
  is_whole: boolean;
  topic: string;
  language: string;
  asked_by: string;
  reason: Buffer | null;
  state: 'waiting' | 'putting' | 'put' | 'failed' | 'lost' | 'removing' | 'gone';
  team: string | null;
  provider_id: string | null;
  asked_at: Date;
  /** How long a worker has had it. */
  held_seconds: number;
}
type NewFile = Pick<
  FileRow,
  'id' | 'campaign_id' | 'statement_id' | 'kind' | 'is_whole' | 'topic' | 'language' | 'asked_by' | 'reason'
>;

const columns = `id, campaign_id, statement_id, kind, is_whole, topic, language, asked_by, reason, state, team, provider_id, asked_at,
  coalesce(extract(epoch FROM clock_timestamp() - begun_at), 0)::float8 AS held_seconds`;

/** Files made of reports. Plan: report_file's key, but where another is named. */
export const filesTable = {
  async insert(tx: TenantTx, file: NewFile, now: Date): Promise<void> {
    const { id, campaign_id, statement_id, kind, is_whole, topic, language, asked_by, reason } = file;
    await tx.query(
      `INSERT INTO report_file (tenant_id, id, campaign_id, statement_id, kind, is_whole, topic, language, asked_by, reason, state, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11)`,
      [tx.tenant, id, campaign_id, statement_id, kind, is_whole, topic, language, asked_by, reason, now],
    );
  },

  async lock(tx: TenantTx, id: string): Promise<FileRow | undefined> {
    const [row] = await tx.query<FileRow>(
      `SELECT ${columns} FROM report_file WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tx.tenant, id],
    );
    return row;
  },

  async begin(tx: TenantTx, id: string): Promise<void> {
    await tx.query(
      `UPDATE report_file SET state = 'putting', begun_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id],
    );
  },

  async settle(tx: TenantTx, id: string, state: FileRow['state']): Promise<void> {
    await tx.query('UPDATE report_file SET state = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, state]);
  },

  /** It stands there. A wish to take it down that came meanwhile is kept. */
  async stands(tx: TenantTx, id: string, team: string, providerId: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE report_file SET state = CASE WHEN state = 'removing' THEN state ELSE 'put' END, team = $3, provider_id = $4, put_at = $5
       WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id, team, providerId, now],
    );
  },

  /** Lists that this person is in are to be taken down. Plans: message_contact, report_file_campaign. @returns their ids */
  async removeAbout(tx: TenantTx, contact: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE report_file f SET state = CASE WHEN state = 'waiting' THEN 'failed' ELSE 'removing' END
       WHERE f.tenant_id = $1 AND f.kind = 'csv' AND f.state IN ('waiting', 'putting', 'put') AND f.campaign_id IN (${campaignsOf})
       RETURNING f.id`,
      [tx.tenant, contact],
    );
    return rows.map(({ id }) => id);
  },

  /** Lists with this person in them that may still stand. */
  async standingAbout(tx: TenantTx, contact: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM report_file f
       WHERE f.tenant_id = $1 AND f.kind = 'csv' AND f.state IN ('putting', 'put', 'removing', 'lost') AND f.campaign_id IN (${campaignsOf})`,
      [tx.tenant, contact],
    );
    return row?.count ?? 0;
  },

  /** Its work is due in so many seconds, by the database's clock. */
  async wake(tx: TenantTx, id: string, seconds = 0): Promise<void> {
    await tx.query("SELECT edge.wake('report', $1, make_interval(secs => $2))", [laneOf(id), seconds]);
  },
};

const campaignsOf = `SELECT c.id FROM message m JOIN campaign c ON c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id
  WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.batch_id > 0`;

export const laneOf = (id: string): Buffer => Buffer.from(id.replace(/-/g, ''), 'hex');
export const idOf = (lane: Buffer): string =>
  lane.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
