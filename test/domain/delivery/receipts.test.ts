import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { ChannelEvent, ReceiptStatus, SendOutcome } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { writeOutcomes } from '../../../src/domain/delivery/outcomes.table';
import { Receipts } from '../../../src/domain/delivery/receipts';
import { referenceOf } from '../../../src/domain/delivery/reference';
import { rememberSent, sentToken } from '../../../src/domain/delivery/sent-ids.table';
import { erasureTable } from '../../../src/domain/privacy/erasure.table';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aPerson,
  aTenant,
  batchOf,
  later,
  people,
  RecordingChannel,
  reaches,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
/** Sends and folds by itself. */
let running: World;
/** Folds when it is told. */
let here: World;
const channel = new RecordingChannel();
const accepted = channel.answer;

beforeAll(async () => {
  place = await testDatabase();
  const at = () => ({ appUrl: place.appUrl, redis: testRedis(), master });
  const master = aMaster();
  running = wire(at(), { channel });
  here = wire(at(), { channel: new RecordingChannel() });
});
afterEach(() => {
  channel.answer = accepted;
});
afterAll(async () => {
  await Promise.all([running.stop(), here.stop()]);
  await place.drop();
});

type Tenant = Awaited<ReturnType<typeof aTenant>>;
interface About {
  reference?: string;
  status?: ReceiptStatus;
  at?: Date;
  id?: string;
  providerId?: string;
  stop?: boolean;
}
const receipt = (tenant: Tenant, about: About): ChannelEvent => {
  const { status = 'delivered', at = start, id = newId(), providerId = `wamid.${id}`, reference } = about;
  const event = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id, at, kind: 'receipt' } as const;
  const error = { code: 'WHATSAPP_131050', treatment: 'suppress' } as const;
  return { ...event, providerId, status, ...(reference && { reference }), ...(about.stop && { error }) };
};

const lanes = (tenant: Tenant): Promise<Buffer[]> =>
  here.in(tenant.id, async (tx) => {
    const rows = await tx.query<{ lane: Buffer }>("SELECT DISTINCT lane FROM inbox WHERE kind = 'receipts'");
    return rows.map((row) => row.lane);
  });
async function fold(tenant: Tenant): Promise<void> {
  for (const lane of await lanes(tenant)) while ((await here.receipts.run(tenant.id, lane)) === 'again');
}
const messages = (tenant: Tenant) =>
  here.in(tenant.id, (tx) =>
    tx.query<{ seq: string; state: string; contact_id: string }>(
      'SELECT seq::text, state, contact_id FROM message WHERE batch_id > 0 ORDER BY batch_id, seq',
    ),
  );
const residue = (tenant: Tenant) =>
  here.in(tenant.id, async (tx) => {
    const rows = await tx.query<{ why: string; count: number }>(
      'SELECT why, sum(count)::int AS count FROM receipt_residue GROUP BY 1',
    );
    return Object.fromEntries(rows.map((row) => [row.why, row.count]));
  });
const receiptsOf = (tenant: Tenant, seq: string): Promise<number> =>
  here.in(tenant.id, async (tx) => (await tx.query('SELECT 1 AS one FROM receipt WHERE seq = $1', [seq])).length);
const reference = (tenant: Tenant, batch: string, seq: string): Promise<string> =>
  here.in(tenant.id, async (tx) => referenceOf(await here.keys.of(tx), { batch, seq }));

