import type { Database, TenantTx } from '../../data/database';
import { stillTaken } from './claim-doubt.table';
import { insist } from './insist';

/** What a transaction was about to take when its end was not heard. Nothing of it has left: only a commit that was heard lets a send begin. */
export interface ClaimDoubt {
  batch: string;
  seqs: readonly string[];
  /** When the transaction began, as it is written into each row: no other claim of these rows bears it. */
  began: string;
  worker: string | undefined;
}

/**
 * Gives back what was taken, if it was: else it would stand as begun until its lease ends, and count as unknown, although nobody ever tried it.
 * The transaction is waited for, wherever it hangs.
 * @param back what becomes of those that were taken, in the same transaction
 */
export async function giveBack(
  database: Database,
  tenant: string,
  doubt: ClaimDoubt,
  back: (tx: TenantTx, seqs: readonly string[]) => Promise<void>,
): Promise<void> {
  if (doubt.seqs.length === 0) return;
  await insist(() =>
    database.withTenant(tenant, async (tx) => {
      const ours = await stillTaken(tx, doubt);
      if (ours.length > 0) await back(tx, ours);
    }),
  );
}
