import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { eventually } from '../support/eventually';

const boot = join(__dirname, '..', '..', 'src', 'boot.cjs');
const machine = `node_modules/@esbuild/${process.platform}-${process.arch}`;

/** What npm would leave behind; here it waits until it may, fails when it should, and writes down that it was called. */
const npm = `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
fs.rmSync('node_modules', { recursive: true, force: true });
const timer = setInterval(() => {
  if (fs.existsSync('hold')) return;
  clearInterval(timer);
  if (fs.existsSync('fail')) process.exit(1);
  fs.mkdirSync('node_modules/tsx', { recursive: true });
  fs.writeFileSync('node_modules/tsx/cjs.js', '');
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}, 5);
`;

let project: string;
const at = (...path: string[]): string => join(project, ...path);
const write = (path: string, text = ''): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
const lockOf = (version: string): string =>
  JSON.stringify({
    packages: {
      '': {},
      'node_modules/kept': { version },
      'node_modules/checked': { version, dev: true },
      [machine]: { version, optional: true },
    },
  });
const calls = (): string[] => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'connectus boot-'));
  write('src/main.ts', "process.stdout.write('it runs')");
  write('package-lock.json', lockOf('1.0.0'));
  write('bin/npm', npm);
  chmodSync(at('bin', 'npm'), 0o755);
  copyFileSync(boot, at('src', 'boot.cjs'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

interface Start {
  child: ChildProcess;
  said(): string;
  ended: Promise<{ code: number | null; said: string }>;
}
function start(environment: NodeJS.ProcessEnv = {}, program = 'start', path = at('bin')): Start {
  const child = spawn(process.execPath, [at('src', 'boot.cjs'), program], {
    cwd: tmpdir(),
    env: { PATH: [path, '/nowhere'].join(delimiter), ...environment },
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise<{ code: number | null; said: string }>((done) =>
    child.once('close', (code) => done({ code, said })),
  );
  return { child, said: () => said, ended };
}

describe('the first file that runs', () => {
  it('when nothing is installed, then it installs what the lock says and runs; the next time it only runs', async () => {
    expect(await start().ended).toEqual({ code: 0, said: expect.stringContaining('it runs') });
    expect(await start().ended).toEqual({ code: 0, said: 'it runs' });
    expect(calls()).toEqual([expect.stringMatching(/^ci .*--include=dev$/)]);
  });

  it('when the lock has changed, then it installs again', async () => {
    await start().ended;
    write('package-lock.json', lockOf('2.0.0'));
    await start().ended;
    expect(calls()).toHaveLength(2);
  });

  it('when the folder comes from another kind of machine, then it installs again', async () => {
    await start().ended;
    write('node_modules/.package-lock.json', lockOf('1.0.0').replace(machine, 'node_modules/@esbuild/other'));
    await start().ended;
    expect(calls()).toHaveLength(2);
  });

  it('when it is for production, then tools stay away; a checkout that has them serves as well', async () => {
    const production = { NODE_ENV: 'production' };
    await start(production).ended;
    expect(calls()).toEqual([expect.stringMatching(/--omit=dev$/)]);
    write('node_modules/.package-lock.json', lockOf('1.0.0'));
    await start(production).ended;
    expect(calls()).toHaveLength(1);
  });

  it('when two start at once, then one installs, the other says that it waits, and both run', async () => {
    write('hold');
    const one = start();
    await eventually(() => expect(calls()).toHaveLength(1));
    const other = start();
    await eventually(() => expect(other.said()).toContain('waiting'));
    rmSync(at('hold'));
    for (const { ended } of [one, other])
      expect(await ended).toEqual({ code: 0, said: expect.stringContaining('it runs') });
    expect(calls()).toHaveLength(1);
  });

  it('when the one that installs is killed, then the next waits for the npm that goes on, and runs', async () => {
    write('hold');
    const killed = start();
    await eventually(() => expect(calls()).toHaveLength(1));
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const next = start();
    await eventually(() => expect(next.said()).toContain('waiting'));
    expect(calls()).toHaveLength(1);
    rmSync(at('hold'));
    expect(await next.ended).toEqual({ code: 0, said: expect.stringContaining('it runs') });
  });

  it('when installing fails, then it says so, and the next start repairs it', async () => {
    write('fail');
    expect(await start().ended).toEqual({ code: 1, said: expect.stringContaining('could not install') });
    rmSync(at('fail'));
    expect(await start().ended).toEqual({ code: 0, said: expect.stringContaining('it runs') });
  });

  it('when it is told to stop while it installs, then npm ends too', async () => {
    write('hold');
    const { child, ended } = start();
    await eventually(() => expect(calls()).toHaveLength(1));
    child.kill('SIGTERM');
    expect((await ended).code).toBe(1);
    expect(existsSync(at('.data', 'install.lock'))).toBe(false);
  });

  it('when there is no npm, or no such program, then it says so in words', async () => {
    expect(await start({}, 'start', '/nowhere').ended).toEqual({
      code: 1,
      said: expect.stringContaining('npm is not on the PATH'),
    });
    expect(await start({}, 'dance').ended).toEqual({
      code: 1,
      said: expect.stringMatching(/“dance”.*start, test, tour/),
    });
  });

  it.each(['18.20.4', '20.18.0', '21.7.0', '22.12.0', '26.0.0'])(
    'when Node is %s, then it says which it needs',
    async (version) => {
      write(
        'older.cjs',
        `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('./src/boot.cjs');`,
      );
      const child = spawn(process.execPath, [at('older.cjs'), 'start']);
      let said = '';
      child.stderr.on('data', (chunk) => (said += chunk));
      const code = await new Promise((done) => child.once('close', done));
      expect([code, said]).toEqual([1, expect.stringMatching(new RegExp(`20\\.19.*22\\.13.*24.*${version}`))]);
    },
  );
});
