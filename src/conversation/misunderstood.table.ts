import type { TenantTx } from '../data/database';
import { newId } from '../data/ids';
import type { Keys } from '../data/keys';
import type { Language } from '../intent';
import type { Audience } from './understand';

/** Whoever tries out how much can be said wrongly fills no table. */
const mostADay = 5;
const dayMs = 86_400_000;

interface Line {
  audience: Audience;
  language: Language;
  /** What it may have been, likeliest first. */
  candidates: readonly string[];
  /** Redacted. */
  text: string;
}
export type Misunderstood = Line & { id: string; at: Date };
/** Whose line it is. */
export type SaidBy = { contact: string } | { member: string };

const about = (id: string): string => `misunderstood|${id}`;

/** Keeps a line for whoever teaches; beyond a few a day a person's are not. */
export async function keepMisunderstood(tx: TenantTx, keys: Keys, by: SaidBy, line: Line, now: Date): Promise<void> {
  const id = newId(now);
  const contact = 'contact' in by ? by.contact : null;
  const member = 'member' in by ? by.member : null;
  const key = contact ? await keys.person(tx, contact) : await keys.of(tx);
  await tx.query(
    `INSERT INTO misunderstood (tenant_id, id, contact_id, member_id, audience, language, candidates, sealed, at)
     SELECT $1, $2, $3, $4, $5, $6, $7::text[], $8, $9
     WHERE (SELECT count(*) FROM misunderstood
            WHERE tenant_id = $1 AND (contact_id = $3 OR member_id = $4) AND at > $10) < $11`,
    [
      ...[tx.tenant, id, contact, member, line.audience, line.language, line.candidates],
      ...[key.seal(line.text, about(id)), now, new Date(now.getTime() - dayMs), mostADay],
    ],
  );
}

interface Row {
  id: string;
  contact: string | null;
  audience: Audience;
  language: Language;
  candidates: string[];
  sealed: Buffer;
  at: Date;
}

/** Lines that nobody has looked at, oldest first. */
export async function listMisunderstood(
  tx: TenantTx,
  keys: Keys,
  { language, limit }: { language?: Language | undefined; limit: number },
): Promise<Misunderstood[]> {
  const rows = await tx.query<Row>(
    `SELECT id, contact_id AS contact, audience, language, candidates, sealed, at FROM misunderstood
     WHERE reviewed_at IS NULL AND ($1::text IS NULL OR language = $1) ORDER BY at, id LIMIT $2`,
    [language ?? null, limit],
  );
  const people = await keys.people(
    tx,
    rows.flatMap(({ contact }) => contact ?? []),
  );
  const own = await keys.of(tx);
  return rows.flatMap(({ contact, sealed, ...row }) => {
    const key = contact ? people.get(contact) : own;
    return key ? [{ ...row, text: key.open(sealed, about(row.id)).toString('utf8') }] : [];
  });
}

/** Whose side a line that waits is of, without opening it. */
export async function findMisunderstood(
  tx: TenantTx,
  id: string,
): Promise<Pick<Line, 'audience' | 'language'> | undefined> {
  const [row] = await tx.query<Pick<Line, 'audience' | 'language'>>(
    'SELECT audience, language FROM misunderstood WHERE id = $1 AND reviewed_at IS NULL',
    [id],
  );
  return row;
}

/** Somebody said what it meant. @returns false where it waits no longer */
export async function labelMisunderstood(tx: TenantTx, id: string, label: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE misunderstood SET reviewed_at = $3, label = $2 WHERE id = $1 AND reviewed_at IS NULL RETURNING 1 AS one',
    [id, label, now],
  );
  return rows.length > 0;
}
