import { newIdBytes, writtenId } from '../../../data/ids';
import type { IdentifierKind, PersonKey, TenantKeys } from '../../../data/keys';
import type { Place } from '../contacts.table';
import { suggestedPlace } from '../countries';
import { channelBits } from '../standing.table';
import type { ListedPerson, PersonReader, Refused } from './persons';
import type { RawRow } from './records';
import type { Seen } from './seen';
import type { NewPerson, NewPlace, SealedIdentifier } from './store.table';

/** An address of somebody in a list with its tokens. */
export interface Address {
  kind: IdentifierKind & ('phone' | 'email' | 'external');
  value: string;
  find: Buffer;
  stop: Buffer;
}
/** Somebody in a list, before it is known whether anybody knows them. The phone stands first, the customer's own id last. */
export interface Candidate {
  person: ListedPerson;
  addresses: readonly Address[];
  /** Made ahead for whom nobody may know. */
  fresh?: NewPerson;
}
/** Some thousand rows, ready to be asked about and stored. */
export interface Batch {
  /** Up to which row of the file, this one too. */
  upTo: number;
  rows: number;
  candidates: Candidate[];
  refused: Refused[];
  duplicates: number;
  /** Under which stop key the tokens are. */
  stopVersion: number;
}
export interface Makers {
  keys: TenantKeys;
  key(contact: string): { key: PersonKey; wrapped: Buffer };
  reader: PersonReader;
  seen: Seen;
  placeOf: ReturnType<typeof placesFrom>;
  now: Date;
}

const usualBatch = 1_500;
const sliceRows = 40;
const mostRows = 2_000_000;

/**
 * Batches of the rows after `checkpoint`; those before are only remembered, for who comes twice. Works a few milliseconds at a time, so that what
 * waits for the database goes on in between.
 * @param isFresh whether people of a list are likely to be new, and sealed ahead
 */
export async function* batchesOf(
  rows: AsyncIterable<RawRow[]>,
  checkpoint: number,
  makers: Makers,
  isFresh: () => boolean,
  batchRows = usualBatch,
): AsyncGenerator<Batch> {
  let batch = empty(makers.keys);
  let total = 0;
  let slice = 0;
  for await (const some of rows) {
    for (const raw of some) {
      if (++slice % sliceRows === 0) await new Promise((done) => setImmediate(done));
      if (++total > mostRows + 1) return yield batch;
      if (total === 1) continue; // the titles
      take(batch, raw, checkpoint, makers, isFresh());
      if (batch.rows < batchRows) continue;
      yield batch;
      batch = empty(makers.keys);
    }
  }
  if (batch.rows > 0) yield batch;
}

const empty = (keys: TenantKeys): Batch => ({
  upTo: 0,
  rows: 0,
  candidates: [],
  refused: [],
  duplicates: 0,
  stopVersion: keys.stopVersion,
});

function take(batch: Batch, raw: RawRow, checkpoint: number, makers: Makers, isFresh: boolean): void {
  const isNew = raw.row > checkpoint;
  const read = makers.reader.read(raw);
  if (isNew) {
    batch.rows += 1;
    batch.upTo = raw.row;
  }
  if ('reason' in read) {
    if (isNew) batch.refused.push(read);
    return;
  }
  const addresses = addressesOf(makers, read);
  if (addresses.length === 0) {
    if (isNew) batch.duplicates += 1;
    return;
  }
  if (!isNew) return;
  batch.candidates.push({ person: read, addresses, ...(isFresh && { fresh: freshOf(makers, read, addresses) }) });
}

/** Empty for whom the list has had already: the first row counts. A mail or id that an earlier row has is theirs. */
function addressesOf({ keys, seen }: Makers, { phone, email, external }: ListedPerson): Address[] {
  const all: Address[] = [];
  const values: [Address['kind'], string | undefined][] = [
    ['phone', phone],
    ['email', email],
    ['external', external],
  ];
  for (const [kind, value] of values) {
    if (!value) continue;
    const find = keys.find(kind, value);
    if (!seen.add(find)) all.push({ kind, value, find, stop: keys.stop(kind, value) });
    else if (all.length === 0) return [];
  }
  return all;
}

/** Sealed under a key of their own. */
export function freshOf(
  { key: makeKey, placeOf, now }: Pick<Makers, 'key' | 'placeOf' | 'now'>,
  person: ListedPerson,
  addresses: readonly Address[],
): NewPerson {
  const id = newIdBytes(now);
  const { key, wrapped } = makeKey(writtenId(id));
  const about = aboutOf(person);
  const identifiers = addresses.map(
    ({ kind, value, find, stop }): SealedIdentifier => ({
      kind,
      find,
      stop,
      sealed: key.seal(value, `identifier|${kind}`),
    }),
  );
  return {
    id,
    wrapped,
    sealed: about ? key.seal(about, 'contact') : null,
    place: placeOf(person),
    reach: reachOf(identifiers),
    consented: 0,
    identifiers,
    plain: person.plain,
  };
}

/** Where somebody is taken to be: by the number's country, else as the customer; parsing each number anew would cost more than storing it. */
export function placesFrom(company: Place): (person: Pick<ListedPerson, 'phone' | 'language'>) => NewPlace {
  const known = new Map<string, NewPlace>();
  return ({ phone = '', language = '' }) => {
    const key = `${phone.slice(0, phone.startsWith('+1') ? 5 : 4)}|${language}`;
    const before = known.get(key);
    if (before) return before;
    const suggested = phone ? suggestedPlace({ phone }) : {};
    const from = suggested.country ? 'prefix' : 'company';
    const place: NewPlace = {
      ...company,
      ...suggested,
      ...(language && { language }),
      from,
      languageFrom: language ? 'import' : from,
    };
    if (known.size < 10_000) known.set(key, place);
    return place;
  };
}

/** What is kept sealed of a person, as JSON; empty: nothing. */
export function aboutOf({ name, sealed }: ListedPerson, before: { name?: string; fields?: object } = {}): string {
  if (sealed.length === 0 && !before.fields && !before.name) return name ? JSON.stringify({ name }) : '';
  const fields = { ...before.fields, ...Object.fromEntries(sealed) };
  const kept = { ...before, ...(name && { name }), ...(Object.keys(fields).length > 0 && { fields }) };
  return Object.keys(kept).length > 0 ? JSON.stringify(kept) : '';
}

const reaches: Readonly<Record<string, number>> = {
  email: channelBits.email,
  phone: channelBits.whatsapp | channelBits.sms,
  external: 0,
};
export const reachOf = (identifiers: readonly { kind: string }[]): number =>
  identifiers.reduce((bits, { kind }) => bits | (reaches[kind] ?? 0), 0);
