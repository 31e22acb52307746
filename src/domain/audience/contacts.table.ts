import type { TenantTx } from '../../data/database';

export interface ContactRow {
  id: string;
  sealed: Buffer | null;
  language: string;
  zone: string;
  country: string;
  created_at: Date;
  /** Somebody else may have the number by now: what is known of the person is of whoever had it before. */
  of_former: boolean;
}
export interface Place {
  language: string;
  zone: string;
  country: string;
}
/** Which holder of the number this is. */
export interface Holder {
  epoch: number;
  /** What is older was somebody else's; undefined: nobody had it before. */
  since?: Date;
  /** They, or nobody before them, said who they are and that they want to be written to. */
  confirmed: boolean;
}

const columns = `id, sealed, language, zone, country, created_at,
  holder_since IS NOT NULL AND confirmed_epoch < holder_epoch AS of_former`;

export const contactsTable = {
  async insert(tx: TenantTx, id: string, place: Place, from: Record<keyof Place, string>, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO contact (tenant_id, id, language, zone, country, language_from, zone_from, country_from, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [tx.tenant, id, place.language, place.zone, place.country, from.language, from.zone, from.country, now],
    );
  },

  async get(tx: TenantTx, id: string): Promise<ContactRow | undefined> {
    const [row] = await tx.query<ContactRow>(`SELECT ${columns} FROM contact WHERE id = $1`, [id]);
    return row;
  },

  async many(tx: TenantTx, ids: readonly string[]): Promise<ContactRow[]> {
    return tx.query<ContactRow>(`SELECT ${columns} FROM contact WHERE id = ANY($1::uuid[])`, [ids]);
  },

  /** Of these, whose data is out of use: only stored. */
  async blocked(tx: TenantTx, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM contact WHERE id = ANY($1::uuid[]) AND blocked_at IS NOT NULL',
      [ids],
    );
    return rows.map(({ id }) => id);
  },

  async seal(tx: TenantTx, id: string, sealed: Buffer): Promise<void> {
    await tx.query('UPDATE contact SET sealed = $2 WHERE id = $1', [id, sealed]);
  },

  /** @param weaker a field is taken over only where it is known from one of these */
  async setPlace(
    tx: TenantTx,
    id: string,
    known: Partial<Place>,
    from: string,
    weaker: readonly string[],
  ): Promise<void> {
    const { language = null, zone = null, country = null } = known;
    const field = (name: string, value: string): string =>
      `${name} = CASE WHEN ${value}::text IS NOT NULL AND ${name}_from = ANY($6::text[]) THEN ${value}::text ELSE ${name} END,
       ${name}_from = CASE WHEN ${value}::text IS NOT NULL AND ${name}_from = ANY($6::text[]) THEN $5 ELSE ${name}_from END`;
    await tx.query(
      `UPDATE contact SET ${field('language', '$2')}, ${field('zone', '$3')}, ${field('country', '$4')} WHERE id = $1`,
      [id, language, zone, country, from, weaker],
    );
  },

  async placeFrom(tx: TenantTx, id: string): Promise<Record<keyof Place, string> | undefined> {
    const [row] = await tx.query<Record<keyof Place, string>>(
      'SELECT language_from AS language, zone_from AS zone, country_from AS country FROM contact WHERE id = $1',
      [id],
    );
    return row;
  },

  /**
   * The number may have a new holder from here on: what was allowed needs to be confirmed.
   * @param since what is older is never shown to the new one; undefined where the history stays with whom it is about
   */
  async nextHolder(tx: TenantTx, id: string, since?: Date): Promise<void> {
    await tx.query(
      'UPDATE contact SET holder_epoch = holder_epoch + 1, holder_since = coalesce($2, holder_since) WHERE id = $1',
      [id, since ?? null],
    );
  },

  async holder(tx: TenantTx, id: string): Promise<Holder | undefined> {
    const [row] = await tx.query<{ epoch: number; since: Date | null; confirmed: boolean }>(
      `SELECT holder_epoch AS epoch, holder_since AS since, confirmed_epoch >= holder_epoch AS confirmed
       FROM contact WHERE tenant_id = $1 AND id = $2`,
      [tx.tenant, id],
    );
    return row && { epoch: row.epoch, confirmed: row.confirmed, ...(row.since && { since: row.since }) };
  },

  /** They said yes themselves. What a former holder was called and had goes with them. @returns whether it was open */
  async confirmHolder(tx: TenantTx, id: string): Promise<boolean> {
    const [row] = await tx.query<{ was_other: boolean }>(
      `UPDATE contact SET confirmed_epoch = holder_epoch, sealed = CASE WHEN holder_since IS NULL THEN sealed END
       WHERE id = $1 AND confirmed_epoch < holder_epoch RETURNING holder_since IS NOT NULL AS was_other`,
      [id],
    );
    if (row?.was_other) await tx.query('DELETE FROM attribute WHERE contact_id = $1', [id]);
    return row !== undefined;
  },

  /** Somebody said that they are a minor, of whatever age: the strictest counts. Or that they are none. */
  async setMinor(tx: TenantTx, id: string, band: string | null): Promise<void> {
    await tx.query(
      `UPDATE contact SET age_band = CASE WHEN $2::text IS NULL THEN NULL WHEN 'lt14' IN (age_band, $2) THEN 'lt14'
         WHEN '14_15' IN (age_band, $2) THEN '14_15' ELSE $2 END WHERE id = $1`,
      [id, band],
    );
  },

  async ageBand(tx: TenantTx, id: string): Promise<string | undefined> {
    const [row] = await tx.query<{ band: string | null }>('SELECT age_band AS band FROM contact WHERE id = $1', [id]);
    return row?.band ?? undefined;
  },

  /** Whoever comes back is paused no longer. */
  async endPause(tx: TenantTx, id: string): Promise<void> {
    await tx.query(
      'UPDATE contact SET paused_until = NULL WHERE tenant_id = $1 AND id = $2 AND paused_until IS NOT NULL',
      [tx.tenant, id],
    );
  },

  /** Holds these rows until the end of the transaction, always in one order. */
  async lock(tx: TenantTx, ids: readonly string[]): Promise<void> {
    await tx.query('SELECT id FROM contact WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids]);
  },
};

/** They wrote: the service window runs from the newest of their messages. */
export async function touchInbound(tx: TenantTx, contact: string, at: Date): Promise<void> {
  await tx.query('UPDATE contact SET last_inbound_at = greatest(coalesce(last_inbound_at, $2), $2) WHERE id = $1', [
    contact,
    at,
  ]);
}

/** True once: nothing has been said to this person before. */
export async function greetOnce(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE contact SET greeted_at = $2 WHERE id = $1 AND greeted_at IS NULL RETURNING 1 AS one',
    [contact, now],
  );
  return rows.length > 0;
}
