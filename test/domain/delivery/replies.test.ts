import type { OutboundContent, SendOutcome } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster, aPhone } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aPerson, arrived, aTenant, later, RecordingChannel, start, type World, wire } from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let other: World;
const channel = new RecordingChannel();
const accepted = channel.answer;

beforeAll(async () => {
  place = await testDatabase();
  const at = { appUrl: place.appUrl, redis: testRedis(), master: aMaster() };
  here = wire(at, { channel });
  other = wire(at, { channel });
  here.start();
  other.start();
});
afterEach(() => {
  channel.answer = accepted;
});
afterAll(async () => {
  await Promise.all([here.stop(), other.stop()]);
  await place.drop();
});

const text = (said: string): OutboundContent => ({ kind: 'content', text: said });

/** Somebody who wrote at this moment, and how to answer them. */
async function aTalk({ wroteAt = start } = {}) {
  const tenant = await aTenant(here);
  const write = async () => {
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: wroteAt };
    const event = { ...id, kind: 'message', from: { phone }, content: { type: 'text', text: 'hola' } } as const;
    const row = await arrived(here, tenant.id, event, { phone });
    await here.in(tenant.id, (tx) =>
      tx.query('UPDATE contact SET last_inbound_at = $2 WHERE id = $1', [contact, wroteAt]),
    );
    return { phone, contact, inbox: row.id };
  };
  const say = (contact: string, boundTo: string, said: string, purpose: 'answer' | 'case' = 'answer') =>
    here.in(tenant.id, (tx) => {
      const single = { contact, sender: tenant.sender, channel: 'whatsapp', purpose, boundTo };
      return here.outbox.enqueue(tx, single, text(said), start);
    });
  const row = async (seq: string) => {
    const [found] = await here.in(tenant.id, (tx) =>
      tx.query<{ state: string; reason: string | null }>(
        'SELECT state, reason FROM message WHERE batch_id = 0 AND seq = $1',
        [seq],
      ),
    );
    return found;
  };
  const ends = (seq: string, state: string, reason: string | null = null) =>
    eventually(async () => expect(await row(seq)).toEqual({ state, reason }));
  const heard = (phone: string) => channel.sent.filter((one) => one.to.phone === phone).map((one) => one.text);
  const aCase = async (contact: string) => {
    const id = newId();
    await here.in(tenant.id, (tx) =>
      tx.query(
        `INSERT INTO privacy_case (tenant_id, id, number, contact_id, "right", state, regime, authorities, received_at, due_at, language, zone, masked)
         VALUES ($1, $2, $3, $4, 'erase', 'deciding', 'x', '{cl}', $5, $5, 'es', 'UTC', '')`,
        [tx.tenant, id, Math.floor(Math.random() * 1e6), contact, start],
      ),
    );
    return id;
  };
  return { tenant, write, say, row, ends, heard, aCase };
}

describe('an answer', () => {
  it('when it answers a message of this very person, then it leaves', async () => {
    const { write, say, ends, heard } = await aTalk();
    const rosa = await write();
    await ends(await say(rosa.contact, rosa.inbox, 'hola Rosa'), 'accepted');
    expect(heard(rosa.phone)).toEqual(['hola Rosa']);
  });

  it('when it is bound to somebody else’s message, to nothing, or to a message of another customer, then it never leaves', async () => {
    const { write, say, ends, heard } = await aTalk();
    const [rosa, juan] = [await write(), await write()];
    const stranger = await (await aTalk()).write();
    for (const bound of [juan.inbox, newId(), stranger.inbox])
      await ends(await say(rosa.contact, bound, 'compra ya'), 'failed', 'UNBOUND');
    expect(heard(rosa.phone)).toEqual([]);
  });

  it('when the person’s last message is a day old, or they are blocked, then it never leaves', async () => {
    const { tenant, write, say, ends, heard } = await aTalk({ wroteAt: later(-24 * 60) });
    const late = await write();
    await ends(await say(late.contact, late.inbox, 'tarde'), 'failed', 'WINDOW_CLOSED');
    await here.in(tenant.id, (tx) => tx.query('UPDATE contact SET blocked_at = $1, last_inbound_at = $1', [start]));
    await ends(await say(late.contact, late.inbox, 'bloqueada'), 'failed', 'BLOCKED');
    expect(heard(late.phone)).toEqual([]);
  });

  it('when it belongs to a case of this person, then it leaves although they are blocked; to another’s, never', async () => {
    const { tenant, write, say, ends, heard, aCase } = await aTalk();
    const [rosa, juan] = [await write(), await write()];
    await here.in(tenant.id, (tx) => tx.query('UPDATE contact SET blocked_at = $1', [start]));
    const [hers, his] = [await aCase(rosa.contact), await aCase(juan.contact)];
    await ends(await say(rosa.contact, hers, 'su solicitud', 'case'), 'accepted');
    await ends(await say(rosa.contact, his, 'de otro', 'case'), 'failed', 'UNBOUND');
    await ends(await say(rosa.contact, rosa.inbox, 'sin caso', 'case'), 'failed', 'UNBOUND');
    expect(heard(rosa.phone)).toEqual(['su solicitud']);
  });
});

