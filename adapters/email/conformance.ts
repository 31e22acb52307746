import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SMTPServer } from 'smtp-server';

type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const address = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && /^(|[\w.+-]+@[\w.-]+)$/.test(value) ? value : otherwise;
const idOf = (payload: unknown): string | undefined => {
  const { id } = object(payload);
  return typeof id === 'string' && /^[\w.@-]{1,80}$/.test(id) ? id : undefined;
};

/** A mail as its server brings it: its id, and then lines as they are given. */
function mailOf(payload: unknown): string {
  const { lines } = object(payload);
  const given = (Array.isArray(lines) ? lines : [lines]).map((line) =>
    typeof line === 'string' ? line : (JSON.stringify(line) ?? ''),
  );
  const id = idOf(payload);
  return [...(id ? [`Message-ID: <${id}>`] : []), ...given.map((line) => line.replace(/[\r\n]/g, ' '))].join('\r\n');
}

const refusals: Readonly<Record<string, { at: 'rcpt' | 'data'; code: number; words: string }>> = {
  'greylists it': { at: 'rcpt', code: 451, words: '4.7.1 try again later' },
  'knows nobody of that name': { at: 'rcpt', code: 550, words: '5.1.1 no such user' },
  'finds the mailbox full': { at: 'data', code: 552, words: '5.2.2 mailbox full' },
  'does not like it in the end': { at: 'data', code: 554, words: 'no' },
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A relay that does as it is told, and a server that brings mail to ours. */
async function wire() {
  let how = 'take';
  let asked = 0;
  const sockets = new Set<Socket>();
  const say = (at: 'rcpt' | 'data'): Error | null => {
    const no = refusals[how];
    return no?.at === at ? Object.assign(new Error(no.words), { responseCode: no.code }) : null;
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo: (_address, _session, done) => done(say('rcpt')),
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on('end', () => {
        asked++;
        if (how === 'breaks the line') for (const socket of sockets) socket.resetAndDestroy();
        else if (how === 'answers in another tongue')
          for (const socket of sockets) socket.end('HTTP/1.1 400 Bad Request\r\n');
        else done(say('data'));
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const own = await freePort();
  const elsewhere = mailServer(own);
  return {
    settings: { EMAIL_SMTP_URL: `smtp://127.0.0.1:${port}`, EMAIL_LISTEN_PORT: String(own) },
    nowhere: { EMAIL_SMTP_URL: `smtp://127.0.0.1:${await freePort()}` },
    deliver: (payload: unknown): Promise<'taken' | 'again' | 'refused'> => {
      const { from, to } = object(payload);
      const envelope = { from: address(from, 'ana@mail.example'), to: [address(to, '') || 'hola@tienda.example'] };
      return elsewhere.bring(envelope, mailOf(payload));
    },
    answer: (next: string) => {
      how = next;
    },
    odd: ['breaks the line', 'answers in another tongue'],
    refusals: Object.keys(refusals),
    asked: () => asked,
    async stop() {
      elsewhere.drop();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(done));
    },
  };
}

type Brought = 'taken' | 'again' | 'refused';

/** Another mail server: keeps its line to ours, and comes back when that is just starting. */
function mailServer(port: number) {
  let line: SMTPConnection | undefined;
  const open = (): Promise<SMTPConnection | undefined> =>
    new Promise((done) => {
      const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
      connection.on('error', () => done(undefined));
      connection.connect((error?: unknown) => done(error ? undefined : connection));
    });
  const drop = () => {
    line?.close();
    line = undefined;
  };
  return {
    drop,
    async bring(envelope: { from: string; to: string[] }, mail: string): Promise<Brought> {
      for (;;) {
        line ??= await open();
        const answer = await new Promise<number | undefined>((done) => {
          if (!line) return done(undefined);
          line.removeAllListeners('error');
          line.on('error', () => done(undefined));
          line.send(envelope, `${mail}\r\n`, (error) =>
            done(error ? (error as { responseCode?: number }).responseCode : 250),
          );
        });
        if (answer === 250) return 'taken';
        drop();
        if (answer !== undefined) return answer < 500 ? 'again' : 'refused';
        await new Promise((done) => setTimeout(done, 20));
      }
    },
  };
}

/** What the conformance suite must know of mail. */
export const conformance = {
  settings: {},
  address: { email: 'ana@mail.example' },
  sender: 'hola@tienda.example',
  wire,
  idsOf: (payload: unknown): string[] => {
    const id = idOf(payload);
    return id ? [id] : [];
  },
};
