import type { TenantTx } from '../../data/database';

export interface DisclosureRow {
  subprocessor: string;
  country: string;
  fields: string[];
  since: Date;
  count: number;
}

// What left, or may have.
const left = "('sending', 'accepted', 'sent', 'delivered', 'read', 'unknown', 'failed')";

export const disclosuresTable = {
  /** Once a batch and channel; what else it turns out to hold is added. Plan: its key. */
  async note(
    tx: TenantTx,
    of: { batch: string; channel: string },
    to: { id: string; country: string },
    fields: readonly string[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO disclosure AS d (tenant_id, batch_id, channel, subprocessor, country, fields, since) VALUES ($1, $2, $3, $4, $5, $6::text[], $7)
       ON CONFLICT (tenant_id, batch_id, channel, subprocessor) DO UPDATE
         SET fields = ARRAY(SELECT DISTINCT f FROM unnest(d.fields || excluded.fields) f ORDER BY f)
         WHERE NOT d.fields @> excluded.fields`,
      [tx.tenant, of.batch, of.channel, to.id, to.country, fields, now],
    );
  },

  /** Who got what of one person, with how many messages since when. Plan: message_contact, the key of disclosure. */
  async of(tx: TenantTx, contact: string): Promise<DisclosureRow[]> {
    return tx.query<DisclosureRow>(
      `SELECT d.subprocessor, d.country, ARRAY(SELECT DISTINCT f FROM unnest(string_to_array(string_agg(array_to_string(d.fields, ','), ','), ',')) f ORDER BY f) AS fields,
         min(coalesce(m.accepted_at, m.claimed_at, m.created_at)) AS since, count(*)::int AS count
       FROM message m JOIN disclosure d ON d.tenant_id = m.tenant_id AND d.batch_id = m.batch_id AND d.channel = m.channel
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.attempts > 0 AND m.state IN ${left}
       GROUP BY d.subprocessor, d.country ORDER BY count(*) DESC, d.subprocessor`,
      [tx.tenant, contact],
    );
  },

  /** The same, message by message: for a dossier, and to be held against the wire. */
  async byMessage(
    tx: TenantTx,
    contact: string,
  ): Promise<{ batch: string; seq: string; subprocessor: string; fields: string[] }[]> {
    return tx.query(
      `SELECT m.batch_id AS batch, m.seq, d.subprocessor, d.fields
       FROM message m JOIN disclosure d ON d.tenant_id = m.tenant_id AND d.batch_id = m.batch_id AND d.channel = m.channel
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.attempts > 0 AND m.state IN ${left} ORDER BY m.batch_id, m.seq`,
      [tx.tenant, contact],
    );
  },
};
