import type { TenantTx } from '../../../data/database';
import type { IdentifierKind } from '../../../data/keys';
import { packedBytes, packedIds, packedInts, packedTexts } from '../../../data/packed';
import type { Place } from '../contacts.table';
import type { PlaceSource } from '../places';

/** One way to reach somebody, sealed under their key. */
export interface SealedIdentifier {
  kind: IdentifierKind;
  find: Buffer;
  stop: Buffer;
  sealed: Buffer;
}
/** Where somebody new is taken to be, and where that is known from. The same object for all of one place. */
export interface NewPlace extends Place {
  from: PlaceSource;
  languageFrom: PlaceSource;
}
/** Somebody whom nobody knew, ready for the tables. */
export interface NewPerson {
  /** Sixteen bytes. */
  id: Buffer;
  wrapped: Buffer;
  sealed: Buffer | null;
  place: NewPlace;
  /** Bits of channels. */
  reach: number;
  consented: number;
  identifiers: readonly SealedIdentifier[];
  plain: readonly (readonly [key: string, value: string])[];
}
export interface Owned {
  kind: IdentifierKind;
  find: Buffer;
  contact: string;
}

/** What two batches of one customer, or a batch and a refusal of an unknown address, take in turn. */
const turn = "hashtextextended('import|' || current_setting('app.tenant'), 0)";

