import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { membersTable } from '../accounts/members.table';
import { importsTable } from '../audience/import/import.table';
import { type ConsentState, isYes, type LedgerAct, stateOf } from './consent-state';
import { type ConsentRow, consentsTable } from './consents.table';
import { consentTextsTable } from './texts.table';

/** One act as it is told: the channels it spoke of are one line. */
export interface ProofLine {
  act: LedgerAct;
  at: Date;
  channels: readonly string[];
  source: string;
  by: string;
  /** `qr:<code>`, `web:<address>`, `file:<name>#<row>`, `message`; empty: not told. */
  place: string;
  textVersion?: string;
  language?: string;
  /** SHA-256 of the words, in hexadecimal. */
  hash?: string;
  until?: Date;
  mandate?: string;
}
/** What a member vouched for of the whole list in which a person stood. */
export interface Attested {
  /** Where people said yes, and how, in the member's words. */
  place: string;
  how: string;
  /** The member; empty where they are none any more. */
  by: string;
  at: Date;
  /** SHA-256 of the file, in hexadecimal. */
  file: string;
}
export interface Proof {
  /** Of each channel that the ledger speaks of. */
  states: readonly { channel: string; state: ConsentState }[];
  /** The newest yes, with the very words. */
  given?: ProofLine & { text?: string; attested?: Attested };
  /** Every act, oldest first. */
  lines: readonly ProofLine[];
}

const channels = ['whatsapp', 'sms', 'email'];

/** What the ledger can show for promotions to a person. @param holder only what this holder of the number did or had done */
export async function proofOf(tx: TenantTx, contact: string, now: Date, holder?: number): Promise<Proof> {
  const all = await consentsTable.of(tx, contact);
  const rows = holder === undefined ? all : all.filter((row) => row.holder_epoch === holder);
  const lines = linesOf(rows);
  const given = lines.findLast(isYes);
  const { textVersion, language } = given ?? {};
  const attested = given && (await attestedOf(tx, rows.findLast(isYes)?.evidence ?? ''));
  const text = textVersion && language ? await consentTextsTable.get(tx, textVersion, language) : undefined;
  return {
    states: statesOf(rows, now),
    ...(given && { given: { ...given, ...(text && { text: text.body }), ...(attested && { attested }) } }),
    lines,
  };
}

/** Of a yes that came with a list: `import:<id>#<row>`. */
async function attestedOf(tx: TenantTx, evidence: string): Promise<Attested | undefined> {
  const id = /^import:([0-9a-f-]{36})#\d+$/.exec(evidence)?.[1];
  const list = id ? await importsTable.get(tx, id) : undefined;
  if (!list?.attested_by || !list.attested_at) return undefined;
  const member = isId(list.attested_by) ? await membersTable.byId(tx, list.attested_by) : undefined;
  return {
    ...{ place: list.place ?? '', how: list.statement ?? '', by: member?.name ?? '' },
    ...{ at: list.attested_at, file: list.sha256.toString('hex') },
  };
}

/** What the ledger says of each channel that it speaks of, as it stood then. */
export async function statesAt(tx: TenantTx, contact: string, at: Date): Promise<Proof['states']> {
  return statesOf(await consentsTable.of(tx, contact), at);
}

const statesOf = (rows: readonly ConsentRow[], at: Date): Proof['states'] =>
  channels
    .filter((channel) => ofChannel(rows, channel).length > 0)
    .map((channel) => ({ channel, state: stateOf(ofChannel(rows, channel), at) }));

const ofChannel = (rows: readonly ConsentRow[], channel: string): ConsentRow[] =>
  rows.filter((row) => row.channel === channel || row.channel === 'all');

function linesOf(rows: readonly ConsentRow[]): ProofLine[] {
  const lines = new Map<string, ProofLine & { channels: string[] }>();
  for (const row of rows) {
    const key = [row.act, row.at.getTime(), row.source, row.evidence].join('|');
    const line = lines.get(key);
    if (line) line.channels.push(row.channel);
    else lines.set(key, lineOf(row));
  }
  return [...lines.values()];
}

const lineOf = (row: ConsentRow): ProofLine & { channels: string[] } => ({
  act: row.act,
  at: row.at,
  channels: [row.channel],
  source: row.source,
  by: row.actor,
  place: row.place,
  ...(row.text_version && { textVersion: row.text_version }),
  ...(row.language && { language: row.language }),
  ...(row.text_hash && { hash: row.text_hash.toString('hex') }),
  ...(row.until && { until: row.until }),
  ...(row.mandate && { mandate: row.mandate }),
});
