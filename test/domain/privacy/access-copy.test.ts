import { parse } from 'csv-parse/sync';
import { Client } from 'pg';
import { dataMap, isTold, toldColumns } from '../../../src/domain/privacy/data-map';
import { fieldsOf } from '../../../src/domain/privacy/holdings-read';
import { type AccessCopy, accessSchema, lacks } from '../../../src/domain/privacy/package-schema';
import { PackageWords } from '../../../src/domain/privacy/package-words';
import {
  type Archive,
  aGranted,
  aKnownPerson,
  archive,
  carriedOut,
  fetched,
  type Known,
  marta,
  start,
  toldOf,
} from './copied';

let desk: Archive;
let person: Known;
let files: Record<string, string>;
let copy: AccessCopy;
let caseId: string;
const idShape = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;
const es = new PackageWords('es', 'America/Santiago');
const linkOf = (url = '') => url.slice(url.lastIndexOf('/') + 1);

beforeAll(async () => {
  desk = await archive();
  person = await aKnownPerson(desk);
  caseId = await aGranted(desk, person.contact);
  expect(await carriedOut(desk, caseId)).toBe('done');
  files = await fetched(desk, linkOf((await toldOf(desk, caseId)).link));
  copy = JSON.parse(Object.entries(files).find(([name]) => /^SOL-\d+[.]json$/.test(name))?.[1] ?? '{}');
}, 60_000);
afterAll(() => desk.close());

const whole = () =>
  Object.entries(files)
    .filter(([name]) => !name.endsWith('.pdf'))
    .map(([, text]) => text)
    .join('\n');

describe('the copy of somebody’s data (art. 5)', () => {
  it('when it is made, then it fits the schema and each letter of the article is there', () => {
    expect(accessSchema.safeParse(copy).error).toBeUndefined();
    expect(lacks(copy, [])).toEqual([]);
    expect(copy.subject.identifiers.map(({ value }) => value).sort()).toEqual(
      [person.identity.phone, person.identity.bsuid, person.identity.email].sort(),
    );
    expect(copy.controller.name).toBe('Tienda Andina SpA');
  });

  it('when what is stored is compared with what was handed over, then not one field is missing', async () => {
    const owner = new Client({ connectionString: desk.ownerUrl });
    await owner.connect();
    const seen: string[] = [];
    for (const [table, holding] of Object.entries(dataMap.tables)) {
      if (!isTold(holding)) continue;
      const stored = await storedOf(owner, table);
      if (stored.length > 0) seen.push(table);
      const delivered = holding.file ? listOf(holding.file) : undefined;
      if (!delivered) continue; // told as items: the next test
      expect([table, delivered.length]).toEqual([table, stored.length]);
      for (const column of toldColumns(table).filter((one) => fieldsOf(table).includes(one))) {
        const label = es.field(column);
        const full = stored.filter((row) => isSaid(row[column])).length;
        expect([table, column, delivered.filter((row) => row[label] !== '').length]).toEqual([table, column, full]);
      }
    }
    await owner.end();
    // Tables of others' making may be empty here; these must not.
    expect(seen).toEqual(
      expect.arrayContaining([
        'contact',
        'identifier',
        'attribute',
        'consent',
        'sign_up_request',
        'member_test_address',
      ]),
    );
    expect(seen).toEqual(
      expect.arrayContaining(['preference_change', 'message', 'receipt', 'interaction', 'sent_id', 'inbox', 'dialog']),
    );
    expect(seen).toEqual(expect.arrayContaining(['misunderstood', 'slack_post', 'report_file', 'privacy_case']));
  });

  it('when something was written of the person anywhere, sealed or not, then they can read it', () => {
    const text = whole();
    for (const word of person.words) expect([word, text.includes(word)]).toEqual([word, true]);
    for (const { field } of copy.data.flatMap((one) => one.items ?? [])) expect(field).not.toBe('');
    const profile = copy.data.find(({ category }) => category === es.category('profile').name);
    for (const field of ['language', 'zone', 'country', 'frequency', 'created_at', 'name'])
      expect(profile?.items?.map((one) => one.field)).toContain(es.field(field));
  });

  it('when a number of the customer’s list is told, then so is the list it came from', () => {
    const items = copy.data.find(({ category }) => category === es.category('identifiers').name)?.items ?? [];
    expect(items.find(({ value }) => value === person.identity.phone)?.origin).toContain('lista «clientes»');
  });

  it('when others are named in it, then they are hidden, counted, and it is said so; whoever works there is a role', () => {
    const text = whole();
    for (const secret of [marta.phone, marta.email, 'Paula Rojas'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    expect(text).toContain('[atención de la empresa]');
    expect(copy.redactions).toEqual([{ reason: 'datos de terceros (art. 14 bis)', count: 3 }]);
    expect(files[`${copy.case}.html`]).toContain('Ocultamos 3 datos de otras personas');
  });

  it('when it is read, then no id of ours stands in it', () => {
    expect(idShape.exec(whole())?.[0]).toBeUndefined();
  });

  it('when it is read by a person, then page and paper say it in their language, the letter first', () => {
    const html = files[`${copy.case}.html`] ?? '';
    expect(html).toContain('<html lang="es">');
    expect(html).toMatch(/responde su solicitud de acceso SOL-\d+/);
    expect(html).toContain('Agencia de Protección de Datos Personales');
    expect(files[`${copy.case}.pdf`]?.slice(0, 8)).toBe('%PDF-1.5');
    for (const { category } of copy.data) expect(html).toContain(category);
  });

  it('when recipients are told, then by kind, by name, with country and since when', () => {
    expect(copy.recipients.categories).toEqual(expect.arrayContaining(['WhatsApp (Meta)', 'alojamiento']));
    expect(copy.recipients.identities_on_request).toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('Meta'), country: 'US' }),
    );
    expect(copy.transfers).toContainEqual(
      expect.objectContaining({ country: 'US', mechanism: 'cláusulas contractuales' }),
    );
  });

  async function storedOf(owner: Client, table: string): Promise<Record<string, unknown>[]> {
    const whose: Record<string, string> = {
      contact: 'id = $1',
      receipt: '(batch_id, seq) IN (SELECT batch_id, seq FROM message WHERE contact_id = $1)',
      interaction: '(batch_id, seq) IN (SELECT batch_id, seq FROM message WHERE contact_id = $1)',
      sent_id: '(batch_id, seq) IN (SELECT batch_id, seq FROM message WHERE contact_id = $1)',
      sign_up_request: 'token IN (SELECT find FROM identifier WHERE contact_id = $1)',
      suppression: 'token IN (SELECT stop FROM identifier WHERE contact_id = $1)',
      report_file:
        'campaign_id IN (SELECT c.id FROM campaign c JOIN message m USING (batch_id) WHERE m.contact_id = $1)',
    };
    const real = await owner.query<{ one: string }>(
      "SELECT column_name AS one FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
      [table],
    );
    const columns = real.rows.map(({ one }) => one);
    const where =
      whose[table] ??
      (columns.includes('contact_id')
        ? 'contact_id = $1'
        : 'case_id IN (SELECT id FROM privacy_case WHERE contact_id = $1)');
    // What was not yet when the copy was made: that it was.
    const when = table === 'package' ? ' AND false' : '';
    return (await owner.query(`SELECT * FROM "${table}" WHERE ${where}${when}`, [person.contact])).rows;
  }

  const listOf = (file: string): Record<string, string>[] =>
    files[file] ? parse(files[file].replace(/^\uFEFF/, ''), { columns: true }) : [];

  const isSaid = (value: unknown): boolean =>
    value !== null &&
    value !== '' &&
    !(Array.isArray(value) && value.length === 0) &&
    !(typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) && value !== desk.agent) &&
    !(
      typeof value === 'object' &&
      !(value instanceof Date) &&
      !Buffer.isBuffer(value) &&
      Object.keys(value).length === 0
    );
});

