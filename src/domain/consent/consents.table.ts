import type { TenantTx } from '../../data/database';
import type { LedgerEntry } from './consent-state';

/** What the law lets it rest on. */
export type Basis = 'consent' | 'contract' | 'legitimate_interest' | 'legal_duty';

export interface ConsentRow extends LedgerEntry {
  proven: boolean;
  id: string;
  channel: string;
  purpose: string;
  text_hash: Buffer | null;
  text_version: string | null;
  language: string | null;
  /** `contact:<id>`, `member:<id>`, `import:<list>`. */
  actor: string;
  evidence: string | null;
  basis: Basis;
  mandate: string | null;
  /** Where it was said: `qr:<code>`, `web:<address>`, `file:<name>#<row>`, `message`; empty: not told. */
  place: string;
  until: Date | null;
  /** Which holder of the number it was. */
  holder_epoch: number;
}
/** Without `holder_epoch`: of whoever holds the number now. */
export type NewConsent = Omit<ConsentRow, 'proven' | 'holder_epoch'> & { holder_epoch?: number };

const columns = `id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence, basis, mandate, place, until, holder_epoch,
  text_hash IS NOT NULL AND evidence IS NOT NULL AND at <= recorded_at AS proven`;

/** When a yes to these words is over; the same in attested.table.ts. */
const ends = `CASE WHEN $6::text IN ('given', 'renewed') THEN $7::timestamptz + make_interval(months =>
  (SELECT t.months FROM consent_text t WHERE t.tenant_id = $1 AND t.version = $9::text AND t.language = $10::text)) END`;
const declined = `EXISTS (SELECT 1 FROM consent d WHERE d.tenant_id = p.tenant_id AND d.contact_id = p.contact_id
  AND d.channel = p.channel AND d.purpose = p.purpose AND d.act = 'declined' AND d.at >= p.at)`;

/** The ledger of permission: rows are added, never changed. */
export const consentsTable = {
  /** A yes ends when the words say so. Plans: contact's key, the text's key. */
  async insert(tx: TenantTx, contact: string, row: NewConsent, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO consent (tenant_id, id, contact_id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence,
                            basis, mandate, place, until, holder_epoch, recorded_at)
       SELECT c.tenant_id, $3, c.id, $4, $5, $6::text, $7::timestamptz, $8, $9::text, $10::text, $11, $12, $13, $14, $15, $16, coalesce($17::timestamptz, ${ends}), coalesce($18, c.holder_epoch), $19
       FROM contact c WHERE c.tenant_id = $1 AND c.id = $2`,
      [
        ...[tx.tenant, contact, row.id, row.channel, row.purpose, row.act, row.at, row.text_hash, row.text_version],
        ...[row.language, row.source, row.actor, row.evidence, row.basis, row.mandate, row.place, row.until],
        ...[row.holder_epoch ?? null, now],
      ],
    );
  },

  /** Oldest first. @param recordedBy only what was on record then. Plan: consent_contact. */
  async of(
    tx: TenantTx,
    contact: string,
    purpose = 'marketing',
    channel?: string,
    recordedBy?: Date,
  ): Promise<ConsentRow[]> {
    return tx.query<ConsentRow>(
      `SELECT ${columns} FROM consent WHERE contact_id = $1 AND purpose = $2 AND ($3::text IS NULL OR channel IN ($3, 'all'))
         AND ($4::timestamptz IS NULL OR recorded_at <= $4)
       ORDER BY at, id`,
      [contact, purpose, channel ?? null, recordedBy ?? null],
    );
  },

  /** Every purpose and channel. Plan: consent_contact. */
  async all(tx: TenantTx, contact: string): Promise<ConsentRow[]> {
    return tx.query<ConsentRow>(`SELECT ${columns} FROM consent WHERE contact_id = $1 ORDER BY at, id`, [contact]);
  },

  /** Whether this inbox row came from one of these lanes, so from this person. */
  async isReceived(tx: TenantTx, lanes: readonly Buffer[], inboxId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM inbox WHERE lane = ANY($1::bytea[]) AND id = $2', [lanes, inboxId]);
    return rows.length > 0;
  },

  /** The person whose ledger this was is another contact now. */
  async remove(tx: TenantTx, contact: string): Promise<number> {
    return (await tx.query<{ one: number }>('DELETE FROM consent WHERE contact_id = $1 RETURNING 1 AS one', [contact]))
      .length;
  },

  /** A question that is asked anew. Plan: consent_contact. */
  async dropPending(tx: TenantTx, contact: string): Promise<void> {
    await tx.query(
      `DELETE FROM consent p WHERE p.tenant_id = $1 AND p.contact_id = $2 AND p.act = 'pending' AND NOT ${declined}`,
      [tx.tenant, contact],
    );
  },

  /** Questions that nobody answered in time leave no trace. @returns how many. Plan: consent_pending, then consent_contact. */
  async dropUnanswered(tx: TenantTx, before: Date): Promise<number> {
    const gone = await tx.query(
      `DELETE FROM consent p WHERE p.tenant_id = $1 AND p.act = 'pending' AND p.at <= $2 AND NOT ${declined}
         AND NOT EXISTS (SELECT 1 FROM consent g WHERE g.tenant_id = p.tenant_id AND g.contact_id = p.contact_id
           AND g.channel = p.channel AND g.purpose = p.purpose AND g.act IN ('given', 'renewed') AND g.source = 'person' AND g.at >= p.at)
       RETURNING 1 AS one`,
      [tx.tenant, before],
    );
    return gone.length;
  },

  /** Permissions whose time is over and whose end is not written down yet. Plan: consent_until, then consent_contact. */
  async ended(tx: TenantTx, now: Date, limit: number): Promise<(ConsentRow & { contact: string })[]> {
    return tx.query(
      `SELECT g.contact_id AS contact, ${columns} FROM consent g
       WHERE g.tenant_id = $1 AND g.until <= $2 AND g.act IN ('given', 'renewed')
         AND NOT EXISTS (SELECT 1 FROM consent e WHERE e.tenant_id = g.tenant_id AND e.contact_id = g.contact_id AND e.purpose = g.purpose
           AND e.channel IN (g.channel, 'all') AND e.act = 'expired' AND e.at >= g.until)
       ORDER BY g.contact_id, g.until LIMIT $3`,
      [tx.tenant, now, limit],
    );
  },

  /** Which holder of the number it is now. Plan: contact's key. */
  async holder(tx: TenantTx, contact: string): Promise<number> {
    const [row] = await tx.query<{ holder_epoch: number }>(
      'SELECT holder_epoch FROM contact WHERE tenant_id = $1 AND id = $2',
      [tx.tenant, contact],
    );
    return row?.holder_epoch ?? 1;
  },

  /** Whether they were asked in a conversation if they want news. Plan: contact's key. */
  async wasOffered(tx: TenantTx, contact: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT 1 AS one FROM contact WHERE tenant_id = $1 AND id = $2 AND offered_at IS NOT NULL',
      [tx.tenant, contact],
    );
    return rows.length > 0;
  },

  /** True once: they had never been asked in a conversation whether they want news. Plan: contact's key. */
  async offerOnce(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE contact SET offered_at = $3 WHERE tenant_id = $1 AND id = $2 AND offered_at IS NULL RETURNING 1 AS one',
      [tx.tenant, contact, now],
    );
    return rows.length > 0;
  },
};
