import type { AddressInfo, Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SMTPServer } from 'smtp-server';
import { adapter } from '../../../adapters/email';
import type { Adapter, SendOutcome } from '../../../src/channel';
import { freePort } from '../../../src/local/ports';
import { eventually } from '../../support/eventually';
import { aSender, type Door, open } from '../door';

const ours = 'hola@tienda.example';
let relay: SMTPServer;
let taken: { from: string; to: string[]; raw: string }[];
let connections: number;
let atRecipient: () => Error | null;
let sockets: Set<Socket>;
let port: number;
let door: Door;

beforeEach(async () => {
  taken = [];
  connections = 0;
  atRecipient = () => null;
  sockets = new Set();
  relay = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onRcptTo: (_address, _session, done) => done(atRecipient()),
    onData: (stream, { envelope }, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => (raw += chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        taken.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });
  relay.on('error', () => {});
  relay.server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
  });
  await new Promise<void>((done) => void relay.listen(0, '127.0.0.1', done));
  port = await freePort();
  const own = { EMAIL_LISTEN_PORT: port };
  const url = `smtp://127.0.0.1:${(relay.server.address() as AddressInfo).port}`;
  door = await open(adapter as unknown as Adapter, { EMAIL_SMTP_URL: url, ...own }, async (_app, id) =>
    id === ours ? aSender('email', id) : undefined,
  );
});
afterEach(async () => {
  await door.close();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((done) => relay.close(done));
});

const send = (startBy?: number): Promise<SendOutcome> =>
  door.channel.send(
    aSender('email', ours),
    { email: 'ana@mail.example' },
    { kind: 'content', text: 'Hola' },
    '0.1.mac',
    startBy,
  );
const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

describe('handing mail to a relay', () => {
  it('when it is taken, then its id carries the reference, and what comes back comes to an address that does', async () => {
    expect(await send()).toEqual({ outcome: 'accepted', providerId: '0.1.mac@tienda.example' });
    expect(taken).toMatchObject([{ from: 'hola+b.0.1.mac@tienda.example', to: ['ana@mail.example'] }]);
  });

  it('when another follows soon, then over the same connection; when that is gone, over a new one', async () => {
    await send();
    await send();
    expect([taken.length, connections]).toEqual([2, 1]);
    for (const socket of sockets) socket.destroy();
    expect((await send()).outcome).toBe('accepted');
    expect([taken.length, connections]).toEqual([3, 2]);
  });

  it('when the moment has passed before the relay asks for the mail, then no byte of it leaves', async () => {
    expect(await send(performance.now() - 1)).toEqual({ outcome: 'not_sent', code: 'TOO_LATE' });
    expect(taken).toEqual([]);
    expect((await send()).outcome).toBe('accepted');
    expect(taken).toHaveLength(1);
  });

  it.each([
    [451, '4.7.1 greylisted', { code: 'EMAIL_4_7_1', treatment: 'retry', retryAfterMs: 60_000 }],
    [450, 'later', { code: 'EMAIL_450', treatment: 'retry', retryAfterMs: 60_000 }],
    [452, '4.2.2 mailbox full', { code: 'EMAIL_4_2_2', treatment: 'wait' }],
    [550, '5.1.1 no such user', { code: 'EMAIL_5_1_1', treatment: 'permanent' }],
    [550, '5.7.26 unauthenticated', { code: 'EMAIL_5_7_26', treatment: 'pause' }],
    [599, 'never heard of', { code: 'EMAIL_599', treatment: 'permanent' }],
  ])('when it says %i %s, then it is refused, and that is what is known', async (code, words, error) => {
    atRecipient = () => refusal(code, words);
    expect(await send()).toMatchObject({ outcome: 'refused', ...error });
  });
});

describe('taking mail', () => {
  /** @returns what the last command was answered with */
  const bring = (to: string, mail: string): Promise<number> =>
    new Promise((done) => {
      const line = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
      const end = (error?: unknown) => {
        line.close();
        done(error ? ((error as { responseCode?: number }).responseCode ?? 0) : 250);
      };
      line.on('error', end);
      line.connect((error?: unknown) => {
        if (error) return end(error);
        line.send({ from: 'ana@mail.example', to: [to] }, mail, (refused) => end(refused ?? undefined));
      });
    });
  const hello = 'From: ana@mail.example\r\nSubject: x\r\n\r\nhola\r\n';
  beforeEach(() => eventually(async () => expect(await bring('nobody@tienda.example', hello)).toBe(550)));

  it('when it is for one of ours, in any spelling, then it is taken; for anybody else it is not: we relay nothing', async () => {
    expect(await bring('HOLA@Tienda.example', hello)).toBe(250);
    expect(door.events()).toMatchObject([{ kind: 'message', sender: ours, content: { text: 'hola' } }]);
    for (const to of ['ana@mail.example', 'hola@other.example', 'x@tienda.example'])
      expect(await bring(to, hello)).toBe(550);
    expect(door.events()).toHaveLength(1);
  });

  it('when it is longer than any answer, then it is refused and the next one is taken', async () => {
    expect(await bring(ours, `${hello}${'a'.repeat(76)}\r\n`.repeat(130_000))).toBe(552);
    expect(door.events()).toEqual([]);
    expect(await bring(ours, hello)).toBe(250);
  });

  it('when it says that it comes from ourselves, then nobody is answered', async () => {
    await bring(ours, `From: ${ours}\r\n\r\nhola\r\n`);
    expect(door.events().map(({ kind }) => kind)).toEqual(['account']);
  });

  it('when it can’t be stored, then it is to come again', async () => {
    door.receive = async () => {
      throw new Error('no database');
    };
    expect(await bring(ours, hello)).toBe(451);
  });
});
