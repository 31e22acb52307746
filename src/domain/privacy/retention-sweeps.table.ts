import type { TenantTx } from '../../data/database';
import { blockedSql, heldSql } from './holds.table';

/** Rows of one table whose time is over by one rule. SQL on `t`; $1 the customer, $2 the moment before which they are. */
export interface Sweep {
  rule: string;
  table: string;
  /** Its key without the customer, with the types: pages are read along it. */
  key: Readonly<Record<string, string>>;
  due: string;
  /** A legal hold covers it, or whose it is asked for a block. */
  held?: string;
  /** What becomes of it; without, it is deleted. */
  set?: string;
  /** Whoever takes it from there, by kind and lane. */
  wake?: { kind: string; lane: string };
}

const ofMessage = (column: string): string =>
  `(SELECT m.${column} FROM message m WHERE m.tenant_id = t.tenant_id AND m.batch_id = t.batch_id AND m.seq = t.seq)`;
const message = { batch_id: 'bigint', seq: 'bigint' };
const ofPerson = (at: string): string => heldSql({ person: 't.contact_id', at: `t.${at}` });
const ofSent = heldSql({ person: ofMessage('contact_id'), batch: 't.batch_id', at: ofMessage('created_at') });
const isOver = "t.state NOT IN ('planned', 'queued', 'claimed', 'sending')";
const noCase = `NOT EXISTS (SELECT 1 FROM privacy_case p WHERE p.tenant_id = t.tenant_id`;

const yes = "('given', 'renewed')";
const same = 'e.tenant_id = t.tenant_id AND e.contact_id = t.contact_id AND e.purpose = t.purpose';
/** A yes of which, on every channel it was for, the end is as long ago. The same as `stateOf` in consent/consent-state.ts says what ends it. */
const endedYes = `t.act IN ${yes} AND t.recorded_at < $2 AND NOT EXISTS (
  SELECT 1 FROM unnest(CASE t.channel WHEN 'all' THEN ARRAY['whatsapp', 'sms', 'email'] ELSE ARRAY[t.channel] END) AS x(channel)
  WHERE NOT EXISTS (SELECT 1 FROM consent e WHERE ${same} AND e.channel IN (x.channel, 'all') AND e.at < $2 AND e.recorded_at < $2
    AND ((e.act IN ('withdrawn', 'needs_reconfirmation') AND (t.source <> 'person' OR e.at >= t.at))
      OR (e.act = 'expired' AND t.until IS NOT NULL AND e.at >= t.until))))`;
/** A no, a question or an end that no yes on record still depends on. */
const endedNo = `t.act NOT IN ${yes} AND t.at < $2 AND t.recorded_at < $2 AND NOT EXISTS (
  SELECT 1 FROM consent e WHERE ${same} AND e.act IN ${yes} AND (e.channel = t.channel OR 'all' IN (e.channel, t.channel))
    AND (e.at <= t.at OR e.source <> 'person' OR (t.act = 'expired' AND e.until IS NOT NULL AND t.at >= e.until)))`;

