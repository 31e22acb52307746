import type { TenantTx } from '../../data/database';
import type { GuardCode } from './guards';

/** What a guard holds a campaign for, and after how many messages. */
export interface Hold {
  code: GuardCode;
  /** Of a spike: what was too much. */
  percent?: number;
  sent: number;
}

/** What guards held this campaign for before: it went on with two people. Plan: guard_hold's key. */
export async function heldBefore(tx: TenantTx, campaign: string): Promise<string[]> {
  const rows = await tx.query<{ code: string }>(
    'SELECT code FROM guard_hold WHERE tenant_id = $1 AND campaign_id = $2',
    [tx.tenant, campaign],
  );
  return rows.map(({ code }) => code);
}

/** A guard holds it; of the same guard the newest counts. */
export async function noteHold(
  tx: TenantTx,
  campaign: string,
  { code, percent, sent }: Hold,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO guard_hold (tenant_id, campaign_id, code, held_at, percent, sent) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, campaign_id, code) DO UPDATE SET held_at = excluded.held_at, percent = excluded.percent, sent = excluded.sent`,
    [tx.tenant, campaign, code, now, percent ?? null, sent],
  );
}

/** What this guard saw when it held the campaign. */
export async function holdOf(tx: TenantTx, campaign: string, code: string): Promise<Hold | undefined> {
  const [row] = await tx.query<{ code: GuardCode; percent: number | null; sent: number }>(
    'SELECT code, percent, sent FROM guard_hold WHERE tenant_id = $1 AND campaign_id = $2 AND code = $3',
    [tx.tenant, campaign, code],
  );
  return row && { code: row.code, sent: row.sent, ...(row.percent !== null && { percent: row.percent }) };
}
