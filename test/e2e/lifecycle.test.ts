import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { Outside, spoken } from '../tour/outside';
import { castOf } from '../tour/steps';

const root = join(__dirname, '..', '..');
jest.setTimeout(240_000); // several starts of everything in one test

let dataDir: string;
let system: System;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'connectus-system-'));
});
afterAll(async () => {
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

// Whom nobody waited for stands there without a command line.
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
const postgres = (): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Another start, to its end. */
function startAgain(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  return new Promise((done) => {
    let said = '';
    const child = spawn(process.execPath, ['src/boot.cjs', 'start'], {
      cwd: root,
      env: { ...process.env, ...environment },
    });
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.once('exit', (code) => done({ code, said }));
  });
}

describe('starting and stopping the whole product', () => {
  it('when it is started on an empty folder, then it says where its page is and what to try, and a campaign can be drafted', async () => {
    system = await startSystem({ dataDir, environment: { LANG: 'es_CL.UTF-8' } });
    await eventually(() => expect(system.output()).toContain(system.worldUrl));
    expect(system.output()).toContain('manda la promo cyber a clientes RM');
    const page = await fetch(system.worldUrl);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const { outside, camila } = await castOf(new Outside(system.worldUrl, () => {}));
    const draft = await outside.writes(camila, 'manda la promo cyber a clientes RM', (one) => one.buttons.length > 0);
    expect(spoken(draft)).toContain('C-101');
  });

  it('when a second one is started in the same folder, then it is refused in words and the first goes on', async () => {
    const { code, said } = await startAgain({ DATA_DIR: dataDir, PORT: '0' });
    expect([code, said]).toEqual([1, expect.stringContaining(`process ${system.child.pid}`)]);
    expect((await fetch(`${system.productUrl}/readyz`)).status).toBe(200);
  });

  it('when it is stopped, then it ends well and leaves no process behind', async () => {
    const database = postgres();
    expect(isAlive(database)).toBe(true);
    expect(await system.stop('SIGINT')).toBe(0);
    await eventually(() => expect(isAlive(database)).toBe(false));
    await expect(fetch(system.worldUrl)).rejects.toThrow();
  });

  it('when it was killed without a word, then the next start finds what was done', async () => {
    system = await startSystem({ dataDir });
    const database = postgres();
    await system.stop('SIGKILL');
    expect(isAlive(database)).toBe(true); // it outlives its parent
    system = await startSystem({ dataDir });
    expect(isAlive(database)).toBe(false);
    const { outside, camila } = await castOf(new Outside(system.worldUrl, () => {}));
    const told = await outside.writes(camila, 'cómo va C-101', () => true);
    expect(spoken(told)).toContain('C-101');
  });

  it('when the port is taken, then it says which, and which setting chooses another', async () => {
    const taken: Server = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const { code, said } = await startAgain({ DATA_DIR: `${dataDir}-other`, PORT: String(port) });
    taken.close();
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`Port ${port} .*PORT=`));
  });
});
