import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import Redis from 'ioredis';
import { eventually } from '../support/eventually';

const root = join(__dirname, '..', '..');
const folder = join(process.env.TEST_FOLDER as string, 'redis');

/** A program that starts a Redis, says where, and stays: what may be killed. */
const program = `require(${JSON.stringify(join(root, 'src/local/redis.ts'))}).startRedis()
  .then(({ url, kind }) => process.send({ url, kind }))`;

interface Started {
  parent: ChildProcess;
  url: string;
  kind: string;
}
const parents: ChildProcess[] = [];
afterAll(() => parents.forEach((parent) => void parent.kill('SIGKILL')));

function start(path = ''): Promise<Started> {
  const parent = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path },
  });
  parents.push(parent);
  return new Promise((done, fail) => {
    parent.once('message', (told) => done({ parent, ...(told as Omit<Started, 'parent'>) }));
    parent.once('exit', (code) => fail(new Error(`ended with code ${code}`)));
  });
}

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const say = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket
      .once('connect', () => say(true))
      .once('error', () => say(false))
      .once('timeout', () => say(false));
  });

/** What it answers to somebody who has the password, and to somebody who has not. */
async function knock(url: string): Promise<{ known: string; unknown: string }> {
  const asked = async (address: string): Promise<string> => {
    const client = new Redis(address, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    return client
      .set('a', 'b')
      .catch((error: Error) => error.message)
      .finally(() => client.disconnect());
  };
  return { known: await asked(url), unknown: await asked(url.replace(/:[0-9a-f]+@/, '')) };
}

function behavesAsAHouseGuest(begin: () => Promise<Started>, kind: string): void {
  let started: Started;
  beforeAll(async () => {
    started = await begin();
  });
  const port = () => Number(new URL(started.url).port);

  it('when it is started, then it is the one that was expected and answers those who have the password only', async () => {
    expect(started.kind).toBe(kind);
    expect(await knock(started.url)).toEqual({ known: 'OK', unknown: expect.stringContaining('NOAUTH') });
  });

  it('when somebody knocks from the network, then nobody opens', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address } of addresses.filter((one) => one.family === 'IPv4' && !one.internal))
      expect([address, await listens(address, port())]).toEqual([address, false]);
    expect(await listens('127.0.0.1', port())).toBe(true);
  });

  it('when its parent is killed without a word, then it ends too', async () => {
    started.parent.kill('SIGKILL');
    await eventually(async () => expect(await listens('127.0.0.1', port())).toBe(false));
  });
}

describe('the Redis that is packaged', () => behavesAsAHouseGuest(() => start(), 'packaged'));

describe('a redis-server on the PATH', () => {
  const seen = join(folder, 'settings');
  const binary = join(folder, 'redis-server');

  // Takes its settings as the real one does, and writes them down.
  const fake = `#!${process.execPath}
const settings = require('node:fs').readFileSync(0, 'utf8');
require('node:fs').writeFileSync(${JSON.stringify(seen)}, process.argv[2] + '\\n' + settings);
const of = (name) => new RegExp('^' + name + ' (.*)$', 'm').exec(settings)[1];
const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (port) { return listen.call(this, port, of('bind')); };
require(${JSON.stringify(require.resolve('js-redis-server'))}).createRedisServer({ port: Number(of('port')) })
  .then(({ state }) => { state.requirepass = of('requirepass'); });
`;

  behavesAsAHouseGuest(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(binary, fake);
    chmodSync(binary, 0o755);
    return start(['/nowhere', folder].join(delimiter));
  }, 'redis');

  it('when it was started, then it keeps nothing on disk and throws nothing away', () => {
    expect(readFileSync(seen, 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['-', 'save ""', 'appendonly no', 'maxmemory-policy noeviction', 'bind 127.0.0.1']),
    );
  });
});
