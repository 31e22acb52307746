import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { refreshStanding } from '../audience/standing.table';
import { consentsTable, consentTextsTable } from './consents.table';

export interface Permission {
  channel: string;
  purpose: string;
  at: Date;
  source: string;
  /** Who says so: `contact:<id>`, `member:<id>`, `import:<list>`. */
  actor: string;
  evidence: string;
  textVersion?: string;
  language?: string;
}
/** Adds a line and makes the person's standing agree. */
export async function writeEntry(
  tx: TenantTx,
  contact: string,
  entry: Permission & { act: 'given' | 'withdrawn'; text_hash: Buffer | null },
  now: Date,
): Promise<void> {
  const { textVersion, language, ...rest } = entry;
  const row = { ...rest, id: newId(now), text_version: textVersion ?? null, language: language ?? null };
  await consentsTable.insert(tx, contact, row, now);
  await refreshStanding(tx, [contact]);
}

export interface Provenance {
  source: string;
  at: Date;
  by: string;
  channel: string;
  text?: string;
  textVersion?: string;
}

/** The newest permission with the words that were agreed to. */
export async function provenance(tx: TenantTx, contact: string): Promise<Provenance | undefined> {
  const given = (await consentsTable.of(tx, contact)).filter((entry) => entry.act === 'given').at(-1);
  if (!given) return undefined;
  const { source, at, actor, channel, text_version: version, language } = given;
  const text = version && language ? await consentTextsTable.get(tx, version, language) : undefined;
  return { source, at, by: actor, channel, ...(text && { text: text.body, textVersion: text.version }) };
}
