import fc from 'fast-check';
import type { Client } from 'pg';
import { newId, unknownTenant } from '../../../src/data/ids';
import { isGivenOnAny, type LedgerEntry } from '../../../src/domain/consent/consent-state';
import { countStates } from '../../../src/domain/delivery/counts.table';
import { dataMap } from '../../../src/domain/privacy/data-map';
import { before, type Period, retention, rulesOf } from '../../../src/domain/privacy/retention-rules';
import { sweeps } from '../../../src/domain/privacy/retention-sweeps.table';
import { start } from '../world';
import { aBatch, aMessage, aSeq, boss, bytes, dueAt, type KeepingWorld, keepingWorld, minutes } from './keeping-world';

let here: KeepingWorld;
beforeAll(async () => {
  here = await keepingWorld();
});
afterAll(() => here.close());

const periodOf = (rule: string): Period => retention.rules[rule]?.keep as Period;
const id = () => newId(start);

/** What carries a rule out that is none of the sweeps: by rule and where. */
const byOthers = [
  'events message', // folded into figures
  'dossier *', // whatever stands under the id of a case
  'audit audit',
  'audit audit_link',
  'audit audit_cut',
  'audit audit_heads', // one line a customer, written anew
  'stranger inbox',
  'expiry edge.link',
  'expiry edge.attempt',
  'expiry edge.oauth_state', // with the two before, in retentionTable.dropOldCodes
  'list import', // Imports.sweep
  'list blobs', // Imports.sweep
  'copy package', // Packages.purge
  'copy blobs', // Packages.purge
  'backup backups', // pruneBackups
];

