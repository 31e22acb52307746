import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, ConfigError, exampleEnv, listSettings, loadConfig } from '../../src/config';
import { loadAdapters, settingsOf } from '../../src/load';

const root = join(__dirname, '..', '..');
const settings = settingsOf(loadAdapters());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connectus-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secrets = { WHATSAPP_APP_SECRET: 'a', WHATSAPP_VERIFY_TOKEN: 'b', SLACK_SIGNING_SECRET: 'c' };
const key = Buffer.alloc(32, 7).toString('base64');
const production = {
  ...secrets,
  NODE_ENV: 'production',
  DATABASE_APP_URL: 'postgres://app:x@db.example/connectus?sslmode=verify-full',
  REDIS_URL: 'rediss://cache.example',
  MASTER_KEY: key,
  SIGNING_KEY: key,
  PUBLIC_URL: 'https://connectus.example',
};

const load = (environment: NodeJS.ProcessEnv, dotEnv = '', standIns: Record<string, string> = {}): Config => {
  writeFileSync(join(folder, '.env'), dotEnv);
  return loadConfig(settings, environment, folder, standIns);
};

/** The keys that are complained about, in order. */
function complaints(environment: NodeJS.ProcessEnv, dotEnv = ''): string[] {
  try {
    load(environment, dotEnv);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((line) => line.split(' ')[0] ?? '');
  }
}

describe('settings', () => {
  it('when nothing but the secrets is given, then the rest has a standard', () => {
    expect(load(secrets)).toMatchObject({ NODE_ENV: 'development', ROLE: 'all', PORT: 3000, HOST: '127.0.0.1' });
  });

  it('when both say something, then the environment wins over .env, and an empty value counts as none', () => {
    const dotEnv = 'PORT=4000\nHOST=0.0.0.0\nROLE=web\n';
    expect(load({ ...secrets, PORT: '5000', ROLE: '' }, dotEnv)).toMatchObject({
      PORT: 5000,
      HOST: '0.0.0.0',
      ROLE: 'all',
    });
  });

  it('when .env has a key that nobody knows, then it is named', () => {
    expect(complaints(secrets, 'MASTERKEY=x\nPORT=4000\n')).toEqual(['MASTERKEY']);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['ROLE', 'boss'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'db.example'],
    ['DATABASE_APP_URL', 'mysql://db.example/x'],
    ['REDIS_URL', 'localhost:6379'],
    ['MASTER_KEY', 'c2hvcnQ='],
    ['MASTER_KEY_PREVIOUS', 'c2hvcnQ='],
    ['SIGNING_KEY', 'c2hvcnQ='],
    ['PUBLIC_URL', 'connectus.example'],
    ['WHATSAPP_GRAPH_VERSION', '25'],
    ['SLACK_API_URL', 'slack'],
  ])('when %s is %s, then it is named and its value is not repeated', (name, value) => {
    expect(complaints({ ...secrets, [name]: value })).toEqual([name]);
    expect(() => load({ ...secrets, [name]: `${value}-secret` })).toThrow(expect.not.stringContaining('-secret'));
  });

  it('when several things are wrong, then all are told at once', () => {
    expect(complaints({ PORT: 'x' }, 'COLOUR=red').sort()).toEqual(['COLOUR', 'PORT', ...Object.keys(secrets)].sort());
  });
});

describe('production', () => {
  it('when everything is there, then it starts', () => {
    expect(complaints(production)).toEqual([]);
  });

  it('when nothing is there, then every missing key is named, those of the adapters too', () => {
    const wanted = Object.keys(production).filter((name) => name !== 'NODE_ENV');
    expect(complaints({ NODE_ENV: 'production' }).sort()).toEqual(wanted.sort());
  });

  it.each(Object.keys(production).filter((name) => name !== 'NODE_ENV'))(
    'when %s alone is missing, then it is named',
    (name) => {
      expect(complaints({ ...production, [name]: '' })).toEqual([name]);
    },
  );

  it.each([
    ['DATABASE_URL', 'postgres://owner:x@db.example/connectus'],
    ['DATABASE_APP_URL', 'postgres://app:x@db.example/connectus?sslmode=disable'],
    ['REDIS_URL', 'redis://cache.example'],
    ['PUBLIC_URL', 'http://connectus.example'],
    ['SIMULATOR_URL', 'http://127.0.0.1:3001'],
  ])('when %s is %s, then it is refused', (name, value) => {
    expect(complaints({ ...production, [name]: value })).toEqual([name]);
  });

  it('when a secret is missing, then what the simulator would use does not stand in for it', () => {
    const standIns = { ...secrets };
    const { SLACK_SIGNING_SECRET: _, ...others } = production;
    expect(() => load(others, '', standIns)).toThrow('SLACK_SIGNING_SECRET');
    expect(load({}, '', standIns).adapters.slack).toMatchObject({ SLACK_SIGNING_SECRET: 'c' });
  });
});

describe('what is said about the settings', () => {
  it('when a setting is listed, then it has a meaning', () => {
    for (const { key: name, meaning } of listSettings(settings))
      expect([name, meaning]).toEqual([name, expect.stringMatching(/\S/)]);
  });

  it('when .env.example is read, then it holds every setting with its meaning, and nothing else', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(exampleEnv(settings));
    expect(complaints(secrets, exampleEnv(settings).replaceAll(/^# (?=[A-Z_]+=)/gm, ''))).toEqual([]);
  });

  it('when help is asked for, then each key is listed and nothing is started', async () => {
    const { code, said } = await start(['--help'], {});
    expect(code).toBe(0);
    for (const { key: name } of listSettings(settings)) expect(said).toContain(name);
  });

  it('when production lacks settings, then the start ends in words that name them', async () => {
    const { code, said } = await start([], {
      ...Object.fromEntries(listSettings(settings).map(({ key: name }) => [name, ''])),
      NODE_ENV: 'production',
    });
    expect(code).toBe(1);
    expect(said).toContain('MASTER_KEY is missing');
    expect(said).not.toMatch(/^ +at /m);
  });
});

const start = (args: string[], environment: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> =>
  new Promise((done) => {
    const child = execFile(
      process.execPath,
      ['--require', 'tsx/cjs', 'src/main.ts', ...args],
      { cwd: root, env: { ...process.env, ...environment } },
      (_error, out, err) => done({ code: child.exitCode ?? -1, said: out + err }),
    );
  });
