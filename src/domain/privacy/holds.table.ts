import type { TenantTx } from '../../data/database';

export interface HoldRow {
  id: string;
  number: number;
  /** What it covers: of all that are set, what fits each. */
  contact_id: string | null;
  campaign_id: string | null;
  since: Date | null;
  until: Date | null;
  /** Of the person, as it is shown. */
  masked: string | null;
  sealed: Buffer;
  set_by: string;
  started_at: Date;
  review_at: Date;
  reminded_at: Date | null;
  released_at: Date | null;
  released_by: string | null;
  /** `C-118 · promo cyber` */
  campaign: string | null;
  setter: string | null;
}
export type NewHold = Pick<
  HoldRow,
  'id' | 'contact_id' | 'campaign_id' | 'since' | 'until' | 'masked' | 'sealed' | 'set_by' | 'started_at' | 'review_at'
>;

const columns = `h.id, h.number, h.contact_id, h.campaign_id, h.since, h.until, h.masked, h.sealed, h.set_by, h.started_at, h.review_at, h.reminded_at,
  h.released_at, h.released_by, (SELECT 'C-' || c.number || ' · ' || c.name FROM campaign c WHERE c.tenant_id = h.tenant_id AND c.id = h.campaign_id) AS campaign,
  (SELECT m.name FROM member m WHERE m.tenant_id = h.tenant_id AND m.id = h.set_by) AS setter`;

interface Where {
  /** SQL of whose the row is; none: nobody's. */
  person?: string;
  /** SQL of the batch it belongs to; none: no campaign's. */
  batch?: string;
  /** SQL of when it was. */
  at: string;
}

/** A condition for the customer $1: that person's data is blocked, and so only stored. */
export const blockedSql = (person: string): string =>
  `EXISTS (SELECT 1 FROM contact b WHERE b.tenant_id = $1 AND b.id = ${person} AND b.blocked_at IS NOT NULL)`;

/** A condition on a row of `t`, for the customer $1: a hold that nobody has released covers it, or its person's data is blocked. */
export const heldSql = (where: Where): string =>
  where.person ? `(${coveredSql(where)} OR ${blockedSql(where.person)})` : coveredSql(where);

const coveredSql = ({
  person,
  batch,
  at,
}: Where): string => `EXISTS (SELECT 1 FROM legal_hold h WHERE h.tenant_id = $1 AND h.released_at IS NULL
    AND ${person ? `(h.contact_id IS NULL OR h.contact_id = ${person})` : 'h.contact_id IS NULL'}
    AND ${
      batch
        ? `(h.campaign_id IS NULL OR EXISTS (SELECT 1 FROM campaign_batch b WHERE b.tenant_id = h.tenant_id AND b.campaign_id = h.campaign_id AND b.batch_id = ${batch}))`
        : 'h.campaign_id IS NULL'
    }
    AND (h.since IS NULL OR ${at} >= h.since) AND (h.until IS NULL OR ${at} < h.until))`;

const inTime = (at: string): string => `(h.since IS NULL OR ${at} >= h.since) AND (h.until IS NULL OR ${at} < h.until)`;
const messages = `EXISTS (SELECT 1 FROM message m WHERE m.tenant_id = h.tenant_id AND m.contact_id = $2 AND ${inTime('m.created_at')}
  AND (h.campaign_id IS NULL OR EXISTS (SELECT 1 FROM campaign_batch b WHERE b.tenant_id = h.tenant_id AND b.campaign_id = h.campaign_id AND b.batch_id = m.batch_id)))`;
const alone = (table: string, at: string): string =>
  `h.campaign_id IS NULL AND EXISTS (SELECT 1 FROM ${table} x WHERE x.tenant_id = h.tenant_id AND x.contact_id = $2 AND ${inTime(`x.${at}`)})`;
const conversations = alone('inbox', 'at');
const consents = alone('consent', 'at');

/** By category of the data map: whether a hold `h` of a campaign or a time covers something of the person $2. */
const covered: Readonly<Record<string, string>> = {
  messages,
  receipts: messages,
  conversations,
  consents,
  // Whose they are is part of what is held.
  identifiers: `(${messages} OR (${conversations}) OR (${consents}))`,
};

