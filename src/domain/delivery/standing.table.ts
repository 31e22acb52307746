import type { TenantTx } from '../../data/database';
import type { GateCode } from './gate';
import { refusalSql } from './gate.table';

const gate = refusalSql('marketing', { channel: '$3', now: '$4::timestamptz' }, { lasting: true });

/** Why promotions don't go to this person at all, as the gate says it; undefined: they may. Plan: contact's key, and the gate's. */
export async function standingRefusal(
  tx: TenantTx,
  contact: string,
  channel: string,
  now: Date,
): Promise<GateCode | undefined> {
  const [row] = await tx.query<{ code: GateCode | null }>(
    `SELECT ${gate} AS code FROM contact c WHERE c.tenant_id = $1 AND c.id = $2`,
    [tx.tenant, contact, channel, now],
  );
  return row?.code ?? undefined;
}
