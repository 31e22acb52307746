import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, errors, PDU, type Pdu, type Server, type Session } from 'smpp';
import { adapter } from '../../../adapters/sms';
import type { Adapter, OutboundContent, SendOutcome } from '../../../src/channel';
import { eventually } from '../../support/eventually';
import { aSender, type Door, open } from '../door';

type Answer = (pdu: Pdu, line: Session) => void;
const take: Answer = (pdu, line) => void line.send(pdu.response({ message_id: randomBytes(4).toString('hex') }));
const say =
  (status: number | undefined): Answer =>
  (pdu, line) =>
    void line.send(pdu.response({ command_status: status }));
const nothing: Answer = () => {};

/** A carrier for one test. */
class Carrier {
  readonly submitted: Pdu[] = [];
  readonly binds: Pdu[] = [];
  bind: Answer = (pdu, line) => void line.send(pdu.response({ system_id: 'carrier' }));
  answer: Answer = take;
  line: Session | undefined;
  private server!: Server;

  async start(port = 0): Promise<number> {
    this.server = createServer({}, (line) => {
      line.on('error', () => line.destroy());
      line.on('pdu', (pdu: Pdu) => {
        if (pdu.command === 'bind_transceiver') {
          this.binds.push(pdu);
          this.line = line;
          this.bind(pdu, line);
        } else if (pdu.command === 'submit_sm') {
          this.submitted.push(pdu);
          this.answer(pdu, line);
        } else if (!pdu.isResponse()) line.send(pdu.response());
      });
    });
    await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  /** @returns the status it was answered with */
  deliver(fields: Record<string, unknown>): Promise<number> {
    const whole = { source_addr: '56987654321', source_addr_ton: 1, destination_addr: '56229384000', ...fields };
    return new Promise((done) =>
      this.line?.send(new PDU('deliver_sm', whole), (response) => done(response.command_status)),
    );
  }

  async stop(): Promise<void> {
    for (const line of this.server.sessions) line.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

let carrier: Carrier;
let port: number;
let door: Door;
beforeEach(async () => {
  carrier = new Carrier();
  port = await carrier.start();
  door = await open(adapter as unknown as Adapter, {
    SMS_URL: `smpp://connectus:secret@127.0.0.1:${port}`,
    SMS_WINDOW: 2,
  });
});
afterEach(async () => {
  await door.close();
  await carrier.stop().catch(() => {});
});

const hello: OutboundContent = { kind: 'content', text: 'Hola' };
const send = (content = hello, startBy?: number): Promise<SendOutcome> =>
  door.channel.send(aSender('sms', '56229384000'), { phone: '+56987654321' }, content, '0.1.mac', startBy);
const long: OutboundContent = { kind: 'content', text: 'a'.repeat(400) };

describe('a line to a carrier', () => {
  it('when it is bound, then as transceiver, by name and password, and a number of ours is the sender', async () => {
    expect((await send()).outcome).toBe('accepted');
    expect(carrier.binds[0]).toMatchObject({ system_id: 'connectus', password: 'secret', interface_version: 0x34 });
    expect(carrier.submitted[0]).toMatchObject({
      ...{ source_addr: '56229384000', source_addr_ton: 1, destination_addr: '56987654321', dest_addr_ton: 1 },
      registered_delivery: 1,
      short_message: { message: 'Hola' },
    });
  });

  it('when its password is wrong, then sending is refused and halts; when somebody is bound already, it waits', async () => {
    carrier.bind = say(errors.ESME_RINVPASWD);
    expect(await send()).toMatchObject({ outcome: 'refused', code: 'SMS_RINVPASWD', treatment: 'pause' });
    carrier.bind = say(errors.ESME_RALYBND);
    await eventually(async () => expect(await send()).toEqual({ outcome: 'not_sent', code: 'SMS_RALYBND' }));
    expect(carrier.submitted).toEqual([]);
  });

  it('when it breaks, then it is opened again by itself', async () => {
    await send();
    await carrier.stop();
    await eventually(async () => expect((await send()).outcome).toBe('not_sent'));
    await carrier.start(port);
    await eventually(async () => expect((await send()).outcome).toBe('accepted'), { every: 100 });
  });

  it.each([
    ['ESME_RTHROTTLED', 'retry', 1_000],
    ['ESME_RMSGQFUL', 'retry', 5_000],
    ['ESME_RINVDSTADR', 'permanent', undefined],
    ['ESME_RINVSRCADR', 'pause', undefined],
  ])('when it answers %s, then it is refused, to be treated as %s', async (name, treatment, retryAfterMs) => {
    carrier.answer = say(errors[name]);
    const code = name.replace('ESME_', 'SMS_');
    expect(await send()).toMatchObject({ outcome: 'refused', code, treatment, ...(retryAfterMs && { retryAfterMs }) });
  });

  it('when its window is full, then no more is written, and what comes too late never is', async () => {
    carrier.answer = nothing;
    const sent = [send(), send()];
    await eventually(() => expect(carrier.submitted).toHaveLength(2));
    const late = await send(hello, performance.now() + 100);
    expect(late).toEqual({ outcome: 'not_sent', code: 'TOO_LATE' });
    expect(carrier.submitted).toHaveLength(2);
    carrier.line?.destroy();
    expect(await Promise.all(sent)).toEqual([1, 2].map(() => ({ outcome: 'unknown', code: 'NETWORK_LOST' })));
  });

  it('when the moment has passed, then no byte leaves', async () => {
    await send();
    expect(await send(hello, performance.now() - 1)).toEqual({ outcome: 'not_sent', code: 'TOO_LATE' });
    expect(carrier.submitted).toHaveLength(1);
  });

  it('when a message is long, then its parts leave in order, and only the last asks for a receipt', async () => {
    expect((await send(long)).outcome).toBe('accepted');
    const parts = carrier.submitted.map((pdu) => ({
      header: [...((pdu.short_message as { udh: Buffer[] }).udh[0] ?? [])].slice(3),
      asks: pdu.registered_delivery,
    }));
    expect(parts).toEqual([
      { header: [3, 1], asks: 0 },
      { header: [3, 2], asks: 0 },
      { header: [3, 3], asks: 1 },
    ]);
  });

  it('when a later part is too fast, then that part alone is tried again; when it is refused, nobody begins anew', async () => {
    let count = 0;
    carrier.answer = (pdu, line) => (++count === 2 ? say(errors.ESME_RTHROTTLED)(pdu, line) : take(pdu, line));
    expect((await send(long)).outcome).toBe('accepted');
    expect(carrier.submitted).toHaveLength(4);
    count = 0;
    carrier.answer = (pdu, line) => (++count === 2 ? say(errors.ESME_RSUBMITFAIL)(pdu, line) : take(pdu, line));
    expect(await send(long)).toEqual({ outcome: 'unknown', code: 'SMS_PARTLY_SENT' });
  });

  it('when a receipt comes, then it has the reference of what was sent, and says what became of it', async () => {
    carrier.answer = (pdu, line) => void line.send(pdu.response({ message_id: 'c0ffee' }));
    await send();
    const text = (stat: string) => ({
      esm_class: 4,
      short_message: `id:c0ffee sub:001 dlvrd:001 stat:${stat} err:000 text:`,
    });
    expect(await carrier.deliver(text('DELIVRD'))).toBe(0);
    await carrier.deliver({ esm_class: 4, short_message: '', receipted_message_id: 'c0ffee', message_state: 3 });
    const about = { kind: 'receipt', providerId: 'c0ffee', reference: '0.1.mac' };
    expect(door.events()).toMatchObject([
      { ...about, status: 'delivered' },
      { ...about, status: 'failed', error: { code: 'SMS_EXPIRED', treatment: 'wait' } },
    ]);
  });

  it('when the pieces of a long message come in any order, then it is told once, whole', async () => {
    await send();
    const piece = (at: number, words: string) => ({
      data_coding: 8,
      short_message: { udh: Buffer.from([5, 0, 3, 7, 2, at]), message: Buffer.from(words, 'utf16le').swap16() },
    });
    expect(await Promise.all([carrier.deliver(piece(2, 'más')), carrier.deliver(piece(1, 'no quiero '))])).toEqual([
      0, 0,
    ]);
    expect(door.events()).toMatchObject([{ kind: 'message', content: { type: 'text', text: 'no quiero más' } }]);
  });

  it('when a piece never comes, then what there is, is told', async () => {
    await send();
    const short_message = { udh: Buffer.from([5, 0, 3, 8, 2, 1]), message: Buffer.from('baja') };
    expect(await carrier.deliver({ data_coding: 0, short_message })).toBe(0);
    expect(door.events()).toMatchObject([{ content: { text: 'baja' } }]);
  });

  it('when the same person says the same twice, then both are told', async () => {
    await send();
    for (const _time of [1, 2]) await carrier.deliver({ short_message: 'sí' });
    expect(new Set(door.events().map(({ id }) => id)).size).toBe(2);
  });

  it('when its address says so, then it speaks TLS', async () => {
    const secure = await open(adapter as unknown as Adapter, { SMS_URL: `ssmpp://connectus:secret@127.0.0.1:${port}` });
    const outcome = await secure.channel.send(aSender('sms', '4455'), { phone: '+56987654321' }, hello, '0.1.mac');
    await secure.close();
    // This carrier does not, so that nothing at all is said to it.
    expect(outcome).toMatchObject({ outcome: 'not_sent', code: expect.stringMatching(/^NETWORK_/) });
    expect(carrier.submitted).toEqual([]);
  }, 15_000);
});
