import type { AddressInfo, Server } from 'node:net';
import { adapter as email } from '../../adapters/email';
import { adapter as sms } from '../../adapters/sms';
import { Clock } from '../../simulator/clock';
import { Email } from '../../simulator/email/email';
import { emailFaultFrom } from '../../simulator/email/faults';
import { smsFaultFrom } from '../../simulator/sms/faults';
import { Sms } from '../../simulator/sms/sms';
import type { Adapter, Identity, SendOutcome } from '../../src/channel';
import { freePort } from '../../src/local/ports';
import { aSender, type Door, now, open } from '../adapters/door';
import { eventually } from '../support/eventually';

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};
const post = (door: Door, of: string, to: Identity, text = 'Hola', reference = '0.1.mac'): Promise<SendOutcome> =>
  door.channel.send(aSender(of.includes('@') ? 'email' : 'sms', of), to, { kind: 'content', text }, reference);

describe('the carrier', () => {
  const number = '56229384001';
  let carrier: Sms;
  let port: number;
  let door: Door;
  const bound = (password = 'sim-smpp') =>
    open(sms as unknown as Adapter, { SMS_URL: `smpp://connectus:${password}@127.0.0.1:${port}` });
  const send = (phone: string, text?: string) => post(door, number, { phone }, text);
  const statuses = () => door.events().flatMap((event) => (event.kind === 'receipt' ? [event.status] : []));

  beforeEach(async () => {
    const lines = [{ id: number, label: 'Tienda', company: 'Tienda' }];
    carrier = new Sms({ clock: new Clock(now), password: 'sim-smpp', numbers: lines, changed: () => {} });
    port = await listening(carrier.centre.server);
    door = await bound();
  });
  afterEach(async () => {
    await door.close();
    carrier.centre.close();
  });

  it('when somebody else binds, or a number is not theirs, then it is refused', async () => {
    const stranger = await bound('wrong');
    expect(await post(stranger, number, { phone: '+56987654321' })).toMatchObject({ code: 'SMS_RINVPASWD' });
    await stranger.close();
    expect(await post(door, '56220000000', { phone: '+56987654321' })).toMatchObject({ code: 'SMS_RINVSRCADR' });
  });

  it('when a message is taken, then it stands on the telephone, whole, with what it cost, and its receipt comes', async () => {
    const text = `${'más '.repeat(40)}fin`;
    expect((await send('+56987654321', text)).outcome).toBe('accepted');
    expect(carrier.talks.of('+56987654321')).toMatchObject([
      { direction: 'out', text, about: { parts: 3, coding: 'UCS-2' } },
    ]);
    await eventually(() => expect(statuses()).toEqual(['delivered']));
  });

  it('when a number always does the same, then it does', async () => {
    expect(await send('+56900000008')).toMatchObject({ outcome: 'refused', code: 'SMS_RTHROTTLED' });
    await send('+56900000004');
    await eventually(() => expect(statuses()).toEqual(['failed']));
    await send('+56900000011');
    await eventually(() => expect(statuses()).toEqual(['failed', 'delivered', 'delivered']));
  });

  it('when messages come faster than it takes them, then it says so', async () => {
    carrier.throttle(2);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => send('+56987654321')));
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(2);
    expect(outcomes.find(({ outcome }) => outcome === 'refused')).toMatchObject({ code: 'SMS_RTHROTTLED' });
  });

  it('when it breaks the line in mid-message, then nobody knows; and what a telephone says meanwhile is brought later, once', async () => {
    carrier.faults.add(smsFaultFrom({ mode: 'reset', times: 1 }));
    expect(await send('+56987654321')).toMatchObject({ outcome: 'unknown' });
    carrier.write({ from: '+56987654321', to: number, text: 'BAJA' });
    await eventually(() => expect(door.events()).toMatchObject([{ kind: 'message', content: { text: 'BAJA' } }]));
  });

  it('when the product can’t store it, then it is brought again', async () => {
    let tries = 0;
    const receive = door.receive;
    door.receive = async (events) => {
      if (++tries === 1) throw new Error('no database');
      return receive(events);
    };
    await eventually(() => expect(carrier.centre.lines).toBe(1));
    carrier.write({ from: '+56987654321', to: number, text: 'sí' });
    await eventually(() => expect(door.events()).toMatchObject([{ content: { text: 'sí' } }]));
    expect(tries).toBe(2);
  });
});

describe('the mail server', () => {
  const ours = 'hola@tienda.example';
  let server: Email;
  let door: Door;
  const begin = async (productPort: number): Promise<void> => {
    const lines = [{ id: ours, label: 'Tienda', company: 'Tienda' }];
    server = new Email({ clock: new Clock(now), productPort, addresses: lines, changed: () => {} });
    const relay = await listening(server.server.server as Server);
    const settings = { EMAIL_SMTP_URL: `smtp://127.0.0.1:${relay}`, EMAIL_LISTEN_PORT: productPort };
    door = await open(email as unknown as Adapter, settings, async (_app, id) =>
      id === ours ? aSender('email', id) : undefined,
    );
  };
  const send = (to: string) => post(door, ours, { email: to });
  beforeEach(async () => begin(await freePort()));
  afterEach(async () => {
    await door.close();
    server.close();
  });

  it('when somebody answers, then the product reads their words and what they answer', async () => {
    await send('ana@correo.example');
    server.write({ from: 'ana@correo.example', to: ours, text: 'no más, gracias' });
    await eventually(() =>
      expect(door.events()).toMatchObject([
        {
          kind: 'message',
          from: { email: 'ana@correo.example' },
          content: { text: 'no más, gracias' },
          replyTo: '0.1.mac@tienda.example',
        },
      ]),
    );
  });

  it('when a mailbox always does the same, then it does', async () => {
    expect(await send('no-existe@correo.example')).toMatchObject({ outcome: 'refused', code: 'EMAIL_550' });
    expect(await send('lista-gris@correo.example')).toMatchObject({ outcome: 'refused', treatment: 'retry' });
    for (const [name, code] of [
      ['rebota', 'EMAIL_5_1_1'],
      ['lleno', 'EMAIL_5_2_2'],
      ['spam', 'EMAIL_COMPLAINT'],
    ]) {
      door.received.length = 0;
      expect((await send(`${name}@correo.example`)).outcome).toBe('accepted');
      const receipt = { kind: 'receipt', status: 'failed', reference: '0.1.mac', error: { code } };
      await eventually(() => expect(door.events()).toMatchObject([receipt]));
    }
  });

  it('when it breaks the line after the mail, then nobody knows whether it was taken', async () => {
    server.faults.add(emailFaultFrom({ mode: 'reset', times: 1 }));
    expect(await send('ana@correo.example')).toMatchObject({ outcome: 'unknown' });
  });

  it('when the product can’t store an answer, then it is brought again', async () => {
    let tries = 0;
    const receive = door.receive;
    door.receive = async (events) => {
      if (++tries === 1) throw new Error('no database');
      return receive(events);
    };
    server.write({ from: 'ana@correo.example', to: ours, text: 'hola' });
    await eventually(() => expect(door.events()).toMatchObject([{ content: { text: 'hola' } }]));
    expect(tries).toBe(2);
  });
});
