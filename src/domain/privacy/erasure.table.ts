import type { TenantTx } from '../../data/database';
import { forgetStanding, refreshStanding } from '../audience/standing.table';

/** Whose the rows of erased people are: reports keep their figures, nobody can say whose they were. It has no key, no identifier and no flag. */
export const nobody = '00000000-0000-7000-8000-000000000001';

const gone = async (tx: TenantTx, sql: string, bind: readonly unknown[]): Promise<number> => {
  const [row] = await tx.query<{ count: number }>(
    `WITH gone AS (${sql} RETURNING 1) SELECT count(*)::int AS count FROM gone`,
    bind,
  );
  return row?.count ?? 0;
};

/** Their rows in these tables. */
async function rowsOf(tx: TenantTx, contact: string, tables: readonly string[]): Promise<Erased> {
  const erased: Erased = {};
  for (const table of tables) erased[table] = await gone(tx, `DELETE FROM ${table} WHERE contact_id = $1`, [contact]);
  return erased;
}

/** Reports keep how many left and complained, though nobody can be asked any more who. A counter names nobody. */
const keepFigures = (tx: TenantTx, contact: string): Promise<unknown> =>
  tx.query(
    `INSERT INTO campaign_residue AS r (tenant_id, batch_id, what, n)
     SELECT m.tenant_id, m.batch_id, k.what, count(*) FROM message m
     JOIN campaign c ON c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id CROSS JOIN unnest(ARRAY['left', 'complained']) AS k(what)
     WHERE m.contact_id = $1 AND m.state <> 'left_out' AND EXISTS (
       SELECT 1 FROM consent w WHERE w.tenant_id = m.tenant_id AND w.contact_id = m.contact_id AND w.act = 'withdrawn' AND w.at >= c.frozen_at
         AND (k.what = 'left' OR w.source = 'complaint'))
     GROUP BY 1, 2, 3 ON CONFLICT (tenant_id, batch_id, what) DO UPDATE SET n = r.n + excluded.n`,
    [contact],
  );

export type Erased = Record<string, number>;

async function noted(tx: TenantTx, id: string, kind: string): Promise<Erased> {
  const rows = await tx.query<{ step: string; count: number }>(
    "SELECT step, count FROM erasure_step WHERE case_id = $1 AND split_part(step, ':', 1) = $2 AND step LIKE '%:%'",
    [id, kind],
  );
  return Object.fromEntries(rows.map((row) => [row.step.slice(kind.length + 1), row.count]));
}

