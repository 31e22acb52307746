import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { request } from 'undici';
import { guardEgress, isAmong } from '../src/egress';

describe('the guard of what leaves', () => {
  let server: Server;
  let port: number;
  const refused: string[] = [];
  const open = new Set<Socket>();
  let lift: () => void;
  beforeAll(async () => {
    server = createServer((socket) => {
      open.add(socket.on('error', () => {}));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as { port: number }).port;
    lift = guardEgress(['127.0.0.1', '*.allowed.example'], (host) => refused.push(host));
  });
  beforeEach(() => void refused.splice(0));
  afterAll(async () => {
    lift();
    for (const socket of open) socket.destroy();
    await new Promise((done) => server.close(done));
  });

  const ends = (socket: Socket): Promise<string> =>
    new Promise((done) => {
      socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      socket.once('connect', () => {
        socket.destroy();
        done('connected');
      });
    });

  it('A23: when anything of the process wants to speak to a host that is not on record, then no connection is opened, however it is asked', async () => {
    expect(await ends(connect(443, 'ads.example'))).toBe('EGRESS_REFUSED');
    expect(await ends(connect({ host: 'ads.example', port: 443 }))).toBe('EGRESS_REFUSED');
    expect(await ends(connect({ host: '93.184.216.34', port: 443 }))).toBe('EGRESS_REFUSED');
    expect(await ends(connectTls({ host: 'ads.example', port: 443 }))).toBe('EGRESS_REFUSED');
    const cause = (asking: Promise<unknown>) => asking.catch(({ code, cause: inner }) => code ?? inner?.code);
    expect(await cause(request('https://ads.example/'))).toBe('EGRESS_REFUSED');
    await expect(fetch('https://ads.example/')).rejects.toThrow('fetch failed');
    expect(refused).toEqual([
      'ads.example',
      'ads.example',
      '93.184.216.34',
      'ads.example',
      'ads.example',
      'ads.example',
    ]);
  });

  it('when the host is on record, then it is spoken to', async () => {
    expect(await ends(connect(port, '127.0.0.1'))).toBe('connected');
    expect((await request(`http://127.0.0.1:${port}/`)).statusCode).toBe(200);
    expect(refused).toEqual([]);
  });

  it('when names only look alike, then they are others', () => {
    const hosts = ['slack.com', '*.slack.com'];
    for (const host of ['slack.com', 'files.slack.com', 'A.SLACK.com', 'slack.com.'])
      expect(isAmong(host, hosts)).toBe(true);
    for (const host of ['notslack.com', 'slack.com.evil.example', 'xslack.com', ''])
      expect(isAmong(host, hosts)).toBe(false);
  });
});
