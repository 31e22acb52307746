import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { contactsTable } from '../audience/contacts.table';
import { refreshStanding } from '../audience/standing.table';
import { isGivenOnAny, isYes, type LedgerAct } from './consent-state';
import { type Basis, consentsTable } from './consents.table';
import { preferencesTable } from './preferences.table';

export interface Permission {
  channel: string;
  purpose: string;
  at: Date;
  /** `person`, `agent`, `import:<list>`, `form`, … */
  source: string;
  /** Who says so: `contact:<id>`, `member:<id>`, `import:<list>`. */
  actor: string;
  evidence: string;
  textVersion?: string;
  language?: string;
  /** Where it was said: `qr:<code>`, `web:<address>`, `file:<name>#<row>`, `message`. */
  place?: string;
  /** It ends then; else when the words say so. */
  until?: Date;
  /** What the law lets it rest on; promotions rest on consent alone. */
  basis?: Basis;
  /** What empowers an agent to say yes for the person. */
  mandate?: string;
}

/** Adds a line and makes the person's standing agree. @throws CONSENT_UNFOUNDED for an agent without a mandate, or promotions on another basis */
export async function writeEntry(
  tx: TenantTx,
  contact: string,
  entry: Permission & { act: LedgerAct; text_hash: Buffer | null },
  now: Date,
): Promise<void> {
  const { textVersion, language, mandate, until, place = '', basis = 'consent', ...rest } = entry;
  const isUnfounded = (entry.source === 'agent' && !mandate) || (entry.purpose === 'marketing' && basis !== 'consent');
  if (isUnfounded) throw new AppError('CONSENT_UNFOUNDED');
  const row = {
    ...{ ...rest, id: newId(now), text_version: textVersion ?? null, language: language ?? null },
    ...{ place, basis, mandate: mandate ?? null, until: until ?? null },
  };
  await consentsTable.insert(tx, contact, row, now);
  if (entry.source === 'person' && isYes(entry)) await confirmed(tx, contact);
  await refreshStanding(tx, [contact]);
}

/** A new holder's own yes, unless it is one that the earlier holder said and that arrives late. */
async function confirmed(tx: TenantTx, contact: string): Promise<void> {
  const theirs = (await consentsTable.of(tx, contact)).filter((one) => isOfHolder(one));
  if (isGivenOnAny(theirs.map((one) => ({ ...one, proven: true })))) await contactsTable.confirmHolder(tx, contact);
}

const isOfHolder = (one: { source: string; act: LedgerAct }): boolean => one.source === 'person' || !isYes(one);

/** The words that somebody was asked or shown. */
export interface Words {
  version: string;
  language: string;
  hash: Buffer | null;
}

/** The words of their newest yes, while the number was theirs. */
export async function agreedBefore(tx: TenantTx, contact: string): Promise<Words | undefined> {
  const holder = await consentsTable.holder(tx, contact);
  const all = (await consentsTable.of(tx, contact)).filter((one) => isYes(one) && one.holder_epoch === holder);
  const { text_version: version, language, text_hash: hash } = all.findLast((one) => one.text_hash !== null) ?? {};
  return version && language && hash ? { version, language, hash } : undefined;
}

/** Whether it is theirs: an inbox row of one of these lanes, or what they did on their own page. */
export async function isFromPerson(
  tx: TenantTx,
  contact: string,
  lanes: readonly Buffer[],
  evidence: string,
): Promise<boolean> {
  if (!isId(evidence)) return false;
  return (await consentsTable.isReceived(tx, lanes, evidence)) || preferencesTable.isOf(tx, contact, evidence);
}
