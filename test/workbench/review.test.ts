import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keepMisunderstood } from '../../src/conversation/misunderstood.table';
import type { TenantTx } from '../../src/data/database';
import { Members } from '../../src/domain/accounts/members.service';
import { Tenants } from '../../src/domain/accounts/tenants.service';
import { Audience } from '../../src/domain/audience/audience.service';
import { Audit } from '../../src/domain/audit/audit.service';
import { INTENTS, ROOT } from '../../src/workbench/folders';
import { review, type Wish } from '../../src/workbench/review';
import { Waiting } from '../../src/workbench/waiting';
import { testDatabase } from '../support/database';
import { aMaster, aPhone, ground, later, start } from '../support/ground';

const run = promisify(execFile);
const master = aMaster();
let place: Awaited<ReturnType<typeof testDatabase>>;
let here: ReturnType<typeof ground>;
let waiting: Waiting;
let audience: Audience;
let andina: string;
let sur: string;

const aCustomer = async (name: string, providerId: string): Promise<string> => {
  const tenants = new Tenants(here.database, here.keys, here.systemKeys);
  const id = await tenants.create({ name, legalName: name }, start);
  await tenants.addSender(id, { channel: 'whatsapp', app: 'default', providerId, token: 'x', label: name }, start);
  return id;
};
beforeAll(async () => {
  place = await testDatabase();
  here = ground(place.appUrl, master, 4);
  waiting = new Waiting({ appUrl: place.appUrl, masterKeys: [master] });
  audience = new Audience(here.keys, { onMerged: async () => {}, onNewHolder: async () => {} });
  andina = await aCustomer('Tienda Andina', '1');
  sur = await aCustomer('Clínica Sur', '2');
});
afterAll(async () => {
  await waiting?.close();
  await here?.database.close();
  await place?.drop();
});
beforeEach(() => Promise.all([andina, sur].map((one) => inside(one, (tx) => tx.query('DELETE FROM misunderstood')))));

const inside = <T>(tenant: string, work: (tx: TenantTx) => Promise<T>) => here.database.withTenant(tenant, work);
/** A line of somebody new. Returns whose it is. */
const aLine = (text: string, { tenant = andina, language = 'es' as 'es' | 'pt', at = start } = {}): Promise<string> =>
  inside(tenant, async (tx) => {
    const { contact } = await audience.findOrCreate(tx, { phone: aPhone() }, { source: 'whatsapp', now: at });
    const line = { audience: 'recipient', language, candidates: ['data-source', 'rectify-data'], text } as const;
    await keepMisunderstood(tx, here.keys, { contact }, line, at);
    return contact;
  });
const seen = async (wish: Partial<Wish> = {}): Promise<{ id: string; text: string }[]> =>
  JSON.parse((await review(waiting, { limit: 50, json: true, ...wish })).text);
const texts = async (wish: Partial<Wish> = {}) => (await seen(wish)).map(({ text }) => text);
const labels = () =>
  inside(andina, (tx) => tx.query('SELECT label, reviewed_at IS NOT NULL AS reviewed FROM misunderstood ORDER BY at'));
/** Somebody at the keyboard who answers this; what they are told. */
const atTheKeyboard = async (...answers: string[]): Promise<string> => {
  const told: string[] = [];
  const terminal = { ask: async () => answers.shift() ?? 'q', tell: (text: string) => void told.push(text) };
  const { text } = await review(waiting, { limit: 50, json: false }, terminal);
  return [...told, text].join('\n');
};