/** The only place that destroys what is held about a person. Every function may be repeated. */
export const erasureTable = {
  async done(tx: TenantTx, id: string): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ step: string }>('SELECT step FROM erasure_step WHERE case_id = $1', [id]);
    return new Set(rows.map((row) => row.step));
  },

  /** When this step was done for the first time. */
  async doneAt(tx: TenantTx, id: string, step: string): Promise<Date | undefined> {
    const [row] = await tx.query<{ at: Date }>(
      'SELECT done_at AS at FROM erasure_step WHERE case_id = $1 AND step = $2',
      [id, step],
    );
    return row?.at;
  },

  /** What was erased, by table. */
  async counts(tx: TenantTx, id: string): Promise<Erased> {
    return noted(tx, id, 'erased');
  },

  /** What could not be taken down, by what it is. */
  async left(tx: TenantTx, id: string): Promise<Erased> {
    return noted(tx, id, 'left');
  },

  /** A step, or what it erased from a table or had to leave (`erased:<table>`, `left:<what>`, added up). */
  async note(tx: TenantTx, id: string, step: string, count: number, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO erasure_step AS s (tenant_id, case_id, step, count, done_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, case_id, step) DO UPDATE SET count = s.count + excluded.count`,
      [tx.tenant, id, step, count, now],
    );
  },

  /** Keyed hashes of all they are known by, kept until the search for traces is over. */
  async mark(tx: TenantTx, id: string, tokens: readonly Buffer[]): Promise<void> {
    await tx.query(
      `INSERT INTO erasure_mark (tenant_id, case_id, token) SELECT $1, $2, t FROM unnest($3::bytea[]) t ON CONFLICT DO NOTHING`,
      [tx.tenant, id, tokens],
    );
  },

  async marks(tx: TenantTx, id: string): Promise<Buffer[]> {
    const rows = await tx.query<{ token: Buffer }>('SELECT token FROM erasure_mark WHERE case_id = $1', [id]);
    return rows.map(({ token }) => token);
  },

  async forgetMarks(tx: TenantTx, id: string): Promise<void> {
    await tx.query('DELETE FROM erasure_mark WHERE case_id = $1', [id]);
  },

  /** What waits for them, whatever it is for, does not go. Plan: message_contact. */
  async cancelPlanned(tx: TenantTx, contact: string): Promise<number> {
    return gone(
      tx,
      `UPDATE message SET state = 'cancelled', reason = 'PERSON_ERASED' WHERE contact_id = $1 AND batch_id <> 0 AND state = 'planned'`,
      [contact],
    );
  },

  /** Messages of this person that a worker holds right now. */
  async held(tx: TenantTx, contact: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM message WHERE contact_id = $1 AND state = 'sending'",
      [contact],
    );
    return row?.count ?? 0;
  },

  /** What became of their messages. @param keepSeq the message that carries the answer */
  async receipts(tx: TenantTx, contact: string, keepSeq: string | null): Promise<Erased> {
    const receipt = await gone(
      tx,
      `DELETE FROM receipt r USING message m
       WHERE m.tenant_id = r.tenant_id AND m.batch_id = r.batch_id AND m.seq = r.seq AND m.contact_id = $1
         AND NOT (m.batch_id = 0 AND m.seq IS NOT DISTINCT FROM $2::bigint)`,
      [contact, keepSeq],
    );
    await tx.query(
      'DELETE FROM sent_id s USING message m WHERE m.tenant_id = s.tenant_id AND m.batch_id = s.batch_id AND m.seq = s.seq AND m.contact_id = $1',
      [contact],
    );
    const interaction = await gone(
      tx,
      'DELETE FROM interaction k USING message m WHERE m.tenant_id = k.tenant_id AND m.batch_id = k.batch_id AND m.seq = k.seq AND m.contact_id = $1',
      [contact],
    );
    return { receipt, interaction };
  },

  /** Whether a campaign sent them something since. */
  async wasSentSince(tx: TenantTx, contact: string, since: Date): Promise<boolean> {
    const sql = 'SELECT 1 AS one FROM message WHERE contact_id = $1 AND batch_id <> 0 AND accepted_at >= $2 LIMIT 1';
    return (await tx.query(sql, [contact, since])).length > 0;
  },

  /** Answers go; what a campaign sent stays as a figure of nobody's, with the company's day alone, at its noon: it is charged on that day. */
  async messages(tx: TenantTx, contact: string, keepSeq: string | null): Promise<Erased> {
    await tx.query(
      `INSERT INTO contact (tenant_id, id, language, zone, country, created_at)
       VALUES ($1, $2, '', '', '', 'epoch') ON CONFLICT DO NOTHING`,
      [tx.tenant, nobody],
    );
    const answers = await gone(
      tx,
      'DELETE FROM message WHERE contact_id = $1 AND batch_id = 0 AND seq IS DISTINCT FROM $2::bigint',
      [contact, keepSeq],
    );
    await keepFigures(tx, contact);
    const campaigns = await gone(
      tx,
      `UPDATE message SET contact_id = $2, sealed = NULL, body_hash = NULL, provider_find = NULL, bound_to = NULL,
         not_before = NULL, claimed_at = NULL, lease_until = NULL,
         accepted_at = (date_trunc('day', accepted_at AT TIME ZONE t.zone) + interval '12 hours') AT TIME ZONE t.zone,
         created_at = date_trunc('day', message.created_at)
       FROM tenant t WHERE t.tenant_id = message.tenant_id AND contact_id = $1 AND batch_id <> 0`,
      [contact, nobody],
    );
    return { message: answers + campaigns };
  },

  /** What the person wrote, as far as it has been dealt with. */
  async inbox(tx: TenantTx, contact: string, lanes: readonly Buffer[]): Promise<Erased> {
    // A number's lane may hold what a former holder of it wrote: that is theirs.
    const theirs = '(contact_id = $1 OR (contact_id IS NULL AND lane = ANY($2::bytea[])))';
    const sql = `DELETE FROM inbox WHERE ${theirs} AND handled_at IS NOT NULL`;
    const dialog = `DELETE FROM dialog WHERE ${theirs}`;
    const misunderstood = 'DELETE FROM misunderstood WHERE contact_id = $1';
    return {
      ...(await rowsOf(tx, contact, ['hand_off'])),
      inbox: await gone(tx, sql, [contact, lanes]),
      dialog: await gone(tx, dialog, [contact, lanes]),
      misunderstood: await gone(tx, misunderstood, [contact]),
      ...(await rowsOf(tx, contact, ['unsorted_request'])),
    };
  },

  /** What somebody ticked in a web form and did not confirm. */
  async signUps(tx: TenantTx, tokens: readonly Buffer[]): Promise<Erased> {
    return {
      sign_up_request: await gone(tx, 'DELETE FROM sign_up_request WHERE token = ANY($1::bytea[])', [tokens]),
    };
  },

  /** Codes that were tried from their addresses. */
  async tries(tx: TenantTx, tokens: readonly Buffer[]): Promise<void> {
    await tx.query('DELETE FROM identity_try WHERE token = ANY($1::bytea[])', [tokens]);
  },

  /** What is said of a person and lies under their id alone. Each is gone, or stays with its category. */
  byCategory: {
    attributes: (tx, contact) => rowsOf(tx, contact, ['attribute']),
    consents: (tx, contact) => rowsOf(tx, contact, ['consent', 'preference_change']),
    profile: async (tx, contact) => ({
      contact: await gone(tx, 'UPDATE contact SET sealed = NULL WHERE id = $1 AND sealed IS NOT NULL', [contact]),
      ...(await rowsOf(tx, contact, ['rectified'])),
      rectification: await gone(
        tx,
        'DELETE FROM rectification r USING privacy_case p WHERE p.tenant_id = r.tenant_id AND p.id = r.case_id AND p.contact_id = $1',
        [contact],
      ),
    }),
  } as Readonly<Record<string, (tx: TenantTx, contact: string) => Promise<Erased>>>,

  /** Rows of posts that no longer stand in Slack; what could not be taken down yet keeps its place, so that it can be found and still be taken down, and loses its person. */
  async posts(tx: TenantTx, contact: string): Promise<{ removed: Erased; left: number }> {
    const removed = await gone(tx, "DELETE FROM slack_post WHERE contact_id = $1 AND state = 'deleted'", [contact]);
    const left = await gone(
      tx,
      'UPDATE slack_post SET contact_id = NULL, sealed = NULL, card = NULL, topic = NULL WHERE contact_id = $1',
      [contact],
    );
    return { removed: { slack_post: removed }, left };
  },

  /** All they are known by. */
  async identity(tx: TenantTx, contact: string): Promise<Erased> {
    const erased = await rowsOf(tx, contact, ['member_test_address', 'identifier']);
    await tx.query('DELETE FROM contact_alias WHERE contact_id = $1', [contact]);
    await tx.query('DELETE FROM reveal WHERE contact_id = $1', [contact]);
    await tx.query(
      `DELETE FROM identity_check k USING privacy_case p
       WHERE p.tenant_id = k.tenant_id AND p.id = k.case_id AND $1 IN (p.contact_id, k.other_contact_id)`,
      [contact],
    );
    return erased;
  },

  /** The last of it: from here on there is nobody. */
  async empty(tx: TenantTx, contact: string): Promise<void> {
    await tx.query(
      `UPDATE contact SET sealed = NULL, language = '', zone = '', country = '', holder_epoch = 1, holder_since = NULL,
         language_from = 'company', zone_from = 'company', country_from = 'company', blocked_at = NULL,
         human_until = NULL, greeted_at = NULL, last_inbound_at = NULL, paused_until = NULL, frequency = 'all',
         age_band = NULL, confirmed_epoch = 1, created_at = 'epoch'
       WHERE id = $1`,
      [contact],
    );
    await forgetStanding(tx, contact);
  },

  /** What has to be kept of them is stored and nothing else: the gate lets nothing through. */
  async putOutOfUse(tx: TenantTx, contact: string, at: Date): Promise<void> {
    await tx.query('UPDATE contact SET blocked_at = coalesce(blocked_at, $2) WHERE id = $1', [contact, at]);
    await refreshStanding(tx, [contact]);
  },
};
