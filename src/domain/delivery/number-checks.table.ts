import type { NumberStanding } from '../../channel';
import type { TenantTx } from '../../data/database';

export interface NumberHealth {
  name: string;
  quality: string;
  status: string;
  canSend: string;
  throughput: number | null;
  problems: readonly string[];
  checkedAt: Date | null;
  failed: string | null;
}

const columns =
  'name, quality, status, can_send AS "canSend", throughput, problems, checked_at AS "checkedAt", failed' as const;

export const numberChecksTable = {
  async get(tx: TenantTx, sender: string): Promise<NumberHealth | undefined> {
    const [row] = await tx.query<NumberHealth>(
      `SELECT ${columns} FROM sender_health WHERE tenant_id = $1 AND sender_id = $2`,
      [tx.tenant, sender],
    );
    return row;
  },

  async keep(tx: TenantTx, sender: string, said: NumberStanding, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO sender_health (tenant_id, sender_id, name, quality, status, can_send, throughput, problems, checked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text[], $9)
       ON CONFLICT (tenant_id, sender_id) DO UPDATE SET name = excluded.name, quality = excluded.quality, status = excluded.status,
         can_send = excluded.can_send, throughput = excluded.throughput, problems = excluded.problems, checked_at = excluded.checked_at, failed = NULL`,
      [
        ...[tx.tenant, sender, said.name, said.quality, said.status, said.canSend],
        ...[said.throughput ?? null, [...said.problems], now],
      ],
    );
  },

  /** What was known stays known, as of when it was. */
  async fail(tx: TenantTx, sender: string, code: string): Promise<void> {
    await tx.query(
      `INSERT INTO sender_health (tenant_id, sender_id, failed) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, sender_id) DO UPDATE SET failed = excluded.failed`,
      [tx.tenant, sender, code],
    );
  },

  /** Something came for this number. */
  async heard(tx: TenantTx, of: { channel: string; app: string; sender: string }, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO sender_health (tenant_id, sender_id, heard_at)
       SELECT tenant_id, id, $5 FROM sender WHERE tenant_id = $1 AND channel = $2 AND app = $3 AND provider_id = $4
       ON CONFLICT (tenant_id, sender_id) DO UPDATE SET heard_at = excluded.heard_at`,
      [tx.tenant, of.channel, of.app, of.sender, now],
    );
  },

  /** Numbers that were not asked about since then are. Plan: a customer's few numbers. @returns how many */
  async wakeDue(tx: TenantTx, channel: string, before: Date): Promise<number> {
    const rows = await tx.query(
      `SELECT edge.wake('number', uuid_send(s.id), '0') FROM sender s
       LEFT JOIN sender_health h ON h.tenant_id = s.tenant_id AND h.sender_id = s.id
       WHERE s.tenant_id = $1 AND s.channel = $2 AND (h.checked_at IS NULL OR h.checked_at < $3)`,
      [tx.tenant, channel, before],
    );
    return rows.length;
  },
};
