import type { TenantTx } from '../../data/database';

export interface OfferedCode {
  member: string;
  campaign: string;
  /** Its keyed hash. */
  code: Buffer;
  expires: Date;
}

/** Few rows a member; plans: their keys, campaign_test_member. */
export const testSendsTable = {
  /** One test of a member at a time, wherever it is asked for. @returns their name; undefined: they are not in the team any more */
  async lockMember(tx: TenantTx, member: string): Promise<string | undefined> {
    const [row] = await tx.query<{ name: string }>(
      'SELECT name FROM member WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
      [tx.tenant, member],
    );
    return row?.name;
  },

  /** Whose phone is theirs, as long as nobody else may have it. */
  async addressOf(tx: TenantTx, member: string): Promise<string | undefined> {
    const [row] = await tx.query<{ contact: string }>(
      `SELECT a.contact_id AS contact FROM member_test_address a JOIN contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id
       WHERE a.tenant_id = $1 AND a.member_id = $2 AND a.holder_epoch = c.holder_epoch`,
      [tx.tenant, member],
    );
    return row?.contact;
  },

  async prove(tx: TenantTx, member: string, contact: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO member_test_address (tenant_id, member_id, contact_id, holder_epoch, proven_at)
       SELECT tenant_id, $2, id, holder_epoch, $4 FROM contact WHERE tenant_id = $1 AND id = $3
       ON CONFLICT (tenant_id, member_id)
       DO UPDATE SET contact_id = excluded.contact_id, holder_epoch = excluded.holder_epoch, proven_at = excluded.proven_at`,
      [tx.tenant, member, contact, now],
    );
  },

  /** Instead of the one this member was shown before. @returns false when another member's is the same */
  async offer(tx: TenantTx, { member, campaign, code, expires }: OfferedCode, now: Date): Promise<boolean> {
    await tx.query('DELETE FROM test_code WHERE tenant_id = $1 AND (member_id = $2 OR expires_at <= $3)', [
      tx.tenant,
      member,
      now,
    ]);
    const rows = await tx.query(
      `INSERT INTO test_code (tenant_id, member_id, campaign_id, code, expires_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, member, campaign, code, expires],
    );
    return rows.length > 0;
  },

  /** Once: whoever takes it has it. */
  async take(tx: TenantTx, code: Buffer, now: Date): Promise<{ member: string; campaign: string } | undefined> {
    const [row] = await tx.query<{ member: string; campaign: string }>(
      `WITH gone AS (DELETE FROM test_code WHERE tenant_id = $1 AND code = $2 AND expires_at > $3 RETURNING member_id, campaign_id)
       SELECT member_id AS member, campaign_id AS campaign FROM gone`,
      [tx.tenant, code, now],
    );
    return row;
  },

  async add(tx: TenantTx, id: string, of: { member: string; campaign: string }, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO campaign_test (tenant_id, id, member_id, campaign_id, at) VALUES ($1, $2, $3, $4, $5)',
      [tx.tenant, id, of.member, of.campaign, now],
    );
  },

  async remove(tx: TenantTx, id: string): Promise<void> {
    await tx.query('DELETE FROM campaign_test WHERE tenant_id = $1 AND id = $2', [tx.tenant, id]);
  },

  async count(tx: TenantTx, member: string, since: Date): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM campaign_test WHERE tenant_id = $1 AND member_id = $2 AND at > $3',
      [tx.tenant, member, since],
    );
    return row?.count ?? 0;
  },

  async campaignOf(tx: TenantTx, test: string): Promise<string | undefined> {
    const [row] = await tx.query<{ campaign: string }>(
      'SELECT campaign_id AS campaign FROM campaign_test WHERE tenant_id = $1 AND id = $2',
      [tx.tenant, test],
    );
    return row?.campaign;
  },
};
