import type { TenantTx } from '../../data/database';
import { newIdBytes } from '../../data/ids';
import { packedIds, packedInts, packedTexts } from '../../data/packed';

/** What a member attested of the people of one list. */
export interface AttestedList {
  id: string;
  name: string;
  attested_by: string | null;
  collected_at: Date | null;
  text_hash: Buffer | null;
  text_version: string | null;
  text_language: string | null;
}

const rows = `SELECT $1, n.id, n.contact, n.channel, 'marketing', 'given', $6::timestamptz, $7::bytea, $8, $9, $10, $11, 'import:' || $12 || '#' || n."row",
    'file:' || $13 || '#' || n."row", e.holder_epoch, $14::timestamptz,
    $6::timestamptz + make_interval(months => (SELECT t.months FROM consent_text t WHERE t.tenant_id = $1 AND t.version = $8 AND t.language = $9))
  FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]) n (id, contact, channel, "row")`;
const into = `INSERT INTO consent (tenant_id, id, contact_id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence,
  place, holder_epoch, recorded_at, until)`;

/**
 * Permissions for promotions that a member attested of a list, a thousand at once. Where nothing was said before they are plain inserts; else who
 * withdrew, or is to confirm anew, stays out whatever the list's date (T-CON-2), and what the same list gave already is not given twice.
 * It ends when the words say so. Plans: inserts; contact's key and consent_contact a row; the text's key once. The caller refreshes the standing.
 */
export async function giveAttested(
  tx: TenantTx,
  list: AttestedList,
  grants: readonly { contact: Buffer; row: number; channel: string }[],
  isNew: boolean,
  now: Date,
): Promise<void> {
  if (grants.length === 0) return;
  const bind = [
    tx.tenant,
    packedIds(grants.map(() => newIdBytes(now))),
    packedIds(grants.map(({ contact }) => contact)),
    packedTexts(grants.map(({ channel }) => channel)),
    packedInts(grants.map(({ row }) => row)),
    ...[list.collected_at, list.text_hash, list.text_version, list.text_language],
    ...[`import:${list.name}`, `member:${list.attested_by}`, list.id, list.name, now],
  ];
  if (isNew) {
    await tx.query(`${into} ${rows.replace('e.holder_epoch', '1')}`, bind);
    return;
  }
  await tx.query(
    `${into} ${rows} JOIN contact e ON e.tenant_id = $1 AND e.id = n.contact
     WHERE NOT EXISTS (SELECT 1 FROM consent w WHERE w.tenant_id = $1 AND w.contact_id = n.contact AND w.purpose = 'marketing'
       AND w.channel IN (n.channel, 'all') AND (w.act IN ('withdrawn', 'needs_reconfirmation')
         OR (w.act = 'given' AND w.channel = n.channel AND w.evidence LIKE 'import:' || $12 || '#%')))`,
    bind,
  );
}
