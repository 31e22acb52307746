import type { TenantTx } from '../../data/database';
import { firstIdOf } from './trail.table';

export interface StaffActs {
  member: string;
  /** How often they looked at something of a person, or did anything. */
  count: number;
  last: Date;
}

/** What our own people did at this customer since then, by whom. Plan: audit's key; only that stretch is read. */
export async function staffActs(tx: TenantTx, members: readonly string[], since: Date): Promise<StaffActs[]> {
  return tx.query<StaffActs>(
    `SELECT substr(actor, 8) AS member, count(*)::int AS count, max(at) AS last FROM audit
     WHERE tenant_id = $1 AND id >= $2::uuid AND actor = ANY($3::text[]) GROUP BY 1`,
    [tx.tenant, firstIdOf(since), members.map((id) => `member:${id}`)],
  );
}
