import type { Database, TenantTx } from '../../data/database';
import { type ClaimDoubt, stillTaken } from './claim-doubt.table';
import { insist } from './insist';

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
