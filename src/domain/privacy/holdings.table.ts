import type { TenantTx } from '../../data/database';

// A number's lane may hold what a former holder of it wrote: that is theirs, and so is all from before this one had it.
const theirs = '(t.contact_id = $1 OR (t.contact_id IS NULL AND t.lane = ANY($2::bytea[])))';
const ofMessage =
  'JOIN message m ON m.tenant_id = t.tenant_id AND m.batch_id = t.batch_id AND m.seq = t.seq WHERE m.contact_id = $1 AND m.created_at >= given.since';
const ofCase =
  'JOIN privacy_case p ON p.tenant_id = t.tenant_id AND p.id = t.case_id WHERE p.contact_id = $1 AND p.received_at >= given.since';
const ofCampaign = `(SELECT 'C-' || c.number || ' · ' || c.name FROM campaign_batch b JOIN campaign c ON c.tenant_id = b.tenant_id AND c.id = b.campaign_id
  WHERE b.tenant_id = t.tenant_id AND b.batch_id = t.batch_id)`;
const ofBatch = 't.batch_id::text AS batch_id, t.seq::text AS seq';

interface Held {
  /** Which rows of `t` are theirs. `given`: since when the number is, and whether that is certain · $1 the person, $2 their lookup tokens, $3 their stop tokens */
  rows: string;
  /** The newest first. */
  order: string;
  /** What else is needed to tell a row in words. */
  also?: string;
  /** Which of them count as a record. */
  counts?: string;
}

/** What of each table is a person's, of the time in which the number is theirs. */
const held: Readonly<Record<string, Held>> = {
  identifier: { rows: 'identifier t WHERE t.contact_id = $1', order: 't.created_at DESC, t.kind' },
  member_test_address: {
    rows: 'member_test_address t WHERE t.contact_id = $1 AND t.proven_at >= given.since',
    order: 't.proven_at DESC',
  },
  contact: { rows: 'contact t WHERE t.id = $1 AND given.certain', order: 't.id', counts: 't.sealed IS NOT NULL' },
  attribute: { rows: 'attribute t WHERE t.contact_id = $1 AND given.certain', order: 't.key' },
  consent: {
    rows: 'consent t WHERE t.contact_id = $1 AND t.recorded_at >= given.since',
    order: 't.recorded_at DESC, t.id DESC',
    also: `(SELECT x.body FROM consent_text x WHERE x.tenant_id = t.tenant_id AND x.version = t.text_version AND x.language = t.language) AS words,
      (SELECT jsonb_build_object('name', i.name, 'place', i.place, 'statement', i.statement, 'collected', i.collected_at) FROM import i
       WHERE i.tenant_id = t.tenant_id AND t.evidence LIKE 'import:%' AND i.id::text = substring(t.evidence FROM 8 FOR 36)) AS list`,
  },
  sign_up_request: {
    rows: 'sign_up_request t WHERE t.token = ANY($2::bytea[])',
    order: 't.at DESC',
    also: 't.sign_up_id, t.token',
  },
  preference_change: {
    rows: 'preference_change t WHERE t.contact_id = $1 AND t.at >= given.since',
    order: 't.at DESC, t.id DESC',
  },
  message: {
    rows: 'message t WHERE t.contact_id = $1 AND t.created_at >= given.since',
    order: 't.created_at DESC, t.seq DESC',
    also: `${ofBatch}, ${ofCampaign} AS campaign, (SELECT jsonb_build_object('version', l.version, 'body', l.body) FROM campaign_batch b
       JOIN template l ON l.tenant_id = b.tenant_id AND l.id = b.template_id WHERE b.tenant_id = t.tenant_id AND b.batch_id = t.batch_id) AS template`,
  },
  receipt: { rows: `receipt t ${ofMessage}`, order: 't.at DESC, t.seq DESC', also: `${ofCampaign} AS campaign` },
  sent_id: { rows: `sent_id t ${ofMessage}`, order: 't.sent_at DESC, t.seq DESC', also: `${ofCampaign} AS campaign` },
  interaction: {
    rows: `interaction t ${ofMessage}`,
    order: 't.at DESC, t.seq DESC',
    also: `${ofCampaign} AS campaign`,
  },
  inbox: { rows: `inbox t WHERE ${theirs} AND t.at >= given.since`, order: 't.at DESC, t.id DESC', also: 't.id' },
  dialog: { rows: `dialog t WHERE ${theirs} AND t.updated_at >= given.since`, order: 't.updated_at DESC' },
  misunderstood: {
    rows: 'misunderstood t WHERE t.contact_id = $1 AND t.at >= given.since',
    order: 't.at DESC, t.id DESC',
    also: 't.id',
  },
  slack_post: {
    rows: "slack_post t WHERE t.contact_id = $1 AND t.state <> 'deleted' AND t.created_at >= given.since",
    order: 't.created_at DESC, t.id DESC',
    also: 't.id',
  },
  report_file: {
    rows: `report_file t WHERE t.kind = 'csv' AND t.state IN ('putting', 'put', 'removing') AND EXISTS (
      SELECT 1 FROM campaign c JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = c.batch_id
      WHERE c.tenant_id = t.tenant_id AND c.id = t.campaign_id AND m.contact_id = $1 AND m.created_at >= given.since)`,
    order: 't.asked_at DESC, t.id DESC',
    also: "t.id, (SELECT 'C-' || c.number || ' · ' || c.name FROM campaign c WHERE c.tenant_id = t.tenant_id AND c.id = t.campaign_id) AS campaign",
  },
  privacy_case: {
    rows: 'privacy_case t WHERE t.contact_id = $1 AND t.received_at >= given.since',
    order: 't.received_at DESC, t.number DESC',
    also: 't.id',
  },
  case_extension: { rows: `case_extension t ${ofCase}`, order: 't.extended_at DESC' },
  case_letter: { rows: `case_letter t ${ofCase}`, order: 't.written_at DESC, t.id DESC', also: 't.case_id' },
  agency_claim: { rows: `agency_claim t ${ofCase}`, order: 't.notified_at DESC, t.id DESC' },
  rectification: { rows: `rectification t ${ofCase}`, order: 't.said_at DESC, t.field', also: 't.case_id' },
  identity_proof: { rows: `identity_proof t ${ofCase}`, order: 't.at DESC, t.id DESC', also: 't.id' },
  representation: { rows: `representation t ${ofCase}`, order: 't.said_at DESC', also: 't.case_id' },
  unsorted_request: {
    rows: 'unsorted_request t WHERE t.contact_id = $1 AND t.received_at >= given.since',
    order: 't.received_at DESC, t.inbox_id',
  },
  hand_off: {
    rows: 'hand_off t WHERE t.contact_id = $1 AND t.opened_at >= given.since',
    order: 't.opened_at DESC, t.id DESC',
  },
  rectified: { rows: 'rectified t WHERE t.contact_id = $1', order: 't.at DESC, t.field' },
  package: {
    rows: 'package t WHERE t.contact_id = $1 AND t.built_at >= given.since',
    order: 't.built_at DESC',
    also: "(SELECT 'SOL-' || lpad(p.number::text, 6, '0') FROM privacy_case p WHERE p.tenant_id = t.tenant_id AND p.id = t.case_id) AS request",
  },
  suppression: { rows: 'suppression t WHERE t.token = ANY($3::bytea[])', order: 't.effective_at DESC' },
};

