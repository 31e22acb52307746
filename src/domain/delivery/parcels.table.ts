import type { TenantTx } from '../../data/database';
import { type CampaignPurpose, passing } from './gate';
import { refusalSql } from './gate.table';
import type { HoursNow } from './hours';
import { countedSql, randomShard } from './spending.table';

export interface Claimed {
  seq: string;
  contact: string;
  /** Counted with this one. */
  attempts: number;
}
export interface Parcel {
  taken: Claimed[];
  /** The lowest row that was looked at. */
  first: string | undefined;
  looked: number;
}

/** A row that is locked, and whether its person is not being written to by another campaign in this moment. */
interface Taken {
  seq: string;
  contact: string;
  mine: boolean;
  /** When this transaction began. */
  began: string;
}

/** What a claim asks the gate with: all that does not depend on the person, already looked up. */
export interface ClaimAsk {
  batch: string;
  purpose: CampaignPurpose;
  /** Rules that the owner lifted. */
  lifted: readonly string[];
  cap: number | null;
  hours: Pick<HoursNow, 'open' | 'peace' | 'someClosed'>;
  /** The last row of the wave that goes out; undefined: all may. */
  until?: number | undefined;
  /** Of a fallback: the only rows that may be taken, whose first have failed. */
  among?: readonly string[] | undefined;
  /** Who takes them; undefined: nobody who says that they are there. */
  worker?: string | undefined;
  /** What counts against whose limits. */
  sender: string;
  /** What one costs by country: JSON. */
  prices: string;
}

const waits = `j.refused IN (${passing.map((code) => `'${code}'`).join(', ')})`;
const gateOf = ({ purpose, lifted }: ClaimAsk): string =>
  refusalSql(
    purpose,
    { channel: 'm.channel', now: '$4::timestamptz', open: '$5::text[]', peace: '$6::jsonb', cap: '$7::int' },
    { lifted },
  );

/**
 * Takes the next rows of a campaign and asks the gate again: who left since is cancelled here, never sent. The rest is marked as begun before its first
 * byte: after a crash it is unknown, not sent again. Two statements: the people are taken first, so that the second sees whatever another campaign has
 * just begun for them, and a cap over campaigns holds; what else must be known of them is read between. Plan: message's key from $3 on, locked rows skipped; the gate's own plans a row.
 * @param prepare called with those who were taken and when this transaction began, before the gate is asked of them: from its end on their answer is fresh
 */
export async function claimParcel(
  tx: TenantTx,
  ask: ClaimAsk,
  from: string,
  count: number,
  now: Date,
  prepare: (own: readonly Taken[], began: string) => Promise<void>,
): Promise<Parcel> {
  const taken = await takeRows(tx, ask, from, count);
  const own = taken.filter((row) => row.mine);
  const mine = own.map((row) => row.seq);
  await makeWait(
    tx,
    ask.batch,
    taken.filter((row) => !row.mine).map((row) => row.seq),
  );
  await prepare(own, own[0]?.began ?? '');
  const rows = mine.length === 0 ? [] : await judge(tx, ask, mine, now);
  const sorted = [...rows].sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1));
  return {
    taken: sorted.filter((row) => row.state === 'sending'),
    first: taken[0]?.seq,
    looked: taken.length,
  };
}

/** Rows of people whose hours are open, and whom no other campaign is taking in this moment. In order. */
async function takeRows(
  tx: TenantTx,
  { batch, hours, until, among, worker }: ClaimAsk,
  from: string,
  count: number,
): Promise<Taken[]> {
  const bind: unknown[] = [tx.tenant, batch, from, count];
  if (hours.someClosed) bind.push(hours.open);
  const isOpen = hours.someClosed
    ? `AND EXISTS (SELECT 1 FROM contact c WHERE c.tenant_id = m.tenant_id AND c.id = m.contact_id AND c.country || '|' || c.zone = ANY ($5::text[]))`
    : '';
  if (until !== undefined) bind.push(until);
  const isInWave = until === undefined ? '' : `AND m.seq <= $${bind.length}::bigint`;
  if (among) bind.push(among);
  const isAmong = among ? `AND m.seq = ANY ($${bind.length}::bigint[])` : '';
  if (worker) bind.push(worker);
  // Until the end of this transaction nobody says that its worker is gone.
  const isHeld = worker
    ? `, (SELECT pg_advisory_xact_lock_shared(edge.worker_lock($${bind.length}::bigint))) held`
    : '';
  const goesOn = among
    ? `campaign_fallback b JOIN campaign g ON g.tenant_id = b.tenant_id AND g.id = b.campaign_id
         WHERE b.tenant_id = $1 AND b.batch_id = $2 AND g.state IN ('sending', 'done')`
    : "campaign g WHERE g.tenant_id = $1 AND g.batch_id = $2 AND g.state = 'sending'";
  return tx.query(
    `SELECT p.seq, p.contact_id AS contact, now()::text AS began, pg_try_advisory_xact_lock(hashtextextended('promotions|' || p.contact_id, 0)) AS mine FROM (
       SELECT m.seq, m.contact_id FROM message m
       WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq >= $3::bigint ${isInWave} ${isAmong} AND m.state = 'planned'
         AND (m.not_before IS NULL OR m.not_before <= clock_timestamp())
         AND EXISTS (SELECT 1 FROM ${goesOn}) ${isOpen}
       ORDER BY m.seq LIMIT $4 FOR UPDATE OF m SKIP LOCKED) p${isHeld}`,
    bind,
  );
}

