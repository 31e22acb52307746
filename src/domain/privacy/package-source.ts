import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { canonicalPhone } from '../../phone';
import { membersTable } from '../accounts/members.table';
import type { Audience } from '../audience/audience.service';
import type { CaseRow } from './cases.table';
import { dataMap, isTold, toldColumns } from './data-map';
import { holdingsTable, type Whose } from './holdings.table';
import { type Reading, type ToldRow, tell } from './holdings-read';
import { factsTable } from './package-facts.table';
import { PackageWords } from './package-words';
import { bare, type Known, redact } from './redaction';

/** Everything that a copy of one person's data is made from, a page at a time. */
export interface Source {
  row: CaseRow;
  words: PackageWords;
  now: Date;
  holder: number;
  identifiers: readonly { type: string; value: string }[];
  /** The tables that are told, in the map's order. */
  tables: readonly string[];
  rows(table: string): AsyncGenerator<ToldRow[]>;
  /** How many places of others were hidden so far. */
  redacted(): number;
}

/** @throws PERSON_ERASED */
export async function sourceOf(
  tx: TenantTx,
  { keys, audience }: { keys: Keys; audience: Audience },
  row: CaseRow,
  now: Date,
): Promise<Source> {
  const contact = row.contact_id;
  const words = new PackageWords(row.language, row.zone);
  const whose: Whose = {
    contact,
    lanes: await audience.findTokens(tx, contact),
    stops: await audience.stopTokens(tx, contact),
  };
  const { known, identifiers } = await knownOf(tx, audience, contact, words);
  let count = 0;
  const members = new Map((await membersTable.list(tx)).map((one) => [one.id, words.role(one.roles[0] ?? '')]));
  const reading: Reading = {
    keys: await keys.of(tx),
    person: await keys.person(tx, contact),
    role: (id) => members.get(id) ?? '',
    redact: (text) => {
      const done = redact(text, known);
      count += done.count;
      return done.text;
    },
  };
  return {
    ...{ row, words, now, identifiers },
    holder: (await audience.holder(tx, contact))?.epoch ?? 1,
    tables: Object.entries(dataMap.tables).flatMap(([name, table]) => (isTold(table) ? [name] : [])),
    rows: async function* (table) {
      for await (const page of holdingsTable.read(tx, table, toldColumns(table), whose))
        yield page.map((one) => tell(table, one, reading));
    },
    redacted: () => count,
  };
}

/** What is the person's own, or the company's, and so is no third party's. */
async function knownOf(tx: TenantTx, audience: Audience, contact: string, words: PackageWords) {
  const person = await audience.read(tx, contact);
  const { phone, email, bsuid, parentBsuid, external } = person.identity;
  const { contact: mailbox, representative } = await factsTable.responsible(tx);
  const values = Object.values(await audience.attributes(tx, contact));
  const staff = (await membersTable.list(tx))
    .filter(({ name }) => name.trim().length > 2 && !(person.name ?? '').toLowerCase().includes(name.toLowerCase()))
    .sort((a, b) => b.name.length - a.name.length);
  const own = [phone, email, bsuid, parentBsuid, external, mailbox, ...values].flatMap((one) =>
    one ? [one.toLowerCase(), bare(one), canonicalPhone(one, person.country) ?? one] : [],
  );
  const known: Known = {
    own: new Set(own),
    staff: new Map(
      staff
        .filter(({ name }) => name !== representative)
        .map(({ name, roles }) => [name, `[${words.role(roles[0] ?? '')}]`]),
    ),
    country: person.country,
    mark: words.says('hidden'),
  };
  const all = { phone, email, bsuid, parent_bsuid: parentBsuid, external };
  const identifiers = Object.entries(all).flatMap(([type, value]) => (value ? [{ type, value }] : []));
  return { known, identifiers };
}

/** Rows of a table, and what is seen of them as they pass: how many, the newest, and the first so many. */
export interface Passed {
  count: number;
  newest?: Date;
  first: ToldRow[];
}

export async function* passing(pages: AsyncIterable<ToldRow[]>, seen: Passed, keep: number): AsyncGenerator<ToldRow[]> {
  for await (const page of pages) {
    if (seen.count === 0 && page[0]) seen.newest = newestIn(page[0]);
    seen.count += page.length;
    if (seen.first.length < keep) seen.first.push(...page.slice(0, keep - seen.first.length));
    yield page;
  }
}

const newestIn = (row: ToldRow): Date =>
  Object.values(row).reduce<Date>((newest, one) => (one instanceof Date && one > newest ? one : newest), new Date(0));

/** One line of a CSV by RFC 4180. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',')}\r\n`;

/** As a machine reads it. */
export const codeOf = (value: ToldRow[string]): string =>
  value === null ? '' : value instanceof Date ? value.toISOString() : String(value);