/** The tables that can be told to a person. A test holds them equal to the data map. */
export const toldTables = Object.keys(held);
/** What stays with the number so that nobody writes to it: told, but no record that an erasure takes. */
const uncounted: ReadonlySet<string> = new Set(['suppression']);

/** Whose: the person, and the tokens of all that they are known by. */
export interface Whose {
  contact: string;
  /** Lookup tokens: each may name a lane of theirs. */
  lanes: readonly Buffer[];
  stops: readonly Buffer[];
}

// Names the parameters' types: not every question uses each.
const given = `(SELECT $1::uuid, $2::bytea[], $3::bytea[], coalesce(holder_since, '-infinity') AS since,
  holder_since IS NULL OR confirmed_epoch >= holder_epoch AS certain FROM contact WHERE id = $1) given`;

/** So few that what is done with them never keeps the transaction waiting long. */
const page = 200;

export const holdingsTable = {
  /** How many rows each table holds about a person. */
  async count(tx: TenantTx, contact: string, lanes: readonly Buffer[]): Promise<Record<string, number>> {
    const parts = Object.entries(held)
      .filter(([table]) => !uncounted.has(table))
      .map(([table, { rows, counts }]) => {
        const which = counts ? ` FILTER (WHERE ${counts})` : '';
        return `(SELECT count(*)${which} FROM ${rows})::int AS ${table}`;
      });
    const [row] = await tx.query<Record<string, number>>(`SELECT ${parts.join(', ')} FROM ${given}`, [
      contact,
      lanes,
      [],
    ]);
    return row ?? {};
  },

  /**
   * What a table holds about a person, a page at a time whatever there is of it.
   * @param columns of the data map. Plans: each table's index on its person, as for counting
   */
  async *read(
    tx: TenantTx,
    table: string,
    columns: readonly string[],
    { contact, lanes, stops }: Whose,
  ): AsyncGenerator<Record<string, unknown>[]> {
    const { rows, order, also } = held[table] as Held;
    const wanted = [...columns.map((column) => `t."${column}"`), ...(also ? [also] : [])];
    const cursor = `told_${table}`;
    await tx.query(
      `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${wanted.join(', ')} FROM ${given} CROSS JOIN ${rows} ORDER BY ${order}`,
      [contact, lanes, stops],
    );
    try {
      for (;;) {
        const next = await tx.query<Record<string, unknown>>(`FETCH ${page} FROM ${cursor}`);
        if (next.length > 0) yield next;
        if (next.length < page) return;
      }
    } finally {
      await tx.query(`CLOSE ${cursor}`).catch(() => {}); // what failed before is what is to be heard of
    }
  },

  async firstSeen(tx: TenantTx, contact: string): Promise<Date | undefined> {
    const [row] = await tx.query<{ since: Date }>(
      'SELECT greatest(created_at, holder_since) AS since FROM contact WHERE id = $1',
      [contact],
    );
    return row?.since;
  },
};