async function makeWait(tx: TenantTx, batch: string, seqs: readonly string[]): Promise<void> {
  if (seqs.length === 0) return;
  await tx.query(
    `UPDATE message SET not_before = clock_timestamp() + interval '200 milliseconds'
     WHERE tenant_id = $1 AND batch_id = $2 AND seq = ANY($3::bigint[])`,
    [tx.tenant, batch, seqs],
  );
}

/** Materialised, else the gate would be asked anew wherever its answer is read. */
async function judge(
  tx: TenantTx,
  ask: ClaimAsk,
  seqs: readonly string[],
  now: Date,
): Promise<(Claimed & { state: string })[]> {
  return tx.query<Claimed & { state: string }>(
    `WITH judged AS MATERIALIZED (
       SELECT m.tenant_id, m.batch_id, m.seq, ${gateOf(ask)} AS refused
       FROM message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
       WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq = ANY($3::bigint[]) AND $4::timestamptz IS NOT NULL
         AND $5::text[] IS NOT NULL AND $6::jsonb IS NOT NULL AND ($7::int IS NULL OR $7::int > 0)
         AND ($11::bigint IS NULL OR EXISTS (SELECT 1 FROM edge.worker w WHERE w.id = $11::bigint))),
     moved AS (UPDATE message m SET
       state = CASE WHEN j.refused IS NULL THEN 'sending' WHEN ${waits} THEN 'planned' ELSE 'cancelled' END,
       reason = CASE WHEN ${waits} THEN NULL ELSE j.refused END,
       not_before = CASE WHEN ${waits} THEN clock_timestamp() + interval '1 second' END,
       attempts = m.attempts + CASE WHEN j.refused IS NULL THEN 1 ELSE 0 END,
       claimed_at = now(), lease_until = clock_timestamp() + interval '60 seconds', worker = $11::bigint
     FROM judged j WHERE m.tenant_id = j.tenant_id AND m.batch_id = j.batch_id AND m.seq = j.seq
     RETURNING m.tenant_id, m.seq, m.contact_id, m.channel, m.attempts, m.state),
     counted AS (${countedSql("(SELECT * FROM moved WHERE state = 'sending')", { sender: '$8', shard: '$9', prices: '$10', now: '$4', sign: '1' })})
     SELECT seq, contact_id AS contact, attempts, state FROM moved`,
    [
      tx.tenant,
      ask.batch,
      seqs,
      now,
      ask.hours.open,
      JSON.stringify(ask.hours.peace),
      ask.cap,
      ask.sender,
      randomShard(),
      ask.prices,
      ask.worker ?? null,
    ],
  );
}

/** Sends whose worker is gone: nobody knows whether they left, so they are never sent again. Plan: message's key, the whole batch; seldom. */
export async function reap(tx: TenantTx, batch: string, gone: readonly string[] = []): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'unknown', reason = 'WORKER_LOST', lease_until = NULL
     WHERE tenant_id = $1 AND batch_id = $2 AND state = 'sending' AND (lease_until < clock_timestamp() OR worker = ANY($3::bigint[]))`,
    [tx.tenant, batch, gone],
  );
}

/** Who went in the last hour. Plan: edge.gone_worker, a few rows. */
export async function goneWorkers(tx: TenantTx): Promise<string[]> {
  return (await tx.query<{ id: string }>('SELECT id FROM edge.gone_worker ORDER BY at, id')).map(({ id }) => id);
}

/**
 * What waits for this person does not go; part of the transaction in which they left. Their stop or hold stands already: it is the reason.
 * Plan: message_contact (tenant_id, contact_id, created_at). Returns how many.
 */
export async function cancelPromotions(tx: TenantTx, contact: string, channel: string): Promise<number> {
  const rows = await tx.query(
    `UPDATE message SET state = 'cancelled', reason = CASE WHEN EXISTS (
         SELECT 1 FROM identifier i JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop AND x.strength = 'stop'
           AND x.channel IN (message.channel, 'all')
         WHERE i.tenant_id = $1 AND i.contact_id = $2) THEN 'OPTED_OUT' ELSE 'ON_HOLD' END
     WHERE tenant_id = $1 AND contact_id = $2 AND purpose = 'marketing' AND state = 'planned' AND $3 IN (channel, 'all') RETURNING 1 AS one`,
    [tx.tenant, contact, channel],
  );
  return rows.length;
}

/** Two contacts are one person: of a campaign that both are in, one message goes. Before their rows become one's. Plan: message_contact, twice. */
export async function cancelDoubles(tx: TenantTx, one: string, other: string): Promise<void> {
  for (const pair of [
    [one, other],
    [other, one],
  ])
    await tx.query(
      `UPDATE message m SET state = 'cancelled', reason = 'SAME_PERSON'
       WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.purpose = 'marketing' AND m.state = 'planned' AND EXISTS (
         SELECT 1 FROM message d WHERE d.tenant_id = $1 AND d.contact_id = $3 AND d.batch_id = m.batch_id
           AND d.state NOT IN ('left_out', 'cancelled', 'failed'))`,
      [tx.tenant, ...pair],
    );
}

/** Plan: message's key. */
export async function cancelBatch(tx: TenantTx, batch: string): Promise<void> {
  await tx.query(
    `UPDATE message SET state = 'cancelled', reason = 'CAMPAIGN_CANCELLED'
     WHERE tenant_id = $1 AND batch_id = $2 AND state = 'planned'`,
    [tx.tenant, batch],
  );
}