/** People in bulk. Plans: one index probe a value (LATERAL: at a million rows the planner would rather read the whole table), and plain inserts. */
export const storeTable = {
  /** Until the end of the transaction nobody else stores a batch, and nobody refuses an address that is nobody's so far. */
  async takeTurn(tx: TenantTx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(${turn}) FROM tenant WHERE tenant_id = $1`, [tx.tenant]);
  },

  /** The other side: what is refused now is seen by the next batch, and who was stored by the last one is seen here. */
  async waitForBatch(tx: TenantTx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock_shared(${turn}) FROM tenant WHERE tenant_id = $1`, [tx.tenant]);
  },

  async owners(tx: TenantTx, all: readonly { kind: IdentifierKind; find: Buffer }[]): Promise<Owned[]> {
    return tx.query<Owned>(
      `SELECT w.kind, w.find, i.contact_id AS contact FROM unnest($2::text[], $3::bytea[]) AS w(kind, find)
       CROSS JOIN LATERAL (SELECT contact_id FROM identifier i WHERE i.tenant_id = $1 AND i.kind = w.kind AND i.find = w.find LIMIT 1) i`,
      [tx.tenant, packedTexts(all.map(({ kind }) => kind)), packedBytes(all.map(({ find }) => find))],
    );
  },

  /** What stands against these tokens, and on which channel. */
  async refused(tx: TenantTx, tokens: readonly Buffer[]): Promise<{ token: Buffer; channel: string }[]> {
    return tx.query<{ token: Buffer; channel: string }>(
      `SELECT w.token, s.channel FROM unnest($2::bytea[]) AS w(token)
       CROSS JOIN LATERAL (SELECT DISTINCT s.channel FROM suppression s
         WHERE s.tenant_id = $1 AND s.token = w.token AND s.purpose = 'marketing' OFFSET 0) s`,
      [tx.tenant, packedBytes(tokens)],
    );
  },

  /** @returns those who are in after all, in hex: another was first with an address of theirs in the meantime. Of them nothing is kept. */
  async insertPeople(
    tx: TenantTx,
    people: readonly NewPerson[],
    source: string,
    now: Date,
    isFree = false,
  ): Promise<ReadonlySet<string>> {
    if (people.length === 0) return new Set();
    const ids = packedIds(people.map(({ id }) => id));
    const places = distinctPlaces(people);
    const place = packedInts(people.map((one) => places.at.get(one.place) as number));
    const [languages, zones, countries] = [places.of('language'), places.of('zone'), places.of('country')];
    await tx.query(
      `INSERT INTO contact (tenant_id, id, sealed, language, zone, country, language_from, zone_from, country_from, created_at)
       SELECT $1, p.id, p.sealed, ($5::text[])[p.at], ($6::text[])[p.at], ($7::text[])[p.at], ($8::text[])[p.at], ($9::text[])[p.at], ($9::text[])[p.at], $10
       FROM unnest($2::uuid[], $3::bytea[], $4::int[]) p (id, sealed, at)`,
      [
        ...[tx.tenant, ids, packedBytes(people.map(({ sealed }) => sealed)), place, languages, zones, countries],
        ...[places.of('languageFrom'), places.of('from'), now],
      ],
    );
    await tx.query(
      `INSERT INTO contact_key (tenant_id, contact_id, wrapped) SELECT $1, p.id, p.wrapped FROM unnest($2::uuid[], $3::bytea[]) p (id, wrapped)`,
      [tx.tenant, ids, packedBytes(people.map(({ wrapped }) => wrapped))],
    );
    await tx.query(
      `INSERT INTO standing (tenant_id, contact_id, reach, consented, zone, country, language)
       SELECT $1, p.id, p.bits & 7, p.bits >> 3, ($5::text[])[p.at], ($6::text[])[p.at], ($7::text[])[p.at]
       FROM unnest($2::uuid[], $3::int[], $4::int[]) p (id, bits, at)`,
      [
        ...[tx.tenant, ids, packedInts(people.map(({ reach, consented }) => reach | (consented << 3))), place],
        ...[zones, countries, languages],
      ],
    );
    const attributes = people.flatMap(({ id, plain }) => plain.map(([key, value]) => ({ id, key, value })));
    await this.addAttributes(tx, attributes, true);
    const identifiers = people.flatMap(({ id, identifiers: own }) => own.map((one) => ({ ...one, contact: id })));
    const free = await this.addIdentifiers(tx, identifiers, source, now, isFree);
    return free === identifiers.length ? new Set() : this.takeBack(tx, people);
  },

  /** Those of new people who lack an address are made undone. Plans: identifier_contact, then each table's key. */
  async takeBack(tx: TenantTx, people: readonly NewPerson[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(
      `SELECT p.id FROM unnest($2::uuid[], $3::int[]) p (id, addresses)
       WHERE p.addresses > (SELECT count(*) FROM identifier i WHERE i.tenant_id = $1 AND i.contact_id = p.id)`,
      [tx.tenant, packedIds(people.map(({ id }) => id)), packedInts(people.map((one) => one.identifiers.length))],
    );
    const ids = rows.map(({ id }) => id);
    for (const table of ['identifier', 'attribute', 'standing', 'contact_key'])
      await tx.query(`DELETE FROM ${table} WHERE tenant_id = $1 AND contact_id = ANY($2::uuid[])`, [tx.tenant, ids]);
    await tx.query('DELETE FROM contact WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [tx.tenant, ids]);
    return new Set(ids);
  },

  /**
   * In the order of their key, so that two who add the same wait for each other and nothing worse. @returns how many were free
   * @param isFree nobody is expected to be first: cheaper, and a unique violation where somebody was
   */
  async addIdentifiers(
    tx: TenantTx,
    all: readonly (SealedIdentifier & { contact: Buffer })[],
    source: string,
    now: Date,
    isFree = false,
  ): Promise<number> {
    if (all.length === 0) return 0;
    let count = 0;
    for (const kind of [...new Set(all.map((one) => one.kind))].sort()) {
      const sorted = inOrder(all.filter((one) => one.kind === kind));
      const [row] = await tx.query<{ count: number }>(
        `WITH added AS (
           INSERT INTO identifier (tenant_id, kind, find, stop, contact_id, sealed, source, created_at)
           SELECT $1, $2, i.find, i.stop, i.contact, i.sealed, $7, $8
           FROM unnest($3::bytea[], $4::bytea[], $5::uuid[], $6::bytea[]) i (find, stop, contact, sealed)
           ${isFree ? '' : 'ON CONFLICT DO NOTHING'} RETURNING 1)
         SELECT count(*)::int AS count FROM added`,
        [
          ...[
            tx.tenant,
            kind,
            packedBytes(sorted.map(({ find }) => find)),
            packedBytes(sorted.map(({ stop }) => stop)),
          ],
          ...[packedIds(sorted.map(({ contact }) => contact)), packedBytes(sorted.map(({ sealed }) => sealed))],
          ...[source, now],
        ],
      );
      count += row?.count ?? 0;
    }
    return count;
  },

  /** @param isNew of people who have none so far */
  async addAttributes(
    tx: TenantTx,
    all: readonly { id: Buffer; key: string; value: string }[],
    isNew = false,
  ): Promise<void> {
    if (all.length === 0) return;
    await tx.query(
      `INSERT INTO attribute (tenant_id, key, value, contact_id)
       SELECT $1, a.key, a.value, a.contact FROM unnest($2::text[], $3::text[], $4::uuid[]) a (key, value, contact) ${isNew ? '' : 'ON CONFLICT DO NOTHING'}`,
      [
        ...[tx.tenant, packedTexts(all.map(({ key }) => key)), packedTexts(all.map(({ value }) => value))],
        packedIds(all.map(({ id }) => id)),
      ],
    );
  },

  /** The values that other rows say, in place of those that stand. Plan: attribute_contact. */
  async setAttributes(tx: TenantTx, all: readonly { id: Buffer; key: string; value: string }[]): Promise<void> {
    if (all.length === 0) return;
    await tx.query(
      `DELETE FROM attribute a USING unnest($2::text[], $3::text[], $4::uuid[]) n (key, value, contact)
       WHERE a.tenant_id = $1 AND a.contact_id = n.contact AND a.key = n.key AND a.value <> n.value`,
      [
        ...[tx.tenant, packedTexts(all.map(({ key }) => key)), packedTexts(all.map(({ value }) => value))],
        packedIds(all.map(({ id }) => id)),
      ],
    );
    await this.addAttributes(tx, all);
  },

  /** Plan: contact's key. */
  async sealedOf(tx: TenantTx, contacts: readonly string[]): Promise<{ id: string; sealed: Buffer | null }[]> {
    return tx.query('SELECT c.id, c.sealed FROM contact c WHERE c.tenant_id = $1 AND c.id = ANY($2::uuid[])', [
      tx.tenant,
      contacts,
    ]);
  },

  /** Of these people, how many promotions reach on some channel by what the ledger says. Plan: standing's key. */
  async proven(tx: TenantTx, contacts: readonly string[]): Promise<number> {
    if (contacts.length === 0) return 0;
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM standing WHERE tenant_id = $1 AND contact_id = ANY($2::uuid[]) AND consented & reach <> 0',
      [tx.tenant, [...new Set(contacts)]],
    );
    return row?.count ?? 0;
  },

  async reseal(tx: TenantTx, all: readonly { id: Buffer; sealed: Buffer }[]): Promise<void> {
    if (all.length === 0) return;
    await tx.query(
      `UPDATE contact c SET sealed = n.sealed FROM unnest($2::uuid[], $3::bytea[]) n (id, sealed) WHERE c.tenant_id = $1 AND c.id = n.id`,
      [tx.tenant, packedIds(all.map(({ id }) => id)), packedBytes(all.map(({ sealed }) => sealed))],
    );
  },

  /** Statistics for the planner after a long list. */
  async analyze(tx: TenantTx): Promise<void> {
    await tx.query('SELECT edge.analyze_people()');
  },
};

/** Thousands of people are in few places: each is sent once. */
function distinctPlaces(people: readonly NewPerson[]) {
  const all = [...new Set(people.map(({ place }) => place))];
  return {
    at: new Map(all.map((place, index) => [place, index + 1])),
    of: (field: keyof NewPlace) => packedTexts(all.map((place) => place[field])),
  };
}

/** By their first six bytes: numbers are compared much faster than buffers. */
const inOrder = <One extends { find: Buffer }>(all: readonly One[]): One[] =>
  all
    .map((one) => ({ one, key: one.find.readUIntBE(0, 6) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one);
