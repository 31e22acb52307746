import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Client } from 'pg';
import { systemClock } from '../../src/clock';
import type { Config } from '../../src/config';
import { unknownTenant } from '../../src/data/ids';
import { examine } from '../../src/doctor/examine';
import type { Finding } from '../../src/doctor/finding';
import { lineOf, sumOf } from '../../src/doctor/say';
import { Tenants } from '../../src/domain/accounts/tenants.service';
import { loadAdapters, root } from '../../src/load';
import { closedPort, json, Provider } from '../adapters/provider';
import { holesOf, sentencesOf } from '../conformance/sentences';
import { Outside, secrets, tienda } from '../simulator/outside';
import { type TestDatabase, testDatabase } from '../support/database';
import { aMaster, ground, start } from '../support/ground';
import { testRedis } from '../support/redis';

const master = aMaster();
const languages = ['es', 'en', 'pt'] as const;
const adapters = loadAdapters();
const account = '208840352242901';
const team = 'T0ANDINA';

let place: TestDatabase;
let outside: Outside;
let provider: Provider;
let folder: string;

beforeAll(async () => {
  place = await testDatabase();
  outside = await Outside.start();
  provider = await Provider.start();
  folder = mkdtempSync(join(tmpdir(), 'connectus-doctor-'));
  const { database, keys, systemKeys } = ground(place.appUrl, master, 2);
  const tenants = new Tenants(database, keys, systemKeys);
  await tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
  const tenant = await tenants.create({ name: 'Tienda Andina', legalName: 'Tienda Andina SpA' }, start);
  const own = { channel: 'whatsapp', app: 'default', token: secrets.token };
  await tenants.addSender(tenant, { ...own, providerId: tienda, label: '+56 2 2938 4000', account }, start);
  await tenants.addAccount(tenant, { ...own, providerId: account });
  await tenants.addWorkspace(tenant, team, 'xoxb-andina');
  await database.close();
}, 60_000);
afterAll(async () => {
  await outside?.stop();
  await provider?.stop();
  await place?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const sound = (): Config =>
  ({
    ...{ NODE_ENV: 'development', ROLE: 'all', HOST: '127.0.0.1', PORT: 3000, DATABASE_POOL: 2 },
    ...{ DATABASE_APP_URL: place.appUrl, REDIS_URL: testRedis().url, MASTER_KEY: master, SIGNING_KEY: aMaster() },
    DATA_DIR: folder,
    adapters: {
      slack: { SLACK_SIGNING_SECRET: 'x', SLACK_API_URL: `${outside.running.url}/api/` },
      whatsapp: {
        ...{ WHATSAPP_APP_SECRET: 'x', WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_GRAPH_VERSION: 'v25.0' },
        WHATSAPP_GRAPH_URL: outside.running.url,
      },
      sms: {},
      email: {},
    },
  }) as Config;

const look = (change: Partial<Config> = {}) => examine({ ...sound(), ...change }, adapters, systemClock);
const wrongIn = (found: readonly Finding[]) => found.filter(({ state }) => state === 'wrong').map(({ code }) => code);
const of = (found: readonly Finding[], code: string) => found.find((one) => one.code === code);
/** Everything is asked of a stand-in that answers so, by the end of what is asked. */
const worldThat = (answers: Record<string, unknown>, headers: Record<string, string> = {}): Partial<Config> => {
  provider.answer = (response, asked) => {
    const path = asked.path.split('?')[0] ?? '';
    const [, body] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
    json(200, body ?? usual(path), headers)(response, asked);
  };
  const { slack, whatsapp, ...others } = sound().adapters;
  return {
    adapters: {
      ...others,
      slack: { ...slack, SLACK_API_URL: `${provider.url}/api/` },
      whatsapp: { ...whatsapp, WHATSAPP_GRAPH_URL: provider.url },
    },
  };
};
const usual = (path: string): unknown =>
  path.endsWith('auth.test')
    ? { ok: true, team_id: team }
    : path.endsWith('debug_token')
      ? {
          data: {
            app_id: '9',
            is_valid: true,
            expires_at: 0,
            scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
          },
        }
      : path.endsWith('subscribed_apps')
        ? { data: [{ whatsapp_business_api_data: { id: '9' } }] }
        : path.endsWith('message_templates')
          ? { data: [{ name: 'promo', status: 'APPROVED' }] }
          : {
              id: tienda,
              status: 'CONNECTED',
              quality_rating: 'GREEN',
              health_status: { can_send_message: 'AVAILABLE' },
            };

it('when everything is as it should be, then nothing is wrong, and every address was asked', async () => {
  const found = await look();
  expect(wrongIn(found)).toEqual([]);
  const well = found.filter(({ state }) => state === 'well').map(({ code }) => code);
  expect(well).toEqual(
    expect.arrayContaining(['DATABASE', 'DATABASE_ROLE', 'MIGRATIONS', 'MASTER_KEY', 'REDIS', 'DISK', 'SLACK_TOKEN']),
  );
  expect(well).toEqual(expect.arrayContaining(['WHATSAPP_TOKEN', 'WHATSAPP_NUMBER', 'WHATSAPP_WEBHOOK', 'CLOCK']));
  expect(of(found, 'WHATSAPP_NUMBER')?.whose).toBe('Tienda Andina, +56 2 2938 4000');
});

describe('a configuration that is broken', () => {
  const other = async () => {
    const url = new URL(place.appUrl);
    url.port = new URL(await closedPort()).port;
    return url.toString();
  };
  it.each<[what: string, config: () => Promise<Partial<Config>>, code: string, setting: string]>([
    ['Postgres is not there', async () => ({ DATABASE_APP_URL: await other() }), 'DATABASE', 'DATABASE_APP_URL'],
    [
      'the password of Postgres is another',
      async () => ({ DATABASE_APP_URL: place.appUrl.replace(/:[^:@/]+@/, ':wrong@') }),
      'DATABASE',
      'DATABASE_APP_URL',
    ],
    [
      'the program has the owner’s login',
      async () => ({ DATABASE_APP_URL: place.ownerUrl }),
      'DATABASE_ROLE',
      'DATABASE_APP_URL',
    ],
    ['the master key is another', async () => ({ MASTER_KEY: aMaster() }), 'MASTER_KEY', 'MASTER_KEY'],
    ['the signing key is the master key', async () => ({ SIGNING_KEY: master }), 'SIGNING_KEY_SAME', 'SIGNING_KEY'],
    [
      'Redis is not there',
      async () => ({ REDIS_URL: (await closedPort()).replace('http', 'redis') }),
      'REDIS',
      'REDIS_URL',
    ],
    ['its folder can’t be written to', async () => ({ DATA_DIR: join(__filename, 'data') }), 'FOLDER', 'DATA_DIR'],
    [
      'the world’s address is somebody else’s',
      async () => {
        provider.answer = json(200, { hello: 'world' });
        return { NODE_ENV: 'production', PUBLIC_URL: provider.url };
      },
      'PUBLIC_URL',
      'PUBLIC_URL',
    ],
  ])('when %s, then it is said, with the setting, and one thing is wrong', async (_what, config, code, setting) => {
    const found = await look(await config());
    expect(wrongIn(found)).toEqual([code]);
    expect(of(found, code)?.setting).toBe(setting);
    for (const language of languages) expect(lineOf(of(found, code) as Finding, language)).toContain(`${setting}: `);
  });

  it.each<[what: string, answers: Record<string, unknown>, headers: Record<string, string>, code: string]>([
    ['Slack’s token was revoked', { 'auth.test': { ok: false, error: 'token_revoked' } }, {}, 'SLACK_TOKEN'],
    ['the token is of another workspace', { 'auth.test': { ok: true, team_id: 'T0OTHER' } }, {}, 'SLACK_TEAM'],
    ['a scope is missing', {}, { 'x-oauth-scopes': 'chat:write,commands' }, 'SLACK_SCOPES'],
    ['the clock is off', {}, { date: 'Tue, 01 Dec 2015 13:30:00 GMT' }, 'CLOCK'],
    ['Meta’s token is over', { debug_token: { data: { is_valid: false } } }, {}, 'WHATSAPP_TOKEN'],
    [
      'Meta’s token may not send',
      { debug_token: { data: { is_valid: true, app_id: '9', scopes: ['whatsapp_business_management'] } } },
      {},
      'WHATSAPP_SCOPES',
    ],
    ['no webhook is subscribed', { subscribed_apps: { data: [] } }, {}, 'WHATSAPP_WEBHOOK'],
    [
      'another application is subscribed',
      { subscribed_apps: { data: [{ whatsapp_business_api_data: { id: '8' } }] } },
      {},
      'WHATSAPP_WEBHOOK',
    ],
    [
      'the number is blocked',
      {
        [tienda]: {
          status: 'CONNECTED',
          health_status: {
            can_send_message: 'BLOCKED',
            entities: [{ entity_type: 'BUSINESS', can_send_message: 'BLOCKED', errors: [{ error_code: 141006 }] }],
          },
        },
      },
      {},
      'WHATSAPP_NUMBER',
    ],
  ])('when %s, then it is said whose it is', async (_what, answers, headers, code) => {
    const found = await look(worldThat(answers, headers));
    expect(wrongIn(found)).toEqual([code]);
    expect(of(found, code)?.whose).toMatch(/Andina|T0ANDINA/);
  });

  it.each<[what: string, answers: Record<string, unknown>, code: string]>([
    [
      'a template was paused',
      { message_templates: { data: [{ name: 'promo_cyber', status: 'PAUSED' }] } },
      'WHATSAPP_TEMPLATES',
    ],
    ['no template is approved', { message_templates: { data: [] } }, 'WHATSAPP_NO_TEMPLATES'],
  ])('when %s, then it works, and is to be looked at', async (_what, answers, code) => {
    const found = await look(worldThat(answers));
    expect(wrongIn(found)).toEqual([]);
    expect(of(found, code)).toMatchObject({ state: 'look', whose: 'Tienda Andina' });
  });

  it('when the schema is older than the program, then the first that is missing is named, and nothing beyond is asked', async () => {
    const bare = await testDatabase();
    const client = new Client({ connectionString: bare.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      'DELETE FROM migration.applied WHERE name = (SELECT max(name) FROM migration.applied) RETURNING name',
    );
    await client.end();
    const found = await look({ DATABASE_APP_URL: bare.appUrl });
    await bare.drop();
    expect(wrongIn(found)).toEqual(['MIGRATIONS']);
    expect(lineOf(of(found, 'MIGRATIONS') as Finding, 'en')).toContain(rows[0]?.name);
    expect(found.some(({ code }) => code.startsWith('SLACK'))).toBe(false);
  });
});

describe('as somebody types it', () => {
  const run = async (environment: Record<string, string>, ...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: '', DATA_DIR: folder, LANG: 'en_US.UTF-8', ...environment };
    const child = spawn(process.execPath, ['src/boot.cjs', 'doctor', ...args], { cwd: root, env });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        out += chunk;
      });
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, out };
  };

  it('when a setting is malformed, then it is named, its value is not, and it ends with 1', async () => {
    const { code, out } = await run({ MASTER_KEY: 'c2VjcmV0', ROLE: 'boss' });
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG {2}ROLE: /);
    expect(out).toMatch(/WRONG {2}MASTER_KEY: /);
    expect(out).not.toContain('c2VjcmV0');
  });

  it('when all is well, then it ends with 0; for programs it is one document, and no secret is in it', async () => {
    const settings = { DATABASE_APP_URL: place.appUrl, MASTER_KEY: master, SIMULATOR_URL: outside.running.url };
    const { code, out } = await run(settings, '--json');
    expect(JSON.parse(out)).toMatchObject({ well: true });
    expect(code).toBe(0);
    for (const secret of [master, secrets.token, 'xoxb-andina', new URL(place.appUrl).password])
      expect([secret, out.includes(secret)]).toEqual([secret, false]);
  });
});

