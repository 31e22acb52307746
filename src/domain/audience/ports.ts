import type { TenantTx } from '../../data/database';

/** What speaks for a new holder: another id was seen with the number, the provider says it changed, the person says so, or long silence ended in a bounce. */
export type NewHolder = 'other_id' | 'number_changed' | 'wrong_number' | 'bounced';

/** What the audience tells floors above it, in its transaction. */
export interface AudiencePorts {
  /** Two contacts are becoming one: the ledger of the first goes over before it disappears. Never widens a permission. */
  onMerged(tx: TenantTx, from: string, into: string, now: Date): Promise<void>;
  /** A number may have a new holder: what its holder allowed needs to be confirmed, and the company is told. */
  onNewHolder(tx: TenantTx, contact: string, why: NewHolder, now: Date): Promise<void>;
}