/** In this order: what refers to others goes before them. A test holds rules, tables and the data map equal. */
export const sweeps: readonly Sweep[] = [
  {
    ...{ rule: 'content', table: 'message', key: message, set: 'sealed = NULL, body_hash = NULL' },
    due: `coalesce(t.accepted_at, t.created_at) < $2 AND t.purpose <> 'case' AND ${isOver} AND (t.sealed IS NOT NULL OR t.body_hash IS NOT NULL)`,
    held: heldSql({ person: 't.contact_id', batch: 't.batch_id', at: 't.created_at' }),
  },
  {
    ...{ rule: 'content', table: 'inbox', key: { lane: 'bytea', id: 'uuid' }, held: ofPerson('at') },
    due: `t.received_at < $2 AND t.handled_at IS NOT NULL AND ${noCase} AND p.opened_from = t.id)`,
  },
  { rule: 'content', table: 'misunderstood', key: { id: 'uuid' }, due: 't.at < $2', held: ofPerson('at') },
  {
    ...{ rule: 'content', table: 'unsorted_request', key: { inbox_id: 'uuid' }, held: ofPerson('received_at') },
    due: "t.received_at < $2 AND t.state = 'none'",
  },
  {
    ...{ rule: 'content', table: 'forwarded_mail', key: { lane: 'bytea', inbox_id: 'uuid' } },
    due: 't.at < $2 AND t.done_at IS NOT NULL',
  },
  {
    // Taken down in Slack; its row goes later.
    ...{ rule: 'content', table: 'slack_post', key: { id: 'uuid' }, held: ofPerson('created_at') },
    due: `t.created_at < $2 AND t.contact_id IS NOT NULL AND t.state NOT IN ('deleted', 'removing') AND coalesce(t.topic, '') NOT LIKE 'case:%'`,
    set: `state = CASE WHEN t.state IN ('posted', 'posting') THEN 'removing' ELSE 'deleted' END, pending = t.state IN ('posted', 'posting'),
      not_before = NULL, attempts = 0, sealed = NULL`,
    wake: { kind: 'post', lane: 't.lane' },
  },
  {
    ...{ rule: 'events', table: 'receipt', key: { ...message, status: 'text' }, due: 't.at < $2', held: ofSent },
  },
  {
    ...{ rule: 'events', table: 'interaction', key: { ...message, kind: 'text' }, due: 't.at < $2', held: ofSent },
  },
  {
    ...{ rule: 'events', table: 'slack_post', key: { id: 'uuid' }, held: ofPerson('created_at') },
    due: `t.created_at < $2 AND t.state <> 'removing' AND ${noCase} AND t.topic = 'case:' || p.id)`,
  },
  { rule: 'events', table: 'hand_off', key: { id: 'uuid' }, due: 't.last_at < $2', held: ofPerson('opened_at') },
  {
    ...{ rule: 'events', table: 'hand_off_answer', key: { seq: 'bigint' }, due: 't.at < $2' },
    held: blockedSql('(SELECT h.contact_id FROM hand_off h WHERE h.tenant_id = t.tenant_id AND h.id = t.hand_off_id)'),
  },
  {
    ...{ rule: 'events', table: 'report_file', key: { id: 'uuid' } },
    due: "t.asked_at < $2 AND NOT (t.kind = 'csv' AND t.state IN ('waiting', 'putting', 'put', 'removing'))",
  },
  {
    rule: 'events',
    table: 'receipt_residue',
    key: { day: 'date', status: 'text', why: 'text' },
    due: 't.day < $2::date',
  },
  {
    ...{ rule: 'events', table: 'sending_count', due: 't.hour < $2' },
    key: { sender_id: 'uuid', hour: 'timestamptz', shard: 'smallint' },
  },
  {
    // Whoever makes the files also takes them down.
    ...{ rule: 'list', table: 'report_file', key: { id: 'uuid' }, set: 'state = t.state' },
    due: "t.put_at < $2 AND t.kind = 'csv' AND t.state = 'put'",
    wake: { kind: 'report', lane: 'uuid_send(t.id)' },
  },
  {
    ...{ rule: 'list', table: 'import_reject', key: { import_id: 'uuid', row: 'int' } },
    due: `EXISTS (SELECT 1 FROM import i WHERE i.tenant_id = t.tenant_id AND i.id = t.import_id AND i.state IN ('done', 'discarded', 'stopped')
      AND coalesce(i.done_at, i.created_at) < $2)`,
  },
  {
    ...{ rule: 'carrier', table: 'sent_id', key: { provider_find: 'bytea' }, due: 't.sent_at < $2' },
    held: blockedSql(ofMessage('contact_id')),
  },
  { rule: 'wish', table: 'sign_up_request', key: { sign_up_id: 'uuid', token: 'bytea' }, due: 't.at < $2' },
  { rule: 'talk', table: 'dialog', key: { lane: 'bytea' }, due: 't.updated_at < $2', held: blockedSql('t.contact_id') },
  { rule: 'expiry', table: 'reveal', key: { id: 'uuid' }, due: 't.until < $2 AND t.hidden_at IS NOT NULL' },
  { rule: 'expiry', table: 'test_code', key: { member_id: 'uuid' }, due: 't.expires_at < $2' },
  { rule: 'expiry', table: 'template_upload', key: { template_id: 'uuid', sender_id: 'uuid' }, due: 't.until < $2' },
  { rule: 'expiry', table: 'identity_try', key: { token: 'bytea', day: 'date' }, due: 't.day < $2::date' },
  {
    ...{ rule: 'identity', table: 'identity_check', key: { id: 'uuid' } },
    due: `t.created_at < $2 AND EXISTS (SELECT 1 FROM privacy_case p WHERE p.tenant_id = t.tenant_id AND p.id = t.case_id AND p.decided_at < $2)`,
  },
  { rule: 'proof', table: 'consent', key: { id: 'uuid' }, due: endedYes, held: ofPerson('at') },
  { rule: 'proof', table: 'consent', key: { id: 'uuid' }, due: endedNo, held: ofPerson('at') },
  {
    ...{ rule: 'proof', table: 'preference_change', key: { id: 'uuid' }, held: ofPerson('at') },
    due: `t.at < $2 AND NOT EXISTS (SELECT 1 FROM consent e WHERE e.tenant_id = t.tenant_id AND e.contact_id = t.contact_id AND e.evidence = t.id::text)`,
  },
  { rule: 'log', table: 'retention_run', key: { day: 'date' }, due: 't.day < $2::date' },
];

