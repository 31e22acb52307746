import type { TenantTx } from '../../data/database';
import { pendingMs } from './consent-state';
import { consentsTable } from './consents.table';
import { writeEntry } from './ledger';
import { signUpRequestsTable } from './sign-up-requests.table';

const mostAtOnce = 500;

/**
 * What time alone ends: permissions that had an end are written down as over, questions that nobody answered, and wishes
 * that no telephone came for, leave no trace. May be repeated.
 */
export async function endConsents(tx: TenantTx, now: Date): Promise<{ expired: number; unanswered: number }> {
  const week = new Date(now.getTime() - pendingMs);
  const unanswered = await consentsTable.dropUnanswered(tx, week);
  await signUpRequestsTable.dropOld(tx, week);
  const ended = await consentsTable.ended(tx, now, mostAtOnce);
  for (const { contact, channel, purpose, until, basis } of ended) {
    const entry = { channel, purpose, act: 'expired', at: until ?? now, source: 'time', actor: 'system' } as const;
    await writeEntry(tx, contact, { ...entry, basis, evidence: 'until', text_hash: null }, now);
  }
  return { expired: ended.length, unanswered };
}
