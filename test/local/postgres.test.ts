import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import * as ports from '../../src/local/ports';
import { type LocalPostgres, runningPostgres, startPostgres } from '../../src/local/postgres';
import { eventually } from '../support/eventually';

jest.mock('../../src/local/ports', () => ({ __esModule: true, ...jest.requireActual('../../src/local/ports') }));

// Of more than one word, and in the newcomer's language.
const dataDir = join(process.env.TEST_FOLDER as string, 'mi carpeta ñ');
const cluster = join(dataDir, 'postgres', 'cluster');
const pid = (): number => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
const isAlive = (process_: number): boolean => {
  try {
    return process.kill(process_, 0) && readFileSync(`/proc/${process_}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

async function ask<T>(server: LocalPostgres, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}
const notes = async (): Promise<string[]> =>
  (await ask<{ text: string }>(server, 'SELECT text FROM note ORDER BY 1')).map((row) => row.text);

let server: LocalPostgres;
const start = async (): Promise<void> => {
  server = await startPostgres({ dataDir, durable: true });
};
afterAll(() => server?.stop());

describe('the Postgres of this machine', () => {
  it('when making it was interrupted, then the next start makes it anew', async () => {
    mkdirSync(`${cluster}.new`, { recursive: true });
    writeFileSync(join(`${cluster}.new`, 'PG_VERSION'), '18\n');
    await start();
    await ask(server, "CREATE TABLE note (text text); INSERT INTO note VALUES ('first')");
    expect(await notes()).toEqual(['first']);
  });

  it('when it runs, then another program finds it there; when not, then nothing', () => {
    expect(runningPostgres(dataDir, 'postgres')).toBe(server.url('postgres'));
    expect(runningPostgres(join(dataDir, 'elsewhere'), 'postgres')).toBeUndefined();
  });

  it('when it is killed without a word while sessions are open, then the next start has all that was committed', async () => {
    const open = new Client({ connectionString: server.url('postgres') });
    open.on('error', () => {});
    await open.connect();
    await open.query("BEGIN; INSERT INTO note VALUES ('never committed')");
    await ask(server, "INSERT INTO note VALUES ('second')");
    const killed = pid();
    process.kill(killed, 'SIGKILL');
    await eventually(() => expect(isAlive(killed)).toBe(false));
    await start();
    expect(await notes()).toEqual(['first', 'second']);
  });

  it('when it outlived its parent, then the next start stops it and begins anew', async () => {
    const left = pid();
    await start();
    expect(isAlive(left)).toBe(false);
    expect(await notes()).toEqual(['first', 'second']);
  });

  it('when its number belongs to another program by now, then that one is left alone', async () => {
    const file = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    await server.stop();
    writeFileSync(join(cluster, 'postmaster.pid'), [process.pid, ...file.slice(1)].join('\n'));
    await start();
    expect(await notes()).toEqual(['first', 'second']);
  });

  it('when another Postgres has its number by now, then that one goes on', async () => {
    const other = await startPostgres({ dataDir: join(dataDir, 'another'), durable: false });
    const [row] = await ask<{ pid: string }>(other, "SELECT pg_read_file('postmaster.pid') AS pid");
    await server.stop();
    writeFileSync(join(cluster, 'postmaster.pid'), row?.pid ?? '');
    await start();
    expect(await ask(other, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await other.stop();
  });

  it('when somebody takes the port in the last moment, then another one is used', async () => {
    const foreign: Server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done));
    const { port } = foreign.address() as { port: number };
    await server.stop();
    const freePort = jest.spyOn(ports, 'freePort').mockResolvedValueOnce(port);
    await start().finally(() => foreign.close());
    expect(freePort).toHaveBeenCalledTimes(2);
    expect(server.url('postgres')).not.toContain(`:${port}/`);
  });

  it('when it can’t start, then it says why', async () => {
    await server.stop();
    writeFileSync(join(cluster, 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toThrow(/incompatible/);
    writeFileSync(join(cluster, 'PG_VERSION'), '18\n');
    await start();
    expect(await notes()).toEqual(['first', 'second']);
  });
});