describe('a copy that lacks something', () => {
  it.each([
    ['a', (one: AccessCopy) => ({ ...one, data: [] })],
    ['b', (one: AccessCopy) => ({ ...one, purposes: [] })],
    ['c', (one: AccessCopy) => ({ ...one, recipients: { ...one.recipients, categories: [] } })],
    ['d', (one: AccessCopy) => ({ ...one, retention: one.retention.slice(1) })],
    ['e', (one: AccessCopy) => ({ ...one, purposes: one.purposes.map((of) => ({ ...of, legitimate_interest: '' })) })],
    ['f', (one: AccessCopy) => ({ ...one, automated_decisions: { exists: true, logic: null, consequences: null } })],
  ])('when letter %s of article 5 is missing, then it is no copy', (letter, without) => {
    expect(lacks(without(copy), [])).toEqual([letter]);
  });

  it('when the company rests on a legitimate interest and never said which, then nothing is handed over until it does', async () => {
    const other = await aGranted(desk, person.contact);
    const interest = (text: string) =>
      desk.in((tx) => tx.query("UPDATE declared_purpose SET basis = 'legitimate_interest', interest = $1", [text]));
    await interest('');
    expect(await carriedOut(desk, other)).toBe('wait');
    expect(await desk.in((tx) => desk.here.packages.missing(tx, other))).toEqual(['e']);
    await interest('ofrecer productos parecidos a los que compró');
    expect(await carriedOut(desk, other)).toBe('done');
    const said = await fetched(desk, linkOf((await toldOf(desk, other)).link));
    expect(Object.values(said).join()).toContain('ofrecer productos parecidos');
    await desk.in((tx) => tx.query("UPDATE declared_purpose SET basis = 'consent', interest = ''"));
  });
});

it('when it is made again after a crash, then there is one', async () => {
  const again = await aGranted(desk, person.contact);
  expect(await carriedOut(desk, again)).toBe('done');
  expect(await carriedOut(desk, again)).toBeUndefined();
  const first = await toldOf(desk, again);
  expect(await toldOf(desk, again, new Date(start.getTime() + 60_000))).toEqual(first);
});