describe('several answers to one person', () => {
  it('when two workers are there and the first is refused for now, then they leave one at a time, in order', async () => {
    const { write, say, ends, heard } = await aTalk();
    const rosa = await write();
    let refusals = 1;
    let inFlight = 0;
    let most = 0;
    channel.answer = async (one): Promise<SendOutcome> => {
      most = Math.max(most, ++inFlight);
      await new Promise((done) => setImmediate(done));
      inFlight -= 1;
      if (refusals-- > 0) return { outcome: 'refused', code: 'WHATSAPP_131000', treatment: 'retry' };
      return accepted(one);
    };
    const said = ['uno', 'dos', 'tres', 'cuatro', 'cinco'];
    const seqs: string[] = [];
    for (const one of said) seqs.push(await say(rosa.contact, rosa.inbox, one));
    for (const seq of seqs) await ends(seq, 'accepted');
    expect(heard(rosa.phone)).toEqual(['uno', ...said]);
    expect(most).toBe(1);
  });

  it('when nobody knows whether one left, then it is not sent again and those behind it go on', async () => {
    const { write, say, ends, heard } = await aTalk();
    const rosa = await write();
    channel.answer = (one) => (one.text === 'uno' ? { outcome: 'unknown', code: 'NETWORK_LOST' } : accepted(one));
    const [one, two] = [await say(rosa.contact, rosa.inbox, 'uno'), await say(rosa.contact, rosa.inbox, 'dos')];
    await ends(two, 'accepted');
    await ends(one, 'unknown', 'NETWORK_LOST');
    expect(heard(rosa.phone)).toEqual(['uno', 'dos']);
  });

  it('when the worker of one is gone, then it becomes unknown and is not sent again', async () => {
    const { tenant, write, say, ends, heard } = await aTalk();
    const rosa = await write();
    const seq = await say(rosa.contact, rosa.inbox, 'uno');
    await ends(seq, 'accepted');
    await here.in(tenant.id, (tx) =>
      tx.query(
        "UPDATE message SET state = 'sending', lease_until = clock_timestamp() - interval '1 second' WHERE batch_id = 0",
      ),
    );
    await ends(await say(rosa.contact, rosa.inbox, 'dos'), 'accepted');
    await ends(seq, 'unknown', 'WORKER_LOST');
    expect(heard(rosa.phone)).toEqual(['uno', 'dos']);
  });

  it('when one can’t even be read, then it is set aside and those behind it go on', async () => {
    const { tenant, write, say, row, ends } = await aTalk();
    const rosa = await write();
    await Promise.all([here.dispatcher.stop(), other.dispatcher.stop()]);
    const [one, two] = [await say(rosa.contact, rosa.inbox, 'uno'), await say(rosa.contact, rosa.inbox, 'dos')];
    await here.in(tenant.id, (tx) => tx.query("UPDATE message SET sealed = '\\x00' WHERE seq = $1", [one]));
    const lane = Buffer.from(rosa.contact.replaceAll('-', ''), 'hex');
    await expect(here.replies.run(tenant.id, lane)).rejects.toThrow();
    await here.replies.parked(tenant.id, lane);
    expect(await row(one)).toEqual({ state: 'failed', reason: 'SET_ASIDE' });
    here.dispatcher.start();
    await ends(two, 'accepted');
  });
});
