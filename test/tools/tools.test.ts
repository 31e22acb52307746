import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tenants } from '../../src/domain/accounts/tenants.service';
import { Audience } from '../../src/domain/audience/audience.service';
import { payerOf } from '../../src/domain/billing/costs.service';
import { priceOf } from '../../src/domain/billing/rate-cards';
import { type TestDatabase, testDatabase } from '../support/database';
import { aMaster, aPhone, ground, start } from '../support/ground';

const root = join(__dirname, '..', '..');
const master = aMaster();
const folder = mkdtempSync(join(tmpdir(), 'connectus-tools-'));
let place: TestDatabase;
let tenant: string;
let on: ReturnType<typeof ground>;
beforeAll(async () => {
  place = await testDatabase();
  on = ground(place.appUrl, master, 2);
  const tenants = new Tenants(on.database, on.keys, on.systemKeys);
  tenant = await tenants.create({ name: 'Tienda Andina', legalName: 'Tienda Andina SpA' }, start);
  const other = await tenants.create({ name: 'Sol & Mar', legalName: 'Sol SpA' }, start);
  const number = { channel: 'whatsapp', app: 'default', token: 'token', label: 'one', ratePerSecond: 5 };
  for (const [whose, providerId] of [
    [tenant, '1'],
    [other, '2'],
  ] as const)
    await tenants.addSender(whose, { ...number, providerId }, start);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await on.database.close();
  await place.drop();
});

/** Beside a running system, as somebody types it. */
async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: place.ownerUrl, DATABASE_APP_URL: place.appUrl, MASTER_KEY: master };
  const child = spawn(process.execPath, ['src/boot.cjs', ...args], { cwd: root, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, err };
}
const isOut = (phone: string): Promise<boolean> =>
  on.database.withTenant(tenant, async (tx) => {
    const audience = new Audience(on.keys, { onMerged: async () => {}, onNewHolder: async () => {} });
    return (await audience.suppressedAmong(tx, await audience.stopTokensOf(tx, phone))).size > 0;
  });

it('when a file of No Molestar is given, then its people are out, rows that can’t be taken are told, and they stay out under a new key', async () => {
  const [one, other] = [aPhone(), aPhone()];
  const file = join(folder, 'nomolestar.csv');
  writeFileSync(file, `telefono,canal,fecha\n${one},todos,2026-01-05\n${other},,2026-01-05 10:00\nnada,,2026-01-05\n`);
  const told = await run('no-molestar', file, '--tenant', 'andina');
  expect(told).toMatchObject({ code: 1, err: '' });
  expect(told.out).toContain('Tienda Andina: 3 rows. 2 are out from now on');
  expect(told.out).toContain('Row 4 was not taken: it is no phone number.');
  const again = await run('no-molestar', file, '--tenant', 'andina', '--json');
  expect(JSON.parse(again.out)).toMatchObject({
    rows: 3,
    out: 0,
    alreadyOut: 2,
    malformed: [{ row: 4, reason: 'phone' }],
  });
  const rotated = await run('keys:rotate-stop', '--tenant', 'andina', '--json');
  expect(JSON.parse(rotated.out)).toEqual({ customer: 'Tienda Andina', version: 2, refusals: 2, identifiers: 0 });
  expect([await isOut(one), await isOut(other), await isOut(aPhone())]).toEqual([true, true, false]);
});

it('when it is not clear which customer or file is meant, then it says what to do', async () => {
  expect((await run('keys:rotate-stop')).err).toContain('Which customer? --tenant is one of');
  expect((await run('keys:rotate-stop', '--tenant', 'nadie')).err).toContain('No customer “nadie”');
  expect((await run('no-molestar')).err).toContain('Which file?');
});

it('when everything or one customer’s channel is stopped at the command line, then it stands until it is let go there, and nonsense stops nothing', async () => {
  const kill = async (...args: string[]) => (await run('kill', ...args)).out.trim();
  expect(await kill('stop')).toMatch(/^Stopped for every customer:\neverything, since /);
  expect(await kill('stop', '--channel', 'sms', '--tenant', 'andina')).toBe('Tienda Andina, stopped: channel sms');
  const refused = await run('kill', 'stop', '--channel', 'pigeon');
  expect(refused).toMatchObject({ code: 1, err: '--channel is one of whatsapp, sms, email.\n' });
  expect(await kill('resume')).toBe('Nothing is stopped for everybody.');
  expect(await kill('resume')).toBe('It was not stopped.');
  expect(await kill('resume', '--channel', 'sms', '--tenant', 'andina')).toBe('Tienda Andina: nothing is stopped.');
  const acts = await on.database.withTenant(tenant, (tx) =>
    tx.query<{ act: string }>("SELECT act FROM audit WHERE act LIKE 'sending.%' ORDER BY at, id"),
  );
  expect(acts.map(({ act }) => act)).toEqual([
    ...['sending.house_stopped', 'sending.stopped', 'sending.house_resumed', 'sending.resumed'],
  ]);
});