/** Where the last page ended. */
export type After = Readonly<Record<string, unknown>>;
interface Page {
  gone: number;
  /** None: there is nothing after it. */
  after?: After;
}

const quoted = (column: string): string => `"${column}"`;

export const sweepsTable = {
  /** One page of what is over and not held. Plan: the table's key, from where the last page ended. */
  async page(tx: TenantTx, sweep: Sweep, before: Date, after: After | undefined, limit: number): Promise<Page> {
    const { table, key, due, held, set, wake } = sweep;
    const names = Object.keys(key);
    const keys = names.map((name) => `t.${quoted(name)}`).join(', ');
    const from = after ? `AND (${keys}) > (${names.map((name, at) => `$${4 + at}::${key[name]}`).join(', ')})` : '';
    const is = `t.tenant_id = $1 AND ${due}${held ? ` AND NOT ${held}` : ''}`;
    const match = names.map((name) => `t.${quoted(name)} = p.${quoted(name)}`).join(' AND ');
    const lane = wake ? wake.lane : 'NULL::bytea';
    const end = set
      ? `UPDATE ${table} t SET ${set} FROM page p WHERE ${is} AND ${match} RETURNING ${lane} AS lane`
      : `DELETE FROM ${table} t USING page p WHERE ${is} AND ${match} RETURNING ${lane} AS lane`;
    const [row] = await tx.query<{ gone: number; seen: number; last: After | null; lanes: Buffer[] | null }>(
      `WITH page AS MATERIALIZED (SELECT ${keys} FROM ${table} t WHERE ${is} ${from} ORDER BY ${keys} LIMIT $3),
         gone AS (${end})
       SELECT (SELECT count(*) FROM gone)::int AS gone, (SELECT count(*) FROM page)::int AS seen,
         (SELECT to_jsonb(l) FROM (SELECT ${keys} FROM page t ORDER BY ${names.map((name) => `t.${quoted(name)} DESC`).join(', ')} LIMIT 1) l) AS last,
         (SELECT array_agg(DISTINCT g.lane) FROM gone g WHERE g.lane IS NOT NULL) AS lanes`,
      [tx.tenant, before, limit, ...(after ? names.map((name) => after[name]) : [])],
    );
    if (wake && row?.lanes)
      await tx.query("SELECT edge.wake($1, l, '0') FROM unnest($2::bytea[]) AS l", [wake.kind, row.lanes]);
    return { gone: row?.gone ?? 0, ...(row?.last && row.seen === limit && { after: row.last }) };
  },

  /** The same, only counted; and what is over but held. */
  async count(tx: TenantTx, { table, due, held }: Sweep, before: Date): Promise<{ due: number; held: number }> {
    const [row] = await tx.query<{ due: number; held: number }>(
      `SELECT count(*) FILTER (WHERE NOT held)::int AS due, count(*) FILTER (WHERE held)::int AS held
       FROM (SELECT ${held ?? 'false'} AS held FROM ${table} t WHERE t.tenant_id = $1 AND ${due}) found`,
      [tx.tenant, before],
    );
    return row ?? { due: 0, held: 0 };
  },
};
