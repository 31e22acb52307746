import type { TenantTx } from '../../data/database';

/** What a transaction was about to take when its end was not heard. Nothing of it has left: only a commit that was heard lets a send begin. */
export interface ClaimDoubt {
  batch: string;
  seqs: readonly string[];
  /** When the transaction began, as it is written into each row: no other claim of these rows bears it. */
  began: string;
  worker: string | undefined;
}

/**
 * Which of these rows that claim has taken. Whoever holds one, its transaction too, is waited for; what is looked at is the row as it is then.
 * Plan: message's key, one row each.
 */
export async function stillTaken(tx: TenantTx, { batch, seqs, began, worker }: ClaimDoubt): Promise<string[]> {
  const rows = await tx.query<{ seq: string; ours: boolean | null }>(
    `SELECT seq, state = 'sending' AND worker IS NOT DISTINCT FROM $4::bigint AND claimed_at = $5::timestamptz AS ours FROM message
     WHERE tenant_id = $1 AND batch_id = $2 AND seq = ANY($3::bigint[]) ORDER BY seq FOR UPDATE`,
    [tx.tenant, batch, seqs, worker ?? null, began],
  );
  return rows.flatMap(({ seq, ours }) => (ours ? [seq] : []));
}
