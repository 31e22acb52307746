import type { OfferedNumber } from '../../channel';
import type { TenantTx } from '../../data/database';

export interface ConnectionRow {
  started_by: string;
  state: 'checking' | 'number' | 'connecting' | 'ready' | 'done' | 'wrong';
  code: string | null;
  token: Buffer | null;
  token_ends_at: Date | null;
  account: string | null;
  numbers: readonly OfferedNumber[];
  chosen: string | null;
  pin: Buffer | null;
  connected_at: Date | null;
}

const columns = 'started_by, state, code, token, token_ends_at, account, numbers, chosen, pin, connected_at';
const lane = Buffer.alloc(16);

/** The number that is being connected: one row a customer. */
export const connectionsTable = {
  async get(tx: TenantTx): Promise<ConnectionRow | undefined> {
    const [row] = await tx.query<ConnectionRow>(`SELECT ${columns} FROM connection`);
    return row;
  },

  /** Begins anew with this token. */
  async begin(tx: TenantTx, by: string, token: Buffer, account: string | null, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO connection AS c (tenant_id, started_by, state, token, account, updated_at) VALUES ($1, $2, 'checking', $3, $4, $5)
       ON CONFLICT (tenant_id) DO UPDATE
         SET started_by = excluded.started_by, state = 'checking', code = NULL, token = excluded.token, token_ends_at = NULL,
             account = excluded.account, numbers = '[]', chosen = NULL, pin = NULL, connected_at = NULL, updated_at = excluded.updated_at`,
      [tx.tenant, by, token, account, now],
    );
  },

  /** @param asRead only while its token is this one still: another may have been offered meanwhile @returns whether it was changed */
  async change(
    tx: TenantTx,
    change: Partial<ConnectionRow>,
    now: Date,
    asRead?: Pick<ConnectionRow, 'token'>,
  ): Promise<boolean> {
    const { numbers, ...plain } = change;
    const set = { ...plain, ...(numbers && { numbers: JSON.stringify(numbers) }), updated_at: now };
    const names = Object.keys(set);
    const same = asRead ? `WHERE token IS NOT DISTINCT FROM $${names.length + 1}` : '';
    const rows = await tx.query(
      `UPDATE connection SET ${names.map((name, at) => `${name} = $${at + 1}`).join(', ')} ${same} RETURNING 1 AS one`,
      [...Object.values(set), ...(asRead ? [asRead.token] : [])],
    );
    return rows.length > 0;
  },

  async wake(tx: TenantTx, delay = '0'): Promise<void> {
    await tx.query("SELECT edge.wake('connection', $1, $2::interval)", [lane, delay]);
  },

  /** Whether somebody wrote to this number since, and whether what we answered left. Plan: few rows, of minutes. */
  async heard(tx: TenantTx, number: string, since: Date): Promise<{ isHeard: boolean; isAnswered: boolean }> {
    const [row] = await tx.query<{ heard: boolean; answered: boolean }>(
      `WITH written AS (
         SELECT contact_id, received_at FROM inbox
         WHERE channel = 'whatsapp' AND sender = $1 AND kind = 'turn' AND received_at >= $2
         ORDER BY received_at LIMIT 20)
       SELECT EXISTS (SELECT 1 FROM written) AS heard,
         EXISTS (SELECT 1 FROM written w JOIN message m ON m.contact_id = w.contact_id AND m.created_at >= w.received_at
                 WHERE m.state IN ('accepted', 'sent', 'delivered', 'read')) AS answered`,
      [number, since],
    );
    return { isHeard: row?.heard === true, isAnswered: row?.answered === true };
  },
};
