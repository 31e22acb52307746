import type { Database, TenantTx } from '../../data/database';
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
 * The transaction is waited for, wherever it hangs: it holds its rows until its end. Plan: message's key, one row each.
 * @param back what becomes of those that were taken, in the same transaction
 */
export async function giveBack(
  database: Database,
  tenant: string,
  { batch, seqs, began, worker }: ClaimDoubt,
  back: (tx: TenantTx, seqs: readonly string[]) => Promise<void>,
): Promise<void> {
  if (seqs.length === 0) return;
  await insist(() =>
    database.withTenant(tenant, async (tx) => {
      const rows = await tx.query<{ seq: string; ours: boolean | null }>(
        `SELECT seq, state = 'sending' AND worker IS NOT DISTINCT FROM $4::bigint AND claimed_at = $5::timestamptz AS ours FROM message
         WHERE tenant_id = $1 AND batch_id = $2 AND seq = ANY($3::bigint[]) ORDER BY seq FOR UPDATE`,
        [tenant, batch, seqs, worker ?? null, began],
      );
      const ours = rows.filter((row) => row.ours).map(({ seq }) => seq);
      if (ours.length > 0) await back(tx, ours);
    }),
  );
}
