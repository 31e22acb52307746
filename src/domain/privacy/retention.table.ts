import type { SystemTx, TenantTx } from '../../data/database';
import { heldSql } from './holds.table';

const heldMessage = heldSql({ person: 't.contact_id', batch: 't.batch_id', at: 't.created_at' });
/** A message of which nothing happened since then: neither it left, nor anything came back. */
const oldMessage = `t.tenant_id = $1 AND greatest(t.created_at, t.accepted_at) < $2 AND t.purpose <> 'case'
  AND t.state NOT IN ('planned', 'queued', 'claimed', 'sending')
  AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.tenant_id = t.tenant_id AND r.batch_id = t.batch_id AND r.seq = t.seq AND r.at >= $2)
  AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.tenant_id = t.tenant_id AND i.batch_id = t.batch_id AND i.seq = t.seq AND i.at >= $2)`;

const heldCase = heldSql({ person: 't.contact_id', at: 't.received_at' });
/** A request that is over since then, and nobody complains about; of an erasure nothing is kept any more. */
const oldCase = `t.tenant_id = $1 AND t.state IN ('closed', 'withdrawn')
  AND coalesce(t.closed_at, greatest(t.answered_at, t.verified_at, t.executed_at, t.decided_at, t.received_at)) < $2
  AND NOT EXISTS (SELECT 1 FROM agency_claim c WHERE c.tenant_id = t.tenant_id AND c.case_id = t.id AND (c.closed_at IS NULL OR c.closed_at >= $2))
  AND NOT EXISTS (SELECT 1 FROM erasure_kept k WHERE k.tenant_id = t.tenant_id AND k.case_id = t.id AND k.erased_at IS NULL)`;

interface Counted {
  due: number;
  held: number;
}
export interface MessageKey {
  batch: string;
  seq: string;
}

const count = async (tx: TenantTx, from: string, is: string, held: string, before: Date): Promise<Counted> => {
  const [row] = await tx.query<Counted>(
    `SELECT count(*) FILTER (WHERE NOT held)::int AS due, count(*) FILTER (WHERE held)::int AS held
     FROM (SELECT ${held} AS held FROM ${from} t WHERE ${is}) found`,
    [tx.tenant, before],
  );
  return row ?? { due: 0, held: 0 };
};

