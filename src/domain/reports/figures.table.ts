import type { TenantTx } from '../../data/database';

export type Answered = 'clicked' | 'replied' | 'reacted';
export interface HourCount {
  hour: Date;
  what: string;
  count: number;
}
export interface LinkCount {
  url: string;
  /** Times, not people. */
  people: number;
  machines: number;
}
export interface GroupCount {
  key: string;
  value: string;
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  replied: number;
}

/**
 * People of this campaign who left since it was frozen, whether theirs was sent or cancelled, those who were erased since among them. From those who left,
 * not from its people: they are few. Plan: consent_withdrawn, then message_contact a person.
 */
export async function countLeft(tx: TenantTx, batch: string, since: Date | null): Promise<number> {
  return since ? leftSince(tx, batch, since, 'left', '') : 0;
}

/** Of them, those who called it spam. */
export async function countComplaints(tx: TenantTx, batch: string, since: Date | null): Promise<number> {
  return since ? leftSince(tx, batch, since, 'complained', " AND w.source = 'complaint'") : 0;
}

async function leftSince(tx: TenantTx, batch: string, since: Date, what: string, and: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `WITH gone AS MATERIALIZED (SELECT DISTINCT w.contact_id FROM consent w WHERE w.tenant_id = $1 AND w.act = 'withdrawn' AND w.at >= $3${and})
     SELECT count(*)::int + coalesce((SELECT n FROM campaign_residue r WHERE r.tenant_id = $1 AND r.batch_id = $2 AND r.what = $4), 0)::int AS count
     FROM gone g JOIN message m ON m.tenant_id = $1 AND m.contact_id = g.contact_id
     WHERE m.batch_id = $2 AND m.state <> 'left_out'`,
    [tx.tenant, batch, since, what],
  );
  return row?.count ?? 0;
}

/** How many clicked, replied, reacted: people, each once. Plan: campaign_hour's key, a few rows an hour. */
export async function countAnswered(tx: TenantTx, batches: readonly string[]): Promise<Record<Answered, number>> {
  const rows = await tx.query<{ what: Answered; count: number }>(
    `SELECT what, sum(n)::int AS count FROM campaign_hour WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[])
       AND what IN ('clicked', 'replied', 'reacted') GROUP BY 1`,
    [tx.tenant, batches],
  );
  return { clicked: 0, replied: 0, reacted: 0, ...Object.fromEntries(rows.map(({ what, count }) => [what, count])) };
}

/** What came back hour by hour, in order. Plan: campaign_hour's key. */
export async function countHours(tx: TenantTx, batches: readonly string[]): Promise<HourCount[]> {
  return tx.query<HourCount>(
    `SELECT hour, what, sum(n)::int AS count FROM campaign_hour WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[])
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [tx.tenant, batches],
  );
}

/** How often each of its links was opened. Plan: tracked_link's and link_visit's keys. */
export async function countVisits(tx: TenantTx, batches: readonly string[]): Promise<LinkCount[]> {
  return tx.query<LinkCount>(
    `SELECT l.url, coalesce(sum(v.n) FILTER (WHERE v.who <> 'machine'), 0)::int AS people, coalesce(sum(v.n) FILTER (WHERE v.who = 'machine'), 0)::int AS machines
     FROM tracked_link l LEFT JOIN link_visit v ON v.tenant_id = l.tenant_id AND v.batch_id = l.batch_id AND v.place = l.place
     WHERE l.tenant_id = $1 AND l.batch_id = ANY($2::bigint[]) GROUP BY 1 ORDER BY 2 DESC, 1`,
    [tx.tenant, batches],
  );
}

/**
 * What became of it by what is known of its people in plain. Groups of too few are left out, and so are attributes of too many values. It reads every
 * row, so it is for a file, never for a card. Plans: message's key, attribute_contact, interaction's key.
 */
export async function countGroups(
  tx: TenantTx,
  batches: readonly string[],
  { smallest, most }: { smallest: number; most: number },
): Promise<GroupCount[]> {
  const has = (kind: Answered) =>
    `count(*) FILTER (WHERE EXISTS (SELECT 1 FROM interaction i WHERE i.tenant_id = $1 AND i.batch_id = m.batch_id AND i.seq = m.seq AND i.kind = '${kind}'))::int AS ${kind}`;
  return tx.query<GroupCount>(
    `WITH groups AS (
       SELECT a.key, a.value, count(*)::int AS sent, (count(*) FILTER (WHERE m.state IN ('delivered', 'read')))::int AS delivered,
              (count(*) FILTER (WHERE m.state = 'read'))::int AS read, ${has('clicked')}, ${has('replied')}
       FROM message m JOIN attribute a ON a.tenant_id = m.tenant_id AND a.contact_id = m.contact_id
       WHERE m.tenant_id = $1 AND m.batch_id = ANY($2::bigint[]) AND m.state IN ('accepted', 'sent', 'delivered', 'read')
       GROUP BY 1, 2),
     few AS (SELECT key FROM groups GROUP BY 1 HAVING count(*) BETWEEN 2 AND $4)
     SELECT groups.* FROM groups JOIN few USING (key) WHERE sent >= $3 ORDER BY key, sent DESC, value`,
    [tx.tenant, batches, smallest, most],
  );
}

/** The campaigns that began before this one, the newest first. Plan: campaign's number. */
export async function earlierThan(tx: TenantTx, number: number, most: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM campaign WHERE tenant_id = $1 AND number < $2 AND started_at IS NOT NULL ORDER BY number DESC LIMIT $3`,
    [tx.tenant, number, most],
  );
  return rows.map(({ id }) => id);
}