describe('what it says', () => {
  const textOf = (language: string) => readFileSync(join(root, 'src', 'doctor', `${language}.yaml`), 'utf8');

  it('when it speaks three languages, then each says the same', () => {
    const spanish = sentencesOf(load(textOf('es')));
    for (const language of ['en', 'pt']) {
      const theirs = sentencesOf(load(textOf(language)));
      expect([...theirs.keys()].sort()).toEqual([...spanish.keys()].sort());
      for (const [key, sentence] of theirs)
        expect([language, key, holesOf(sentence)]).toEqual([language, key, holesOf(spanish.get(key) ?? '')]);
    }
  });

  it('when something is found, then there is a sentence for it', () => {
    const sources = ['src/doctor', 'adapters/slack', 'adapters/whatsapp', 'adapters/email'].flatMap((dir) =>
      ['here.ts', 'postgres.ts', 'outside.ts', 'main.ts', 'examine.ts'].flatMap((file) => {
        try {
          return [readFileSync(join(root, dir, file), 'utf8')];
        } catch {
          return [];
        }
      }),
    );
    const said = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/(?:well|wrong|look)\('([A-Z_]+)'|code: '([A-Z_]+)'|refused\('([A-Z_]+)'/g)].map(
          ([, one, two, three]) => one ?? two ?? three ?? '',
        ),
      ),
    );
    const known = Object.keys((load(textOf('en')) as { findings: object }).findings);
    expect([...said].filter((code) => !known.includes(code))).toEqual([]);
    expect(known.filter((code) => !said.has(code))).toEqual([]);
    expect(sumOf([], 'es')).toBe('Nada está mal.');
  });
});
