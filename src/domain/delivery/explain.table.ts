import type { TenantTx } from '../../data/database';
import type { CampaignPurpose, PersonCode } from './gate';
import { refusalsSql } from './gate.table';
import type { HoursNow } from './hours';

/** What each rule of a person says of them now; a rule that is not there was lifted, or does not guard this. Plan: the gate's, one person. */
export async function answersOf(
  tx: TenantTx,
  contact: string,
  of: { purpose: CampaignPurpose; channel: string; lifted: readonly string[]; cap: number | null },
  hours: Pick<HoursNow, 'open' | 'peace'>,
  now: Date,
): Promise<ReadonlyMap<PersonCode, boolean>> {
  const names = { channel: '$3', now: '$4::timestamptz', open: '$5::text[]', peace: '$6::jsonb', cap: '$7::int' };
  const [row = {}] = await tx.query<Partial<Record<PersonCode, boolean>>>(
    `SELECT ${refusalsSql(of.purpose, names, { lifted: of.lifted })} FROM contact c WHERE c.tenant_id = $1 AND c.id = $2
       AND $3::text IS NOT NULL AND $4::timestamptz IS NOT NULL AND $5::text[] IS NOT NULL AND $6::jsonb IS NOT NULL AND ($7::int IS NULL OR true)`,
    [tx.tenant, contact, of.channel, now, hours.open, JSON.stringify(hours.peace), of.cap],
  );
  return new Map(Object.entries(row) as [PersonCode, boolean][]);
}

/** What became of one person in a campaign, as the claim wrote it down. Plan: message_contact. */
export async function recordOf(
  tx: TenantTx,
  batch: string,
  contact: string,
): Promise<{ state: string; reason: string | null; attempts: number } | undefined> {
  const [row] = await tx.query<{ state: string; reason: string | null; attempts: number }>(
    'SELECT state, reason, attempts FROM message WHERE tenant_id = $1 AND contact_id = $3 AND batch_id = $2 LIMIT 1',
    [tx.tenant, batch, contact],
  );
  return row;
}