/** A campaign that is not sent by anybody, and a way to put rows of any state into it. */
async function aBatch() {
  const tenant = await aTenant(here);
  const contact = await aPerson(here, tenant.id, { segment: 'elsewhere' });
  const campaign = await aCampaign(here, tenant.id);
  const batch = await batchOf(here, tenant.id, campaign.id);
  let seq = 0;
  const add = async (state: string): Promise<string> => {
    seq += 1;
    await here.in(tenant.id, (tx) =>
      tx.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, lease_until, created_at)
         VALUES ($1, $2, $3, $4, $5, 'whatsapp', 'marketing', $6, clock_timestamp() + interval '1 minute', $7)`,
        [tx.tenant, batch, seq, contact, tenant.sender, state, start],
      ),
    );
    return String(seq);
  };
  const stateOf = async (of: string) => (await messages(tenant)).find((row) => row.seq === of)?.state;
  return { tenant, contact, campaign, batch, add, stateOf };
}

const ranks = ['planned', 'sending', 'unknown', 'accepted', 'sent', 'failed', 'delivered', 'read'];
const highest = (states: readonly string[]): string =>
  ranks[Math.max(...states.map((state) => ranks.indexOf(state)))] ?? '';

describe('receipts', () => {
  it('when they come in any order, split and doubled in any way, before or after the send’s own answer, then each message is at the highest', async () => {
    const { tenant, batch, add, stateOf } = await aBatch();
    const news = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<ReceiptStatus>('sent', 'delivered', 'read', 'failed') },
      { weight: 1, arbitrary: fc.constantFrom('accepted' as const, 'unknown' as const) },
    );
    const event = fc.record({
      of: fc.integer({ min: 0, max: 2 }),
      what: news,
      fold: fc.boolean(),
      copies: fc.integer({ min: 1, max: 2 }),
    });
    const first = fc.constantFrom('sending', 'unknown', 'accepted', 'left_out', 'cancelled');
    const property = fc.asyncProperty(
      fc.tuple(first, first, first),
      fc.array(event, { maxLength: 12 }),
      async (begin, events) => {
        const rows: string[] = [];
        for (const state of begin) rows.push(await add(state));
        const expected: string[][] = begin.map((state) => [state]);
        let waiting: ChannelEvent[] = [];
        for (const { of, what, fold: now, copies } of events) {
          const seq = rows[of] ?? '';
          expected[of]?.push(what);
          if (what === 'accepted' || what === 'unknown') {
            const outcome = {
              seq,
              state: what,
              reason: null,
              provider: null,
              sentAs: null,
              sealed: null,
              hash: null,
              pause: 0,
            };
            await here.in(tenant.id, (tx) => writeOutcomes(tx, batch, [outcome], start));
          } else {
            const one = receipt(tenant, {
              reference: await reference(tenant, batch, seq),
              status: what,
              providerId: `wamid.${seq}`,
            });
            for (let copy = 0; copy < copies; copy++) waiting.push({ ...one, id: newId() });
          }
          if (!now) continue;
          await here.intake.receive(waiting);
          waiting = [];
          await fold(tenant);
        }
        await here.intake.receive(waiting);
        await fold(tenant);
        for (const [at, states] of expected.entries()) {
          const stays = ['left_out', 'cancelled'].includes(states[0] ?? '');
          expect([states, await stateOf(rows[at] ?? '')]).toEqual([states, stays ? states[0] : highest(states)]);
          if (stays) expect(await receiptsOf(tenant, rows[at] ?? '')).toBe(0);
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('when the reference is forged, another customer’s or of no message, then nothing changes and it is counted', async () => {
    const [mine, theirs] = [await aBatch(), await aBatch()];
    const [own, foreign] = [await mine.add('accepted'), await theirs.add('accepted')];
    const good = await reference(mine.tenant, mine.batch, own);
    const [batch, seq, mac = ''] = good.split('.');
    const flipped = `${mac[0] === 'A' ? 'B' : 'A'}${mac.slice(1)}`;
    const forged = [
      `${batch}.${seq}.${flipped}`,
      `${batch}.${Number(seq) + 1}.${mac}`,
      `${batch}.${seq}.${randomBytes(16).toString('base64url')}`,
      `${batch}.${seq}`,
      '',
      `${'9'.repeat(30)}.1.${mac}`,
      await reference(theirs.tenant, theirs.batch, foreign), // signed, but for somebody else's number
    ];
    await here.intake.receive(forged.map((one) => receipt(mine.tenant, { reference: one })));
    await here.intake.receive([receipt(mine.tenant, { reference: await reference(mine.tenant, mine.batch, '999') })]);
    await fold(mine.tenant);
    expect([await mine.stateOf(own), await theirs.stateOf(foreign)]).toEqual(['accepted', 'accepted']);
    expect(await residue(mine.tenant)).toEqual({ no_reference: forged.length, no_message: 1 });
    expect(await residue(theirs.tenant)).toEqual({});
  });

  it('when the person was erased meanwhile, then it is a number of that day and nothing else', async () => {
    const { tenant, contact, batch, add } = await aBatch();
    const seq = await add('accepted');
    await here.in(tenant.id, async (tx) => {
      await erasureTable.messages(tx, contact, null);
      await here.keys.destroyPerson(tx, contact);
    });
    await here.intake.receive([
      receipt(tenant, { reference: await reference(tenant, batch, seq), status: 'failed', stop: true }),
    ]);
    await fold(tenant);
    expect(await residue(tenant)).toEqual({ no_message: 1 });
    const left = await here.in(tenant.id, (tx) =>
      tx.query('SELECT 1 AS one FROM receipt UNION ALL SELECT 1 FROM inbox'),
    );
    expect(left).toEqual([]);
    expect((await messages(tenant))[0]?.state).toBe('accepted');
  });

  it('when the provider says that the person stopped promotions, then they are out here too', async () => {
    const { tenant, contact, batch, add, stateOf } = await aBatch();
    const seq = await add('sent');
    const event = receipt(tenant, { reference: await reference(tenant, batch, seq), status: 'failed', stop: true });
    await here.intake.receive([event, { ...event, id: newId() }]);
    await fold(tenant);
    expect(await stateOf(seq)).toBe('failed');
    expect(await here.in(tenant.id, (tx) => here.consent.suppression(tx, contact))).toBe('stop');
  });

  it('when one of a batch can’t be folded, then the others are, and after its tries it is set aside', async () => {
    const { tenant, contact, batch, add, stateOf } = await aBatch();
    const seqs = [await add('accepted'), await add('accepted'), await add('accepted')];
    const references = await Promise.all(seqs.map((seq) => reference(tenant, batch, seq)));
    const providerId = 'wamid.same'; // one lane
    const events = references.map((one, at) =>
      receipt(tenant, { reference: one, providerId, status: at === 1 ? 'failed' : 'read', stop: at === 1 }),
    );
    await here.intake.receive(events);
    const onProviderStop = async (_tx: unknown, of: string) => {
      if (of === contact) throw new Error('poison');
    };
    const folding = new Receipts(here.database, here.keys, here.clock, {
      onProviderStop,
      onBounced: async () => {},
      onProgress: async () => {},
    });
    const [lane = Buffer.of()] = await lanes(tenant);
    expect(await folding.run(tenant.id, lane)).toBe('again');
    await expect(folding.run(tenant.id, lane)).rejects.toThrow('poison');
    expect(await stateOf(seqs[0] ?? '')).toBe('read');
    await folding.parked(tenant.id, lane);
    expect(await folding.run(tenant.id, lane)).toBe('done');
    expect(await Promise.all(seqs.map(stateOf))).toEqual(['read', 'accepted', 'read']);
    expect(await residue(tenant)).toEqual({ set_aside: 1 });
  });

  it('when a carrier names a message by an id of its own alone, then it is found by it, in its tenant alone', async () => {
    const { tenant, batch, add, stateOf } = await aBatch();
    const known = await add('accepted');
    const sent = (providerId: string) => ({ channel: 'whatsapp', app: 'default', providerId });
    await here.in(tenant.id, async (tx) => {
      const keys = await here.keys.of(tx);
      const as = (id: string) => sentToken(keys, sent(id));
      await rememberSent(tx, batch, [{ seq: known, sentAs: as('a1') }], start);
    });
    const other = await aTenant(here);
    for (const providerId of ['a1', 'a2', 'nobody’s']) await here.intake.receive([receipt(tenant, { providerId })]);
    await here.intake.receive([receipt(other, { providerId: 'a1' })]);
    await fold(tenant);
    expect(await stateOf(known)).toBe('delivered');
    expect(await residue(tenant)).toEqual({ no_reference: 2 });
  });

  it('when a person is erased, then no id of a carrier leads to them any more', async () => {
    const { tenant, contact, batch, add } = await aBatch();
    const seq = await add('accepted');
    const left = await here.in(tenant.id, async (tx) => {
      const id = { channel: 'sms', app: 'default', providerId: 'a1' };
      await rememberSent(tx, batch, [{ seq, sentAs: sentToken(await here.keys.of(tx), id) }], start);
      await erasureTable.receipts(tx, contact, null);
      return tx.query('SELECT 1 AS one FROM sent_id');
    });
    expect(left).toEqual([]);
  });
});

describe('receipts of a campaign on its way', () => {
  beforeAll(() => running.start());

  const sentTo = async (count: number, answer: (reference: string) => SendOutcome | Promise<SendOutcome>) => {
    const tenant = await aTenant(running);
    const mine = () => channel.sent.filter((one) => one.sender.id === tenant.providerId);
    channel.answer = (one) => (one.sender.id === tenant.providerId ? answer(one.reference) : accepted(one));
    await people(running, tenant.id, count);
    const campaign = await aCampaign(running, tenant.id);
    await eventually(() => expect(mine()).toHaveLength(count));
    return { tenant, campaign, mine };
  };

  it('when one is faster than the answer to the send, then the answer does not undo it', async () => {
    let answer: ((outcome: SendOutcome) => void) | undefined;
    const { tenant, campaign, mine } = await sentTo(1, () => new Promise((done) => (answer = done)));
    await running.intake.receive([receipt(tenant, { reference: mine()[0]?.reference ?? '', status: 'delivered' })]);
    await eventually(async () => expect((await messages(tenant))[0]?.state).toBe('delivered'));
    answer?.({ outcome: 'accepted', providerId: 'wamid.late' });
    const done = await reaches(running, tenant.id, campaign.id, 'done');
    expect(done).toMatchObject({ sent: 1, delivered: 1, unknown: 0 });
  });

  it('when nobody knew whether it left, then its receipt says so, and it is not sent again', async () => {
    const { tenant, campaign, mine } = await sentTo(3, () => ({ outcome: 'unknown', code: 'NETWORK_LOST' }));
    expect(await reaches(running, tenant.id, campaign.id, 'done')).toMatchObject({ unknown: 3, sent: 0 });
    const [one, two] = mine();
    await running.intake.receive([
      receipt(tenant, { reference: one?.reference ?? '', status: 'read' }),
      receipt(tenant, { reference: two?.reference ?? '', status: 'failed' }),
    ]);
    const figures = { selected: 3, sent: 1, read: 1, failed: 1, unknown: 1, queued: 0 };
    await eventually(async () => expect(await reaches(running, tenant.id, campaign.id, 'done')).toMatchObject(figures));
    expect(mine()).toHaveLength(3);
  });
});

describe('a number that nobody answers to', () => {
  afterEach(() => {
    here.clock.at = start;
  });

  it.each([
    ['nothing was heard of them for more than 90 days', undefined, false],
    ['a message was delivered to them lately', later(95 * 1_440), true],
  ])('when %s and nobody is there, then it may or may not have a new holder', async (_, delivered, certain) => {
    const { tenant, contact, batch, add } = await aBatch();
    const [first, last] = [await add('sent'), await add('sent')];
    here.clock.at = later(100 * 1_440);
    const events: ChannelEvent[] = [];
    if (delivered) events.push(receipt(tenant, { reference: await reference(tenant, batch, first), at: delivered }));
    const bounced = receipt(tenant, { reference: await reference(tenant, batch, last), status: 'failed' });
    const error = { code: 'WHATSAPP_131026', treatment: 'permanent' } as const;
    for (const event of [...events, { ...bounced, error } as ChannelEvent]) {
      await here.intake.receive([event]);
      await fold(tenant);
    }
    const holder = await here.in(tenant.id, (tx) => here.audience.holder(tx, contact));
    expect(holder?.confirmed).toBe(certain);
  });
});