describe('the table of retention', () => {
  it('when something is kept, then a rule says how long, and every rule is somebody’s', () => {
    const entries = { ...dataMap.tables, ...dataMap.elsewhere };
    const without = Object.keys(entries).filter((name) => rulesOf(name).length === 0);
    const unknown = Object.keys(entries).flatMap((name) => rulesOf(name).filter((rule) => !retention.rules[rule]));
    expect({ without, unknown }).toEqual({ without: [], unknown: [] });
    const used = new Set(Object.keys(entries).flatMap((name) => rulesOf(name)));
    expect(Object.keys(retention.rules).filter((rule) => !used.has(rule))).toEqual([]);
  });

  it('when a rule has a period, then something carries it out wherever it holds, or it is said whose duty that is', () => {
    const done = new Set([...sweeps.map(({ rule, table }) => `${rule} ${table}`), ...byOthers]);
    const entries = Object.keys({ ...dataMap.tables, ...dataMap.elsewhere });
    const missing = entries.flatMap((name) =>
      rulesOf(name)
        .filter((rule) => retention.rules[rule]?.keep && !retention.others[rule])
        .map((rule) => `${rule} ${name}`)
        .filter((what) => !done.has(what) && !what.startsWith('dossier ')),
    );
    expect(missing).toEqual([]);
    const idle = sweeps
      .filter(({ rule, table }) => !rulesOf(table).includes(rule))
      .map(({ rule, table }) => [rule, table]);
    expect(idle).toEqual([]);
  });

  it('when a table is of the dossier, then it stands under the id of a case, or a rule of its own reaches it', async () => {
    const { rows } = await here.owner.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'case_id'`,
    );
    const underCase = new Set([...rows.map(({ name }) => name), 'privacy_case', 'message', 'inbox', 'slack_post']);
    const dossier = Object.keys(dataMap.tables).filter((name) => rulesOf(name).includes('dossier'));
    expect(dossier.filter((name) => !underCase.has(name))).toEqual([]);
  });

  it('when the law’s table is looked at, then the standard is what it says', () => {
    const keep = (rule: string) => retention.rules[rule]?.keep;
    expect([keep('content'), keep('events'), keep('proof'), keep('dossier')]).toEqual([
      { days: 90 },
      { months: 13 },
      { years: 5 },
      { years: 5 },
    ]);
    expect([keep('identity'), keep('log'), keep('backup')]).toEqual([{ hours: 48 }, { months: 12 }, { days: 35 }]);
    expect(retention.rules.content?.customer).toEqual({ least: 1, most: 365 });
  });

  it('when a month has no such day, then nothing goes a day early', () => {
    const at = new Date('2027-03-01T12:00:00Z');
    expect(before(at, { months: 1 })).toEqual(new Date('2027-02-01T12:00:00Z'));
    expect(before(new Date('2027-03-31T12:00:00Z'), { months: 1 })).toEqual(new Date('2027-02-28T12:00:00Z'));
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01') }),
        fc.integer({ min: 1, max: 80 }),
        (now, months) => {
          if (Number.isNaN(now.getTime())) return;
          const limit = before(now, { months });
          expect(dueAt({ months }, limit).getTime()).toBeLessThanOrEqual(now.getTime());
        },
      ),
    );
  });
});

type Make = (at: Date, contact: string) => Promise<{ table: string; where: string; bind: unknown[] }>;
const row =
  (table: string, values: (at: Date, contact: string) => Record<string, unknown>, where = 'id'): Make =>
  async (at, contact) => {
    const made = values(at, contact);
    await here.put(table, made);
    return { table, where: `"${where}" = $1`, bind: [made[where]] };
  };

/** Something of each kind that ends by itself, and where it is looked for. */
const kinds: [string, string, Make][] = [
  [
    'content',
    'the words of a message',
    async (at, contact) => {
      const { seq } = await aMessage(here, contact, at);
      return { table: 'message', where: 'seq = $1 AND num_nonnulls(sealed, body_hash) > 0', bind: [seq] };
    },
  ],
  [
    'content',
    'what somebody wrote',
    row('inbox', (at, contact) => ({
      ...{ lane: bytes(), id: id(), kind: 'turn', channel: 'whatsapp', app: 'default', sender: '1', dedup: bytes() },
      ...{ at, received_at: at, sealed: bytes(), handled_at: at, outcome: 'answered', contact_id: contact },
    })),
  ],
  [
    'content',
    'a line that was not understood',
    row('misunderstood', (at, contact) => ({
      ...{ id: id(), contact_id: contact, audience: 'recipient', language: 'es', candidates: [], sealed: bytes(), at },
    })),
  ],
  [
    'content',
    'a post about somebody, in Slack',
    async (at, contact) => {
      const post = id();
      await here.put('slack_post', {
        ...{ id: post, lane: bytes(), contact_id: contact, topic: `talk:${contact}`, team: 'T1', place: '{}' },
        ...{ language: 'es', state: 'posted', pending: false, provider_id: 'C1/1.1', created_at: at },
      });
      return { table: 'slack_post', where: "id = $1 AND state = 'posted'", bind: [post] };
    },
  ],
  [
    'events',
    'a post about nobody',
    row('slack_post', (at) => ({
      ...{ id: id(), lane: bytes(), topic: 'templates', team: 'T1', place: '{}', language: 'es', state: 'posted' },
      ...{ pending: false, created_at: at },
    })),
  ],
  [
    'events',
    'a message, with its receipt and click',
    async (at, contact) => {
      const { seq } = await aMessage(here, contact, new Date(at.getTime() - 60_000), { batch_id: 7 });
      await here.put('receipt', { batch_id: 7, seq, status: 'delivered', at });
      await here.put('interaction', { batch_id: 7, seq, kind: 'clicked', at });
      return { table: 'message', where: 'seq = $1', bind: [seq] };
    },
  ],
  [
    'events',
    'receipts of nobody',
    row('receipt_residue', (at) => ({ day: at, status: 'sent', why: `w${aSeq()}`, count: 1 }), 'why'),
  ],
  [
    'events',
    'what was sent by the hour',
    row('sending_count', (at) => ({ sender_id: id(), hour: at, shard: 0, messages: 1, cost: 0 }), 'sender_id'),
  ],
  [
    'carrier',
    'a carrier’s own id',
    row('sent_id', (at) => ({ provider_find: bytes(), batch_id: 7, seq: aSeq(), sent_at: at }), 'provider_find'),
  ],
  [
    'wish',
    'a form that nobody confirmed',
    row(
      'sign_up_request',
      (at) => ({
        ...{
          sign_up_id: id(),
          token: bytes(),
          kind: 'phone',
          channels: ['sms'],
          text_version: 'v1',
          language: 'es',
          at,
        },
      }),
      'token',
    ),
  ],
  [
    'talk',
    'a question that waits',
    row('dialog', (at, contact) => ({ lane: bytes(), contact_id: contact, sealed: bytes(), updated_at: at }), 'lane'),
  ],
  [
    'expiry',
    'a code',
    row('test_code', (at) => ({ member_id: id(), campaign_id: id(), code: bytes(), expires_at: at }), 'code'),
  ],
  [
    'expiry',
    'a picture at the provider',
    row(
      'template_upload',
      (at) => ({ template_id: id(), sender_id: id(), sha256: bytes(), provider_id: 'x', until: at }),
      'template_id',
    ),
  ],
  ['log', 'a run of this', row('retention_run', (at) => ({ day: at, begun_at: at, done_at: at }), 'day')],
  [
    'proof',
    'a permission that was taken back, and that it was',
    async (at, contact) => {
      const said = {
        contact_id: contact,
        channel: 'sms',
        purpose: 'marketing',
        source: 'person',
        actor: 'x',
        recorded_at: at,
      };
      await here.put('consent', { ...said, id: id(), act: 'given', at: minutes(at, -600), until: null });
      await here.put('consent', { ...said, id: id(), act: 'withdrawn', at });
      return { table: 'consent', where: "contact_id = $1 AND channel = 'sms'", bind: [contact] };
    },
  ],
  [
    'proof',
    'what somebody chose on a page',
    row('preference_change', (at, contact) => ({
      ...{ id: id(), contact_id: contact, page: 'preferences', language: 'es', before: '{}', asked: '{}', at },
    })),
  ],
  [
    'dossier',
    'a request that is over',
    row('privacy_case', (at, contact) => ({
      ...{
        id: id(),
        number: aSeq(),
        contact_id: contact,
        right: 'access',
        state: 'closed',
        regime: 'x',
        received_at: minutes(at, -600),
      },
      ...{ due_at: at, language: 'es', zone: 'UTC', masked: '•••', answered_at: at, closed_at: at },
    })),
  ],
  [
    'list',
    'a row of a list that was not taken',
    async (at) => {
      const list = id();
      await here.put('import', { id: list, name: 'x', state: 'done', brought_by: list, created_at: at, done_at: at });
      await here.put('import_reject', { import_id: list, row: 1, reason: 'x' });
      return { table: 'import_reject', where: 'import_id = $1', bind: [list] };
    },
  ],
  [
    'identity',
    'a code that asked who somebody is',
    async (at, contact) => {
      const request = id();
      await here.put('privacy_case', {
        ...{
          id: request,
          number: aSeq(),
          contact_id: contact,
          right: 'access',
          state: 'answered',
          regime: 'x',
          received_at: at,
        },
        ...{ due_at: at, language: 'es', zone: 'UTC', masked: '•••', decided_at: at },
      });
      const check = {
        id: id(),
        case_id: request,
        proof: 'code_there',
        token: bytes(),
        created_at: at,
        expires_at: dueAt({ days: 3 }, at),
      };
      await here.put('identity_check', check);
      return { table: 'identity_check', where: 'id = $1', bind: [check.id] };
    },
  ],
];

describe('letting go of what has served its time', () => {
  it.each(kinds)(
    '%s: when it is about %s, then it goes at its time, not a minute earlier and not a night later',
    async (rule, _what, make) => {
      const contact = await here.person();
      const { table, where, bind } = await make(start, contact);
      const isThere = () => here.count(table, where, bind).then((n) => n > 0);
      expect(await isThere()).toBe(true);
      const due = dueAt(periodOf(rule));
      const isByDay = ['receipt_residue', 'retention_run'].includes(table);
      await here.run(minutes(due, isByDay ? -24 * 60 : -1));
      expect(await isThere()).toBe(true);
      const foretold = await here.forecast(minutes(due, isByDay ? 24 * 60 : 1));
      expect(foretold.some((one) => one.rule === rule && one.due > 0)).toBe(true);
      expect(await isThere()).toBe(true);
      await here.run(minutes(due, isByDay ? 24 * 60 : 1));
      expect(await isThere()).toBe(false);
    },
  );

  it('when a day is foretold, then the run takes exactly that, writes it down, and the next finds nothing', async () => {
    const contact = await here.person();
    for (const [, , make] of kinds) await make(start, contact);
    const now = dueAt({ years: 6 });
    const foretold = (await here.forecast(now)).filter(({ due }) => due > 0);
    expect(foretold.length).toBeGreaterThan(10);
    const done = await here.run(now);
    // What one rule takes another need not: a message's words and its row, a file and what stands under it.
    for (const { rule, table, due } of foretold)
      if (
        ![
          'message',
          'receipt',
          'interaction',
          'slack_post',
          'privacy_case',
          'identity_check',
          'audit',
          'consent',
        ].includes(table)
      )
        expect([rule, table, done[rule]?.[table]]).toEqual([rule, table, due]);
    expect((await here.forecast(now)).filter(({ due, table }) => due > 0 && table !== 'audit')).toEqual([]);
    const entries = await here.owner.query(
      "SELECT detail FROM audit WHERE act = 'retention.run' ORDER BY at DESC LIMIT 1",
    );
    expect(entries.rows[0].detail['content.inbox']).toBe(done.content?.inbox);
    expect(await here.in((tx) => here.audit.verify(tx))).toBeUndefined();
  });

  it('when a customer chose fewer or more days, then those count, within what the law leaves to it, and who chose is on record', async () => {
    const contact = await here.person();
    const { seq } = await aMessage(here, contact, start);
    const words = () => here.count('message', 'seq = $1 AND sealed IS NOT NULL', [seq]);
    const set = (days: number, by = boss) => here.in((tx) => here.retention.set(tx, 'content', days, by, start));
    for (const days of [0, 366, 1.5, Number.NaN])
      await expect(set(days)).rejects.toMatchObject({ code: 'RETENTION_DAYS' });
    await expect(set(30, { ...boss, roles: ['operator'] })).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(here.in((tx) => here.retention.set(tx, 'dossier', 30, boss, start))).rejects.toMatchObject({
      code: 'RETENTION_FIXED',
    });
    await set(365);
    await here.run(dueAt({ days: 364 }));
    expect(await words()).toBe(1);
    await set(1);
    await here.run(dueAt({ days: 1, hours: 1 }));
    expect(await words()).toBe(0);
    expect(await here.count('audit', "act = 'retention.set'")).toBe(2);
    await set(90);
  });

  it('when a message waits to be sent, or opened a request that stands, then its words stay', async () => {
    const contact = await here.person();
    const { seq } = await aMessage(here, contact, start, { state: 'queued', accepted_at: null });
    const opened = id();
    await here.put('inbox', {
      ...{ lane: bytes(), id: opened, kind: 'turn', channel: 'whatsapp', app: 'default', sender: '1', dedup: bytes() },
      ...{ at: start, received_at: start, sealed: bytes(), handled_at: start, contact_id: contact },
    });
    const request = {
      id: id(),
      number: aSeq(),
      contact_id: contact,
      right: 'access',
      state: 'confirmed',
      regime: 'x',
      received_at: start,
    };
    await here.put('privacy_case', {
      ...request,
      due_at: start,
      language: 'es',
      zone: 'UTC',
      masked: '•',
      opened_from: opened,
    });
    await here.run(dueAt({ years: 20 }));
    expect(await here.count('message', 'seq = $1 AND sealed IS NOT NULL', [seq])).toBe(1);
    expect(await here.count('inbox', 'id = $1', [opened])).toBe(1);
    expect(await here.count('privacy_case', 'id = $1', [request.id])).toBe(1);
  });

  it('when the authority looks into a request, then its file stays until that is over, and five years from then', async () => {
    const contact = await here.person();
    const request = {
      id: id(),
      number: aSeq(),
      contact_id: contact,
      right: 'access',
      state: 'closed',
      regime: 'x',
      received_at: start,
    };
    await here.put('privacy_case', {
      ...request,
      due_at: start,
      language: 'es',
      zone: 'UTC',
      masked: '•',
      closed_at: start,
    });
    await here.put('case_clock', { case_id: request.id, clock: 'C2', due_at: start });
    const claim = {
      id: id(),
      case_id: request.id,
      about: 'refusal',
      reference: 'x',
      notified_at: start,
      due_at: start,
    };
    await here.put('agency_claim', claim);
    const isThere = () => here.count('privacy_case', 'id = $1', [request.id]);
    await here.run(dueAt({ years: 8 }));
    expect(await isThere()).toBe(1);
    await here.owner.query('UPDATE agency_claim SET closed_at = $2 WHERE id = $1', [claim.id, dueAt({ years: 4 })]);
    await here.run(minutes(dueAt({ years: 9 }), -1));
    expect(await isThere()).toBe(1);
    await here.run(minutes(dueAt({ years: 9 }), 1));
    expect(await isThere()).toBe(0);
    expect(await here.count('case_clock', 'case_id = $1', [request.id])).toBe(0);
  });

  it('when many are due, then no transaction takes more than a page of them', async () => {
    const contact = await here.person();
    const lines = {
      contact_id: contact,
      audience: 'recipient',
      language: 'es',
      candidates: [] as string[],
      sealed: bytes(),
      at: start,
    };
    await here.owner.query("SET session_replication_role = 'replica'");
    await here.owner.query(
      `INSERT INTO misunderstood (tenant_id, id, contact_id, audience, language, candidates, sealed, at)
       SELECT $1, gen_random_uuid(), $2, 'recipient', 'es', '{}', $3, $4 FROM generate_series(1, 4500)`,
      [here.tenant, contact, lines.sealed, start],
    );
    const real = here.database.withTenant.bind(here.database);
    let most = 0;
    let last = await here.count('misunderstood');
    here.database.withTenant = async (tenant, work) => {
      const done = await real(tenant, work);
      const left = await here.count('misunderstood');
      most = Math.max(most, last - left);
      last = left;
      return done;
    };
    await here.run(dueAt({ days: 91 }));
    here.database.withTenant = real;
    expect([last, most]).toEqual([0, 2_000]);
  });
});

describe('what remains of a campaign', () => {
  it('when its events are over, then its figures stand as they were, nobody’s, and none of fewer than ten people', async () => {
    const contact = await here.person();
    const batch = 9_001;
    await aBatch(here, batch);
    for (const [state, reason, n] of [
      ['delivered', null, 12],
      ['read', null, 25],
      ['failed', 'WHATSAPP_131026', 6],
      ['failed', 'WHATSAPP_131049', 7],
      ['unknown', null, 3],
    ] as const)
      for (let at = 0; at < n; at++) {
        const seq = aSeq();
        await here.in((tx) =>
          tx.query(
            `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, created_at, accepted_at)
             VALUES ($1, $2, $3, $4, $4, 'whatsapp', 'marketing', $5, $6, $7, $7)`,
            [tx.tenant, batch, seq, contact, state, reason, start],
          ),
        );
        if (at < 11)
          await here.in((tx) =>
            tx.query(
              "INSERT INTO interaction (tenant_id, batch_id, seq, kind, at) VALUES ($1, $2, $3, 'clicked', $4)",
              [tx.tenant, batch, seq, start],
            ),
          );
      }
    const figures = () => here.in((tx) => countStates(tx, String(batch)));
    const all = await figures();
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(53);
    await here.run(minutes(dueAt({ months: 13 }), -1));
    expect(await figures()).toEqual(all);
    await here.run(minutes(dueAt({ months: 13 }), 1));
    expect(await here.count('message', 'batch_id = $1', [batch])).toBe(0);
    expect(await here.count('interaction', 'batch_id = $1', [batch])).toBe(0);
    expect(await figures()).toEqual([
      { state: 'read', reason: null, count: 25 },
      { state: 'failed', reason: null, count: 13 },
      { state: 'delivered', reason: null, count: 12 },
    ]);
    const hours = await here.owner.query('SELECT hour, n::int FROM campaign_hour WHERE batch_id = $1', [batch]);
    expect(hours.rows).toEqual([{ hour: new Date(start.toISOString().slice(0, 10)), n: 38 }]);
  });

  it('when something came back later, then the message stays as long as that', async () => {
    const contact = await here.person();
    const { seq } = await aMessage(here, contact, start, { batch_id: 9_002 });
    await here.put('receipt', { batch_id: 9_002, seq, status: 'read', at: dueAt({ days: 20 }) });
    await here.run(dueAt({ months: 13, days: 19 }));
    expect(await here.count('message', 'seq = $1', [seq])).toBe(1);
    await here.run(dueAt({ months: 13, days: 21 }));
    expect(await here.count('message', 'seq = $1', [seq])).toBe(0);
  });
});

describe('the proof of a permission', () => {
  const acts = ['given', 'renewed', 'withdrawn', 'expired', 'declined', 'needs_reconfirmation'] as const;
  const entry = fc.record({
    act: fc.constantFrom(...acts),
    channel: fc.constantFrom('whatsapp', 'sms', 'all'),
    source: fc.constantFrom('person', 'form'),
    year: fc.integer({ min: 0, max: 12 }),
    isShort: fc.boolean(),
  });

  it('when old proofs go, then what is permitted is what it was, and nothing that a permission rests on has gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 7 }), async (entries) => {
        const contact = await here.person();
        await here.owner.query('DELETE FROM consent WHERE contact_id = $1', [contact]);
        const ledger: (LedgerEntry & { channel: string; id: string })[] = entries.map((one) => {
          const at = minutes(dueAt({ years: one.year }), Math.floor(Math.random() * 9_000));
          const until = one.isShort && one.act === 'given' ? dueAt({ years: 1 }, at) : null;
          return { id: id(), act: one.act, channel: one.channel, source: one.source, at, until };
        });
        for (const { id: entryId, act, channel, source, at, until } of ledger)
          await here.put('consent', {
            ...{
              id: entryId,
              contact_id: contact,
              channel,
              purpose: 'marketing',
              act,
              at,
              until: until ?? null,
              source,
            },
            ...{ actor: 'x', recorded_at: at, text_hash: bytes(), evidence: 'x' },
          });
        const now = dueAt({ years: 13 });
        await here.run(now);
        const { rows } = await here.owner.query<{ id: string }>('SELECT id FROM consent WHERE contact_id = $1', [
          contact,
        ]);
        const left = ledger.filter((one) => rows.some((kept) => kept.id === one.id));
        for (const channel of ['whatsapp', 'sms', 'email']) {
          const on = (of: typeof ledger) => isGivenOnAny(of.filter((one) => [channel, 'all'].includes(one.channel)));
          expect([channel, on(left)]).toEqual([channel, on(ledger)]);
        }
        // Nothing younger than five years has gone.
        for (const one of ledger) if (one.at >= before(now, { years: 5 })) expect(left).toContain(one);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('the nightly run', () => {
  const night = new Date('2027-01-05T06:30:00Z'); // half past three in Santiago

  it('when the night has come, then it runs once, whoever else tries; the next night again', async () => {
    const runs = () => here.count('audit', "act = 'retention.run' AND at = $1", [night]);
    await here.retention.nightly([here.tenant], minutes(night, -60));
    expect(await here.count('retention_run', 'day = $1', ['2027-01-05'])).toBe(0);
    await Promise.all([1, 2, 3].map(() => here.retention.nightly([here.tenant], night)));
    await here.retention.nightly([here.tenant], night);
    expect(await runs()).toBe(1);
    await here.retention.nightly([here.tenant], minutes(night, 24 * 60));
    expect(await here.count('retention_run', 'day = $1', ['2027-01-06'])).toBe(1);
  });

  it('when a run was broken off, then another takes it up after an hour', async () => {
    const day = '2027-01-09';
    const at = new Date('2027-01-09T07:00:00Z');
    await here.put('retention_run', { day, begun_at: at });
    await here.retention.nightly([here.tenant], minutes(at, 59));
    expect(await here.count('retention_run', 'day = $1 AND done_at IS NULL', [day])).toBe(1);
    await here.retention.nightly([here.tenant], minutes(at, 61));
    expect(await here.count('retention_run', 'day = $1 AND done_at IS NULL', [day])).toBe(0);
  });

  it('when somebody we do not know wrote, or a code was never used, then it is gone after seven days, and after one', async () => {
    await here.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
    await here.put('inbox', {
      ...{ tenant_id: unknownTenant, lane: bytes(), id: id(), kind: 'unknown', channel: 'whatsapp', app: 'default' },
      ...{ sender: '1', dedup: bytes(), at: start, received_at: start, sealed: bytes() },
    });
    const owner: Client = here.owner;
    await owner.query("INSERT INTO edge.link (hash, tenant_id, kind, expires_at) VALUES ($1, $2, 'invite', $3)", [
      bytes(),
      here.tenant,
      start,
    ]);
    const strangers = async () =>
      (await owner.query('SELECT 1 FROM inbox WHERE tenant_id = $1', [unknownTenant])).rows.length;
    const codes = async () => (await owner.query('SELECT 1 FROM edge.link WHERE expires_at = $1', [start])).rows.length;
    await here.retention.nightly([], minutes(dueAt({ days: 1 }), -1));
    expect([await strangers(), await codes()]).toEqual([1, 1]);
    await here.retention.nightly([], minutes(dueAt({ days: 7 }), -1));
    expect([await strangers(), await codes()]).toEqual([1, 0]);
    await here.retention.nightly([], minutes(dueAt({ days: 7 }), 1));
    expect(await strangers()).toBe(0);
  });
});

/** What is no person's row: of nobody, of a member, or a proof of who somebody is, which goes in any case. */
const nobodys = [
  ...['identity_check', 'import_reject', 'receipt_residue', 'retention_run', 'sending_count', 'sent_id'],
  ...['sign_up_request', 'slack_post', 'template_upload', 'test_code'],
];

describe('what is blocked', () => {
  it('when their data is blocked, then nothing of theirs goes, however old; when the block ends, then it does', async () => {
    const contact = await here.person();
    const block = (at: Date | null) =>
      here.owner.query('UPDATE contact SET blocked_at = $2 WHERE id = $1', [contact, at]);
    await block(start);
    const made: [string, () => Promise<number>][] = [];
    for (const [, , make] of kinds) {
      const { table, where, bind } = await make(start, contact);
      made.push([table, () => here.count(table, where, bind)]);
    }
    const gone = async () => {
      const tables = new Set<string>();
      for (const [table, count] of made) if ((await count()) === 0) tables.add(table);
      return [...tables].sort();
    };
    await here.run(dueAt({ years: 7 }));
    expect(await gone()).toEqual(nobodys);
    expect((await here.forecast(dueAt({ years: 7 }))).some(({ held }) => held > 0)).toBe(true);
    await block(null);
    await here.run(dueAt({ years: 7, hours: 1 }));
    expect((await gone()).length).toBeGreaterThan(nobodys.length + 5);
  });
});