describe('looking through what was not understood', () => {
  it('when lines of several customers and languages wait, then each wish shows its own, oldest first', async () => {
    await aLine('el segundo', { at: later(60) });
    await aLine('el primero');
    await aLine('o número', { language: 'pt', at: later(90) });
    await aLine('de la clínica', { tenant: sur, at: later(30) });
    expect(await texts()).toEqual(['el primero', 'de la clínica', 'el segundo', 'o número']);
    expect(await texts({ tenant: 'clinica' })).toEqual(['de la clínica']);
    expect(await texts({ tenant: andina, language: 'pt' })).toEqual(['o número']);
    expect(await texts({ limit: 2 })).toEqual(['el primero', 'de la clínica']);
    await expect(texts({ tenant: 'nadie' })).rejects.toThrow('Tienda Andina, Clínica Sur');
  });

  it('when nobody sits there, then it says what was heard, and how to say what was meant', async () => {
    await aLine('mi número «…»');
    const { text } = await review(waiting, { limit: 50, json: false });
    expect(text).toMatch(/“mi número «…»”\n.*heard as {2}data-source or rectify-data[\s\S]*--label <id>=<intent>/);
  });

  it('when somebody answers with numbers, s, n and q, then those lines alone are labelled and wait no longer', async () => {
    for (const [at, text] of ['uno', 'dos', 'tres', 'cuatro', 'cinco'].entries()) await aLine(text, { at: later(at) });
    const told = await atTheKeyboard('2', 's', 'what?', '0', 'n', 'q');
    expect(told).toContain('intents/recipient/rectify-data/es.yaml');
    expect(told).toMatch(/intents\/shared\/none\/es\.yaml\n.*examples → recipient/);
    expect(told).toMatch(/2 of 5 labelled. No file was changed/);
    expect(await labels()).toEqual([
      { label: 'rectify-data', reviewed: true },
      { label: null, reviewed: false },
      { label: 'none', reviewed: true },
      { label: null, reviewed: false },
      { label: null, reviewed: false },
    ]);
    expect(await texts()).toEqual(['dos', 'cuatro', 'cinco']);
  });

  it('when a label is proposed, then the file to write in is named and the person’s words are not repeated', async () => {
    await aLine('palabras suyas y de nadie más');
    const [line] = await seen();
    const { text } = await review(waiting, { limit: 50, json: false, label: `${line?.id}=opt-out` });
    expect(text).toMatch(/intents\/recipient\/opt-out\/es\.yaml[\s\S]*lines of your own[\s\S]*Never copy/);
    expect(text).not.toContain('palabras suyas');
    expect(readFileSync(join(INTENTS, 'recipient/opt-out/es.yaml'), 'utf8')).not.toContain('palabras suyas');
    expect(await labels()).toEqual([{ label: 'opt-out', reviewed: true }]);
  });

  it('when the label is no intent that such a person can have, or no line waits, then nothing is marked', async () => {
    await aLine('uno');
    const [line] = await seen();
    const label = (said: string) => review(waiting, { limit: 50, json: false, label: said });
    await expect(label(`${line?.id}=send-campaign`)).rejects.toThrow('no intent here');
    await expect(label(`${line?.id}`)).rejects.toThrow('no intent here');
    await expect(label('1=opt-out')).rejects.toThrow('waits');
    expect(await texts()).toEqual(['uno']);
    await label(`${line?.id}=opt-out`);
    await expect(label(`${line?.id}=opt-in`)).rejects.toThrow('waits');
  });
});

describe('how long a line is kept', () => {
  it('when the person’s key is destroyed, then nobody reads it', async () => {
    const contact = await aLine('sellada');
    await inside(andina, (tx) => here.keys.destroyPerson(tx, contact));
    expect(await texts()).toEqual([]);
  });

  it('when two people turn out to be one, then it is read as before', async () => {
    const phone = aPhone();
    const from = { source: 'whatsapp', now: start };
    await inside(andina, async (tx) => {
      const { contact } = await audience.findOrCreate(tx, { phone }, from);
      const line = { audience: 'recipient', language: 'es', candidates: [], text: 'de quien se une' } as const;
      await keepMisunderstood(tx, here.keys, { contact }, line, start);
      await audience.findOrCreate(tx, { bsuid: 'CL.77' }, from);
      await audience.findOrCreate(tx, { phone, bsuid: 'CL.77' }, from);
    });
    expect(await texts()).toEqual(['de quien se une']);
  });

  it('when a member leaves the team, then theirs goes too', async () => {
    const members = new Members(here.database, here.systemKeys, new Audit(here.keys));
    await inside(andina, async (tx) => {
      const user = { team: 'T1', user: 'U1', name: 'Camila', language: 'es' } as const;
      const { id } = await members.join(tx, user, ['operator'], start);
      const line = { audience: 'operator', language: 'es', candidates: [], text: 'del equipo' } as const;
      await keepMisunderstood(tx, here.keys, { member: id }, line, start);
    });
    expect(await texts()).toEqual(['del equipo']);
    await inside(andina, async (tx) => {
      const [member] = await members.list(tx, start);
      await members.leave(tx, member?.id ?? '', 'test', start);
    });
    expect(await texts()).toEqual([]);
  });
});

describe('npm run intents:review', () => {
  const tool = (environment: Record<string, string>) =>
    run(process.execPath, ['src/boot.cjs', 'intents', 'review', '--json', '--tenant', 'andina'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, DATA_DIR: mkdtempSync(join(tmpdir(), 'review-')), ...environment },
    });

  it('when a database and its key are given, then it reads there', async () => {
    await aLine('desde afuera');
    const { stdout } = await tool({ DATABASE_URL: place.ownerUrl, MASTER_KEY: master });
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ text: 'desde afuera', customer: 'Tienda Andina' })]);
  });

  it('when there is none and no system runs here, then it says how to have one', async () => {
    await expect(tool({})).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/npm start.*DATABASE_URL/) });
  });

  it('when the key is missing, then it says so', async () => {
    await expect(tool({ DATABASE_URL: place.ownerUrl })).rejects.toMatchObject({
      stderr: expect.stringContaining('MASTER_KEY'),
    });
  });
});
