import type { Database, TenantTx } from '../../data/database';
import { maskOther, maskPhone } from '../../phone';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { suppressionsTable } from '../audience/suppressions.table';
import { type MessageRow, messagesAfter } from './rows.table';

/** What a list of a campaign's messages says, in its reader's language. */
export interface ListWords {
  /** Number, campaign, person, channel, state, why, then five moments, then the file's own mark. */
  titles: readonly string[];
  /** Between cells, as the reader's spreadsheet expects it. */
  separator: string;
  state(code: string): string;
  reason(state: string, code: string): string;
  moment(at: Date): string;
  /** On each line: by which a copy is known. */
  label: string;
  /** At the end: who had it made, when, of which customer, and why. */
  mark: string;
}

const page = 1_000;

/** A cell that a spreadsheet would run is text from here on; what is but a number below nought runs nothing. */
const neutral = (cell: string): string =>
  /^[=+\-@\t\r\n]/.test(cell) && !/^-\d+(?:[.,]\d+)?$/.test(cell) ? `'${cell}` : cell;

/** One line of a CSV, quoted where it must be. */
export function lineOf(cells: readonly string[], separator: string): string {
  const written = cells.map((cell) => {
    const safe = neutral(cell);
    return safe.includes(separator) || /["\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  });
  return `${written.join(separator)}\r\n`;
}

/** Whose data leaves in no list: it is blocked, or they objected to that. */
async function keptIn(tx: TenantTx, contacts: readonly string[]): Promise<ReadonlySet<string>> {
  const blocked = await contactsTable.blocked(tx, contacts);
  return new Set([...blocked, ...(await suppressionsTable.objectors(tx, contacts, 'sharing'))]);
}

/** A campaign's messages as a CSV that spreadsheets open, a page at a time. Whoever was erased, is blocked or objected is in none of its lines; the figures count them. */
export async function* listOf(
  { database, audience }: { database: Database; audience: Audience },
  {
    tenant,
    batches,
    number,
    isWhole,
  }: { tenant: string; batches: readonly string[]; number: string; isWhole: boolean },
  words: ListWords,
): AsyncGenerator<Buffer> {
  const { separator, label, mark } = words;
  yield Buffer.from(`\uFEFF${lineOf(words.titles, separator)}`);
  for (let after = '0', at = 0; at < batches.length; ) {
    const lines = await database.withTenant(tenant, async (tx) => {
      const rows = await messagesAfter(tx, batches[at] ?? '', after, page);
      const people = await audience.readMany(tx, [...new Set(rows.map(({ contact }) => contact))]);
      const hidden = await keptIn(tx, [...people.keys()]);
      const addresses = rows.map(({ contact }) =>
        hidden.has(contact) ? '' : addressOf(people.get(contact)?.identity, isWhole),
      );
      after = rows.at(-1)?.seq ?? '';
      return rows.flatMap((row, at) =>
        addresses[at] ? [cellsOf(row, { number, address: addresses[at], label }, words)] : [],
      );
    });
    if (lines.length > 0) yield Buffer.from(lines.map((cells) => lineOf(cells, separator)).join(''));
    if (after !== '') continue;
    after = '0';
    at += 1;
  }
  yield Buffer.from(lineOf([mark], separator));
}

function cellsOf(row: MessageRow, of: { number: string; address: string; label: string }, words: ListWords): string[] {
  const moments = [row.accepted, row.delivered, row.read, row.clicked, row.replied];
  return [
    ...[
      row.seq,
      of.number,
      of.address,
      row.channel,
      words.state(row.state),
      row.reason ? words.reason(row.state, row.reason) : '',
    ],
    ...moments.map((at) => (at ? words.moment(at) : '')),
    of.label,
  ];
}

function addressOf(identity: { phone?: string; email?: string; bsuid?: string } | undefined, isWhole: boolean): string {
  const { phone = '', email = '', bsuid = '' } = identity ?? {};
  const address = phone || email || bsuid;
  if (isWhole || !address) return address;
  return phone ? maskPhone(phone) : maskOther(address);
}