it('when a customer is made prepaid and something is put in its favour at the command line, then that is its credit, on record; nonsense moves nothing', async () => {
  const account = async (...args: string[]) => (await run('account', ...args, '--tenant', 'andina')).out.trim();
  expect(await account('show')).toBe('Tienda Andina: by contract, in CLP.');
  expect(await account('terms', '--prepaid', 'yes', '--line', '1000')).toBe(
    'Tienda Andina: prepaid, 1000 CLP left (ok).',
  );
  expect(await account('grant', '--amount', '500')).toBe('Tienda Andina: prepaid, 1500 CLP left (ok).');
  expect((await run('account', 'grant', '--amount', 'much', '--tenant', 'andina')).err).toMatch(
    /^--amount is a whole amount/,
  );
  const acts = await on.database.withTenant(tenant, (tx) =>
    tx.query<{ act: string }>("SELECT act FROM audit WHERE act LIKE 'account.%' ORDER BY at, id"),
  );
  expect(acts.map(({ act }) => act)).toEqual(['account.terms', 'account.grant']);
});

it('when prices were agreed on with a customer, then they hold from their day, are on record, and end when the list shall hold again; a file with anything wrong changes none', async () => {
  const file = join(folder, 'prices.yaml');
  const prices = async (lines?: string) => {
    if (lines !== undefined) writeFileSync(file, `prices:\n${lines}`);
    return run('account', 'prices', '--tenant', 'andina', ...(lines === undefined ? [] : ['--file', file]));
  };
  const line = (from: string, price: string, channel = 'whatsapp') =>
    `  - { channel: ${channel}, category: MARKETING, country: CL, from: ${from}, price: ${price} }\n`;
  expect((await prices()).out).toBe('Tienda Andina: no prices of its own, the list holds.\n');
  const said = `Tienda Andina:\nwhatsapp MARKETING CL from 2040-01-01: 9.5 CLP\nwhatsapp MARKETING CL from 2041-01-01: as in the list\n`;
  expect((await prices(line('2040-01-01', '"9.5"') + line('2041-01-01', 'list'))).out).toBe(said);
  const wrong = [
    [line('2042-01-01', '"8"') + line('2042-01-01', '"7"'), 'whatsapp MARKETING CL 2042-01-01: two prices on one day'],
    [line('2042-01-01', '"8"') + line('2020-01-01', '"7"'), 'whatsapp MARKETING CL 2020-01-01: a price begins today'],
    [line('2042-01-01', '"-8"'), 'prices.0.price: an amount like "13.5", or list'],
    [line('2042-01-01', '"8"', 'pigeon'), 'prices.0.channel: '],
  ];
  for (const [lines = '', why = ''] of wrong) {
    const refused = await prices(lines);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(why)]);
  }
  expect((await prices()).out).toBe(said);
  const { own } = await on.database.withTenant(tenant, (tx) => payerOf(tx));
  const priceOn = (day: string) =>
    priceOf({ currency: 'CLP', channel: 'whatsapp', category: 'MARKETING', country: 'CL', day }, own);
  expect([priceOn('2040-06-01'), priceOn('2041-06-01')]).toEqual([95_000, priceOn('2039-06-01')]);
  const acts = await on.database.withTenant(tenant, (tx) =>
    tx.query("SELECT 1 FROM audit WHERE act = 'account.prices'"),
  );
  expect(acts).toHaveLength(1);
});

it('when a notice is published from a file, then each customer has it once; one that lacks a language is told and is nobody’s', async () => {
  const file = join(folder, 'notice.yaml');
  const words = 'es: { title: Hola, text: Hola }, en: { title: Hello, text: Hello }';
  const written = (of: string) =>
    writeFileSync(file, `id: 019b0000-0000-7000-8000-000000000001\nroles: [owner]\nwords: { ${of} }\n`);
  writeFileSync(file, '');
  expect((await run('notices', 'publish', file)).err).toMatch(/notice\.yaml: .*empty/);
  written(words);
  expect((await run('notices', 'publish', file)).err).toContain('words.pt');
  written(`${words}, pt: { title: Olá, text: Olá }`);
  expect((await run('notices', 'publish', file)).out).toMatch(/Tienda Andina: published.*\nSol & Mar: published/);
  expect((await run('notices', 'publish', file, '--tenant', 'andina')).out).toContain('was published already');
});
