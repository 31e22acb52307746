import { createHash } from 'node:crypto';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { membersTable } from '../accounts/members.table';
import type { Audience } from '../audience/audience.service';
import { customerExitTable } from './customer-exit.table';
import { dataMap, isTold, toldColumns } from './data-map';
import { holdingsTable } from './holdings.table';
import { type Reading, tell } from './holdings-read';
import { type ZipFile, zipped } from './package-zip';

export interface Exported {
  people: number;
  refusals: number;
  sha256: Buffer;
}
interface Deps {
  database: Database;
  keys: Keys;
  audience: Audience;
}

const nobodyYet = '00000000-0000-0000-0000-000000000000';
const page = 200;
const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/**
 * Everything of a customer in one ZIP, as it comes: each person in the clear, what the company wrote and did, and who must not be written to, with the
 * key without which that list says nothing. Calls `write` with each piece.
 */
export async function exportCustomer(
  deps: Deps,
  tenant: string,
  now: Date,
  write: (piece: Buffer) => Promise<void>,
): Promise<Exported> {
  const hash = createHash('sha256');
  const counted = { people: 0, refusals: 0 };
  for await (const piece of zipped(files(deps, tenant, counted), now)) {
    hash.update(piece);
    await write(piece);
  }
  return { ...counted, sha256: hash.digest() };
}

async function* files(
  deps: Deps,
  tenant: string,
  counted: { people: number; refusals: number },
): AsyncGenerator<ZipFile> {
  const { database, keys } = deps;
  const inside = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> => database.withTenant(tenant, work);
  yield { name: 'people.jsonl', content: people(deps, inside, counted) };
  for (const [table, { category, columns }] of Object.entries(dataMap.tables)) {
    if (table.includes('.') || isTold({ category })) continue;
    const told = Object.entries(columns).flatMap(([name, kind]) => (kind === 'fact' || kind === 'text' ? [name] : []));
    const named = told.filter((name) => name !== 'tenant_id');
    if (named.length === 0) continue;
    const rows = await inside((tx) => customerExitTable.rows(tx, table, named));
    if (rows.length > 0) yield { name: `company/${table}.jsonl`, content: rows.map(line) };
  }
  const refusals = await inside((tx) => customerExitTable.refusals(tx));
  counted.refusals = refusals.length;
  yield { name: 'suppressions.jsonl', content: refusals.map(line) };
  yield { name: 'suppression-key.json', content: [line(matchService(await keys.tenant(tenant)))] };
}

async function* people(
  { keys, audience }: Deps,
  inside: <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>,
  counted: { people: number },
): AsyncGenerator<Buffer> {
  for (let after = nobodyYet; ; ) {
    const contacts = await inside((tx) => customerExitTable.people(tx, after, page));
    for (const contact of contacts)
      yield await inside(async (tx) => line(await onePerson(tx, keys, audience, contact)));
    counted.people += contacts.length;
    after = contacts.at(-1) ?? after;
    if (contacts.length < page) return;
  }
}

/** All that is told of a person, in the clear: it goes to whoever answers for it. */
async function onePerson(tx: TenantTx, keys: Keys, audience: Audience, contact: string): Promise<object> {
  const members = new Map((await membersTable.list(tx)).map((one) => [one.id, one.name]));
  const reading: Reading = {
    keys: await keys.of(tx),
    person: await keys.person(tx, contact),
    role: (id) => members.get(id) ?? '',
    redact: (text) => text,
  };
  const whose = {
    contact,
    lanes: await audience.findTokens(tx, contact),
    stops: await audience.stopTokens(tx, contact),
  };
  const told: Record<string, unknown[]> = {};
  for (const [table, about] of Object.entries(dataMap.tables)) {
    if (!isTold(about)) continue;
    for await (const rows of holdingsTable.read(tx, table, toldColumns(table), whose))
      told[table] = [...(told[table] ?? []), ...rows.map((row) => tell(table, row, reading))];
  }
  return told;
}

/** How the customer asks the list by themselves from now on (a vector lets them check that they do it right). */
const matchService = (keys: TenantKeys): object => ({
  algorithm: 'HMAC-SHA-256; of several keys each over the result of the one before',
  input: `v1|${keys.tenant}|<kind>|<canonical>`,
  kinds: { phone: 'E.164', email: 'lower case, trimmed, IDNA', bsuid: 'as WhatsApp gives it' },
  keys: keys.stopKeys.map((key) => key.toString('base64')),
  vector: { kind: 'phone', canonical: '+56912345678', token: keys.stop('phone', '+56912345678').toString('hex') },
});
