import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../src/load';
import { type TestDatabase, testDatabase } from '../support/database';
import { aPhone } from '../support/ground';
import { testRedis } from '../support/redis';
import { aTenant, RecordingChannel, start, type World, wire } from '../support/world';

jest.setTimeout(240_000);
const run = promisify(execFile);
let place: TestDatabase;
let here: World;
let tenant: string;
let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  place = await testDatabase();
  const master = randomBytes(32).toString('base64');
  const redis = { url: testRedis().url, prefix: randomBytes(4).toString('hex') };
  here = wire({ appUrl: place.appUrl, redis, master }, { channel: new RecordingChannel() });
  tenant = (await aTenant(here)).id;
  await here.in(tenant, (tx) =>
    here.members.join(tx, { team: 'T1', user: 'U1', name: 'Camila Rojas' }, ['operator'], start),
  );
  folder = mkdtempSync(join(process.env.TEST_FOLDER as string, 'import-'));
  environment = {
    ...process.env,
    DATABASE_URL: place.ownerUrl,
    DATABASE_APP_URL: place.appUrl,
    MASTER_KEY: master,
    DATA_DIR: folder,
  };
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const attest = [
  '--attest',
  'Aceptaron en la feria de Talca.',
  '--text-version',
  '1',
  '--channels',
  'whatsapp',
  '--collected-at',
  '2026-11-20',
  '--place',
  'Feria de Talca',
];
const args = (file: string, ...more: string[]) => [
  'src/boot.cjs',
  'import',
  file,
  '--tenant',
  tenant,
  '--by',
  'camila',
  ...more,
];
const importing = (file: string, ...more: string[]) =>
  run('node', args(file, ...more), { cwd: root, env: environment });
const written = (name: string, lines: string[]): string => {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\r\n'), 'latin1');
  return file;
};
const contacts = () =>
  here.in(tenant, async (tx) => (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM contact'))[0]?.n);

describe('npm run import', () => {
  it('when it only looks, then it says what each column becomes and each number, and nothing is kept', async () => {
    const file = written('mirar.csv', [
      'Nombre;Celular;Comuna;Edad',
      `Iñaki;${aPhone().slice(3)};Ñuñoa;40`,
      'Ana;5,69E+10;Talca;20',
    ]);
    const { stdout } = await importing(file, '--dry-run');
    expect(stdout).toContain('Celular → phone');
    expect(stdout).toContain('Edad → age (not kept)');
    expect(stdout).toContain('2 rows, nothing stored');
    expect(stdout).toContain('Excel convirtió el teléfono en número');
    expect(await contacts()).toBe(0);
    expect(readdirSync(join(folder, 'blobs'))).toEqual([]);
  });

  it('when it is attested, then standard output is one document, and the rows that were not taken stand in a file', async () => {
    const file = written('traer.csv', ['Nombre;Celular;Comuna', `Iñaki;${aPhone().slice(3)};Ñuñoa`, '=1+1;12;Talca']);
    const { stdout } = await importing(file, '--json', ...attest);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ file: 'traer.csv', dryRun: false, attested: true, rejected: true },
      counts: { rows: 2, created: 1, invalid: 1, unproven: 0 },
    });
    expect(readFileSync(join(folder, 'traer-rejected.csv'), 'utf8')).toContain(
      "3;el teléfono no se entiende (Celular);'=1+1;12;Talca",
    );
    const names = await here.in(tenant, async (tx) => {
      const ids = (await tx.query<{ id: string }>('SELECT id FROM contact')).map(({ id }) => id);
      return [...(await here.audience.readMany(tx, ids)).values()].map(({ name }) => name);
    });
    expect(names).toEqual(['Iñaki']);
  });

  it('when it is killed in the middle and run again with the same file, then it ends as if nothing had been', async () => {
    const before = (await contacts()) as number;
    const rows = Array.from({ length: 9_000 }, (_, n) => `P${n};${n % 9 === 0 ? '7' : aPhone().slice(3)};Talca`);
    const file = written('larga.csv', ['Nombre;Celular;Comuna', ...rows]);
    const child = spawn('node', args(file, ...attest), {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((done) => child.stderr.on('data', (text) => String(text).includes('rows…') && done()));
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    const half = (await contacts()) as number;
    expect(half - before).toBeGreaterThan(0);
    const other = written('larga.csv', ['Nombre;Celular;Comuna', ...rows.slice(1)]);
    await expect(importing(other, ...attest)).rejects.toMatchObject({ stderr: expect.stringContaining('changed') });
    written('larga.csv', ['Nombre;Celular;Comuna', ...rows]);
    const { stdout } = await importing(file, '--json', ...attest);
    expect(JSON.parse(stdout).counts).toMatchObject({
      rows: 9_000,
      created: 8_000,
      updated: 0,
      invalid: 1_000,
      duplicate: 0,
      unproven: 0,
    });
    expect((await contacts()) as number).toBe(before + 8_000);
    const [ledger] = await here.in(tenant, (tx) => tx.query<{ n: number }>('SELECT count(*)::int AS n FROM consent'));
    expect(ledger?.n).toBe(before + 8_000);
  });

  it('when it is no list or nobody may bring it, then it says so in words and ends with 1', async () => {
    const zip = join(folder, 'lista.csv');
    writeFileSync(zip, Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(2_000)]));
    await expect(importing(zip)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Save as → CSV') });
    const nobody = run('node', ['src/boot.cjs', 'import', zip, '--tenant', tenant, '--by', 'nadie'], {
      cwd: root,
      env: environment,
    });
    await expect(nobody).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Camila Rojas') });
    expect(existsSync(join(folder, 'lista-rejected.csv'))).toBe(false);
  });
});