/** What ends in a way of its own. */
export const retentionTable = {
  /** Messages whose events are over become figures. Plan: message's key, from where the last page ended. @returns the last of the page, if it was full */
  async foldMessages(
    tx: TenantTx,
    before: Date,
    after: MessageKey,
    limit: number,
  ): Promise<{ gone: number; batches: string[]; after?: MessageKey }> {
    const rows = await tx.query<MessageKey>(
      `SELECT t.batch_id::text AS batch, t.seq::text FROM message t
       WHERE ${oldMessage} AND NOT ${heldMessage} AND (t.batch_id, t.seq) > ($3::bigint, $4::bigint) ORDER BY t.batch_id, t.seq LIMIT $5`,
      [tx.tenant, before, after.batch, after.seq, limit],
    );
    const batches = [...new Set(rows.map(({ batch }) => batch))];
    let gone = 0;
    for (const batch of batches) {
      const seqs = rows.filter((row) => row.batch === batch).map(({ seq }) => seq);
      const [row] = await tx.query<{ n: number }>('SELECT edge.let_go_of_messages($1, $2::bigint[])::int AS n', [
        batch,
        seqs,
      ]);
      gone += row?.n ?? 0;
    }
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { gone, batches, ...(last && { after: last }) };
  },

  countMessages: (tx: TenantTx, before: Date): Promise<Counted> =>
    count(tx, 'message', oldMessage, heldMessage, before),

  /** When no row of a campaign is left, its sums lose their hours and whatever is of too few people. */
  async foldCampaign(tx: TenantTx, batch: string, least: number): Promise<void> {
    await tx.query('SELECT edge.fold_campaign($1, $2)', [batch, least]);
  },

  /** Plan: a customer's own requests, few. */
  async oldCases(tx: TenantTx, before: Date, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT t.id FROM privacy_case t WHERE ${oldCase} AND NOT ${heldCase} ORDER BY t.id LIMIT $3`,
      [tx.tenant, before, limit],
    );
    return rows.map(({ id }) => id);
  },

  countCases: (tx: TenantTx, before: Date): Promise<Counted> => count(tx, 'privacy_case', oldCase, heldCase, before),

  /** A whole file, with everything under its id. @returns how many rows */
  async dropCase(tx: TenantTx, id: string): Promise<number> {
    const [row] = await tx.query<{ n: number }>('SELECT edge.let_go_of_case($1)::int AS n', [id]);
    return row?.n ?? 0;
  },

  async countAudit(tx: TenantTx, before: Date): Promise<number> {
    const [row] = await tx.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM audit WHERE tenant_id = $1 AND at < $2',
      [tx.tenant, before],
    );
    return row?.n ?? 0;
  },

  async dropStrangers(tx: TenantTx, before: Date): Promise<number> {
    const gone = await tx.query('DELETE FROM inbox WHERE tenant_id = $1 AND received_at < $2 RETURNING 1 AS one', [
      tx.tenant,
      before,
    ]);
    return gone.length;
  },

  /** Codes, links and tries from before a customer was known. */
  async dropOldCodes(tx: SystemTx, before: Date): Promise<number> {
    const links = await tx.query('DELETE FROM edge.link WHERE expires_at < $1 RETURNING 1 AS one', [before]);
    const tries = await tx.query('DELETE FROM edge.attempt WHERE day < $1::date RETURNING 1 AS one', [before]);
    const states = await tx.query('DELETE FROM edge.oauth_state WHERE expires_at < $1 RETURNING 1 AS one', [before]);
    return links.length + tries.length + states.length;
  },

  /** What the customer set instead of the standard, in days. */
  async settings(tx: TenantTx): Promise<Record<string, number>> {
    const rows = await tx.query<{ rule: string; days: number }>(
      'SELECT rule, days FROM retention_setting WHERE tenant_id = $1',
      [tx.tenant],
    );
    return Object.fromEntries(rows.map(({ rule, days }) => [rule, days]));
  },

  async set(tx: TenantTx, rule: string, days: number, by: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO retention_setting (tenant_id, rule, days, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, rule) DO UPDATE SET days = excluded.days, set_by = excluded.set_by, set_at = excluded.set_at`,
      [tx.tenant, rule, days, by, now],
    );
  },

  /** The day's run is this worker's: nobody began it, or whoever did is gone. */
  async begin(tx: TenantTx, day: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO retention_run AS r (tenant_id, day, begun_at) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, day) DO UPDATE SET begun_at = excluded.begun_at
       WHERE r.done_at IS NULL AND r.begun_at < excluded.begun_at - interval '1 hour' RETURNING 1 AS one`,
      [tx.tenant, day, now],
    );
    return rows.length > 0;
  },

  async end(tx: TenantTx, day: string, rows: object, now: Date): Promise<void> {
    await tx.query('UPDATE retention_run SET done_at = $3, rows = $4::jsonb WHERE tenant_id = $1 AND day = $2', [
      tx.tenant,
      day,
      now,
      JSON.stringify(rows),
    ]);
  },

  async lastRun(tx: TenantTx): Promise<{ at: Date; rows: Record<string, Record<string, number>> } | undefined> {
    const [row] = await tx.query<{ at: Date; rows: Record<string, Record<string, number>> }>(
      'SELECT done_at AS at, rows FROM retention_run WHERE tenant_id = $1 AND done_at IS NOT NULL ORDER BY day DESC LIMIT 1',
      [tx.tenant],
    );
    return row;
  },
};