export const holdsTable = {
  async insert(tx: TenantTx, hold: NewHold): Promise<void> {
    await tx.query('SELECT 1 FROM tenant WHERE tenant_id = $1 FOR UPDATE', [tx.tenant]); // one number each
    await tx.query(
      `INSERT INTO legal_hold (tenant_id, id, number, contact_id, campaign_id, since, until, masked, sealed, set_by, started_at, review_at)
       SELECT $1, $2, coalesce(max(h.number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM legal_hold h WHERE h.tenant_id = $1`,
      [
        ...[tx.tenant, hold.id, hold.contact_id, hold.campaign_id, hold.since, hold.until],
        ...[hold.masked, hold.sealed, hold.set_by, hold.started_at, hold.review_at],
      ],
    );
  },

  async get(tx: TenantTx, id: string): Promise<HoldRow | undefined> {
    const [row] = await tx.query<HoldRow>(`SELECT ${columns} FROM legal_hold h WHERE h.tenant_id = $1 AND h.id = $2`, [
      tx.tenant,
      id,
    ]);
    return row;
  },

  async lock(tx: TenantTx, id: string): Promise<HoldRow | undefined> {
    await tx.query('SELECT 1 FROM legal_hold WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tx.tenant, id]);
    return holdsTable.get(tx, id);
  },

  /** Those that stand, the one to be looked at first at the top. Plan: a customer's own, few. */
  async active(tx: TenantTx): Promise<HoldRow[]> {
    return tx.query<HoldRow>(
      `SELECT ${columns} FROM legal_hold h WHERE h.tenant_id = $1 AND h.released_at IS NULL ORDER BY h.review_at, h.number`,
      [tx.tenant],
    );
  },

  /** Those whose day to be looked at has come, and of which nobody was told since. */
  async toReview(tx: TenantTx, now: Date): Promise<HoldRow[]> {
    return tx.query<HoldRow>(
      `SELECT ${columns} FROM legal_hold h WHERE h.tenant_id = $1 AND h.released_at IS NULL AND h.review_at <= $2
         AND (h.reminded_at IS NULL OR h.reminded_at < h.review_at) ORDER BY h.number`,
      [tx.tenant, now],
    );
  },

  async reminded(tx: TenantTx, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE legal_hold SET reminded_at = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, now]);
  },

  async renew(tx: TenantTx, id: string, reviewAt: Date): Promise<void> {
    await tx.query('UPDATE legal_hold SET review_at = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenant, id, reviewAt]);
  },

  async release(tx: TenantTx, id: string, by: string, now: Date): Promise<void> {
    await tx.query('UPDATE legal_hold SET released_at = $3, released_by = $4 WHERE tenant_id = $1 AND id = $2', [
      tx.tenant,
      id,
      now,
      by,
    ]);
  },

  /** The hold that keeps something of this person in that category: of several, the one that is looked at last. Plans: legal_hold_active, then the person's own rows. */
  async covering(tx: TenantTx, contact: string, category: string): Promise<{ id: string; until: Date } | undefined> {
    const scoped = covered[category];
    const [row] = await tx.query<{ id: string; until: Date }>(
      `SELECT h.id, h.review_at AS until FROM legal_hold h
       WHERE h.tenant_id = $1 AND h.released_at IS NULL AND (h.contact_id IS NULL OR h.contact_id = $2)
         AND ((h.contact_id = $2 AND num_nonnulls(h.campaign_id, h.since, h.until) = 0)${scoped ? ` OR (${scoped})` : ''})
       ORDER BY h.review_at DESC LIMIT 1`,
      [tx.tenant, contact],
    );
    return row;
  },

  async hasCampaign(tx: TenantTx, id: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 AS one FROM campaign WHERE tenant_id = $1 AND id = $2', [tx.tenant, id]);
    return rows.length > 0;
  },

  async any(tx: TenantTx): Promise<boolean> {
    const rows = await tx.query(
      'SELECT 1 AS one FROM legal_hold WHERE tenant_id = $1 AND released_at IS NULL LIMIT 1',
      [tx.tenant],
    );
    return rows.length > 0;
  },
};
