import { csvOf, documentOf } from '../../../src/conversation/statement-paper';
import { CompanyPaper } from '../../../src/domain/accounts/company-paper';
import { tenantsTable } from '../../../src/domain/accounts/tenants.table';
import { zoneOf } from '../../../src/domain/audience/countries';
import { meter } from '../../../src/domain/billing/metering';
import type { Statement } from '../../../src/domain/billing/statements.service';
import { Destruction } from '../../../src/domain/privacy/destruction';
import { documentHtml, documentPdf } from '../../../src/domain/reports/document';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aTenant, owner, RecordingChannel, start, type World, wire } from '../../support/world';
import { aCampaignThatArrived, letFree, sqlOf, type Tenant } from './money-world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let sql: ReturnType<typeof sqlOf>;
beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  here.start();
  sql = sqlOf(here);
});
beforeEach(() => {
  here.clock.at = start;
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const december = new Date('2026-12-10T15:00:00Z');
const soon = new Date('2027-01-01T15:00:00Z'); // in Santiago: the first of January, at noon
const closing = new Date('2027-01-03T15:00:00Z');
const close = (tenant: Tenant, now: Date) => here.in(tenant.id, (tx) => here.statements.close(tx, now));
const open = (tenant: Tenant) => here.in(tenant.id, (tx) => here.credit.open(tx, start));
const only = (tenant: Tenant): Promise<Statement> =>
  here.in(tenant.id, async (tx) => here.statements.get(tx, (await here.statements.list(tx))[0]?.id ?? ''));
/** As a request for it does. */
const erase = (tenant: Tenant, count: number, now: Date) =>
  here.in(tenant.id, async (tx) => {
    const rows = await tx.query<{ contact: string }>(
      'SELECT contact_id AS contact FROM message WHERE batch_id > 0 ORDER BY contact_id LIMIT $1',
      [count],
    );
    for (const { contact } of rows)
      await new Destruction(here.keys).all(tx, { contact, lanes: [], kept: new Map() }, now);
  });
const zone = 'America/Santiago';
const readers = [
  { language: 'es', zone } as const,
  { language: 'en', zone } as const,
  { language: 'pt', zone } as const,
] as const;

describe('a month’s statement of account', () => {
  it('A16: when the month is over, then its lines, its file and SQL over the messages say the same, with tax on the whole', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    const batch = await aCampaignThatArrived(here, tenant, december, 7);
    await letFree(here, tenant, batch);
    expect(await close(tenant, soon)).toBe(0); // receipts of its last day may still come
    expect(await close(tenant, closing)).toBe(1);
    const [counted] = await sql(
      tenant,
      "SELECT count(*)::int AS n FROM message WHERE state = 'delivered' AND charged_as IS DISTINCT FROM 'free' AND batch_id > 0",
    );
    const statement = await only(tenant);
    expect(counted?.n).toBe(6);
    expect(statement).toMatchObject({ month: '2026-12-01', currency: 'CLP', net: 84, exempt: 0, tax: 16, total: 100 });
    expect(statement.lines).toMatchObject([
      { channel: 'whatsapp', category: 'MARKETING', country: 'CL', messages: 6, units: 6 },
    ]);
    for (const reader of readers) {
      const separator = reader.language === 'en' ? ',' : ';';
      const rows = csvOf(statement, reader)
        .split('\r\n')
        .map((row) => row.split(separator));
      const amounts = rows.filter((row) => row[7]).map((row) => Number(row[7]));
      expect(amounts.slice(1)).toEqual([84, 84, 0, 16, 100]); // its line, then the sums
    }
  });

  it('T-BILL-3: when it is read as page, paper or spreadsheet, then it says that it is no tax document, and holds nobody who got a message', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 3);
    await close(tenant, closing);
    const statement = await only(tenant);
    for (const reader of readers) {
      const document = documentOf(statement, reader);
      for (const text of [documentHtml(document), csvOf(statement, reader)]) {
        expect(text).toContain('Estado de cuenta — prefactura');
        expect(text).toContain(
          'Documento no tributario. No reemplaza la factura electrónica emitida por Connectus SpA.',
        );
        expect(text).not.toMatch(/Factura N|PDF417|\+56|\b569\d{8}\b|@|Rosa/);
      }
      expect((await documentPdf(document, closing)).subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  it('when its lines are many and some put an earlier month right, then its figures end to the right under their titles on every page, and a spreadsheet adds them up', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 1);
    await close(tenant, closing);
    const made = await only(tenant);
    const [line] = made.lines;
    if (!line) throw new Error('no line');
    const back = { ...line, month: '2026-11-01', messages: -2, units: -2, cost: { amount: -28, currency: 'CLP' } };
    const statement = { ...made, lines: [...Array.from({ length: 70 }, () => line), back] };
    const document = documentOf({ ...statement, customer: { ...made.customer, rut: '76123456-0' } }, readers[0]);
    const paper = (await documentPdf(document, closing)).toString('latin1');
    expect(paper.match(/\/S \/Table/g)).toHaveLength(2);
    expect(paper.match(/\/S \/TH\b/g)).toHaveLength(8); // read once, seen on each page
    expect(paper.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
    const html = documentHtml(document).replace(/\u00a0/g, ' ');
    expect(html).toContain('<td>12/2026</td><td>WhatsApp</td><td>Promociones</td><td>Chile</td><td class="n">1</td>');
    expect(html).toContain('<td class="n">-$ 28</td>');
    expect(html).toMatch(/class="t"><td>Total<\/td><td class="n">\$ 17/);
    expect(html).toContain('76.123.456-0');
    expect(csvOf(statement, readers[0])).toMatch(/;-2;-2;14;-28\r\n/);
  });

  it('when it was closed, then closing again makes nothing, and the account owes its total once', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 5);
    await Promise.all([close(tenant, closing), close(tenant, closing)]);
    await close(tenant, closing);
    expect(await sql(tenant, 'SELECT kind, amount::int AS amount FROM account_entry')).toEqual([
      { kind: 'statement', amount: -83 },
    ]);
    expect(await sql(tenant, 'SELECT count(*)::int AS n FROM statement')).toEqual([{ n: 1 }]);
  });

  it('when a receipt comes after its month was closed, then the next statement has a line of that month, and hints at a credit note', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    const batch = await aCampaignThatArrived(here, tenant, new Date('2026-12-28T15:00:00Z'), 4);
    await sql(
      tenant,
      "UPDATE message SET state = 'accepted' WHERE batch_id = $1 AND seq = (SELECT max(seq) FROM message WHERE batch_id = $1)",
      batch,
    );
    await close(tenant, closing);
    expect((await only(tenant)).net).toBe(42);
    await sql(tenant, "UPDATE message SET state = 'delivered' WHERE batch_id = $1", batch);
    await aCampaignThatArrived(here, tenant, new Date('2027-01-11T15:00:00Z'), 2);
    await close(tenant, new Date('2027-02-03T15:00:00Z'));
    const next = await only(tenant);
    expect(next.lines.map(({ month, messages }) => [month, messages])).toEqual([
      ['2027-01-01', 2],
      ['2026-12-01', 1],
    ]);
    expect(next.net).toBe(42);
    expect(csvOf(next, { language: 'es', zone: 'America/Santiago' })).toContain('nota de crédito (61)');
  });

  it('when people are erased after their day was counted, then the month costs the same', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 5);
    await here.in(tenant.id, (tx) => meter(tx, december));
    await erase(tenant, 2, december);
    await here.in(tenant.id, (tx) => meter(tx, closing));
    await close(tenant, closing);
    const statement = await only(tenant);
    expect(statement.lines.map(({ country, messages }) => [country, messages])).toEqual([['CL', 5]]);
    expect(statement.net).toBe(70);
    const days = await sql(
      tenant,
      "SELECT to_char(day, 'YYYY-MM-DD') AS day, messages FROM usage_day WHERE messages > 0",
    );
    expect(days).toEqual([{ day: '2026-12-10', messages: 5 }]);
  });

  it.each([
    ['at once, on the month’s last evening', new Date('2026-12-01T02:30:00Z'), '2026-11-30'],
    ['at once, on the month’s first night', new Date('2026-12-01T03:30:00Z'), '2026-12-01'],
  ])('when people are erased %s, before anybody counted, then the day and the country stay', async (_name, at, day) => {
    const tenant = await aTenant(here);
    await here.in(tenant.id, (tx) => here.credit.open(tx, new Date(at.getTime() - 5 * 86_400_000)));
    await aCampaignThatArrived(here, tenant, december, 3);
    await sql(tenant, 'UPDATE message SET accepted_at = $1 WHERE batch_id > 0', at);
    await sql(
      tenant,
      "UPDATE contact SET country = 'BR' WHERE id = (SELECT min(contact_id::text)::uuid FROM message WHERE batch_id > 0)",
    );
    await erase(tenant, 3, december);
    await here.in(tenant.id, (tx) => meter(tx, closing));
    const counted = await sql(
      tenant,
      "SELECT to_char(day, 'YYYY-MM-DD') AS day, country, messages FROM usage_day WHERE messages > 0 ORDER BY country",
    );
    expect(counted).toEqual([
      { day, country: 'BR', messages: 1 },
      { day, country: 'CL', messages: 2 },
    ]);
  });

  it('when the company changes its papers, then a statement that was made keeps the old ones', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 1);
    await close(tenant, closing);
    const paper = new CompanyPaper(here.audit, { zoneOf, onChanged: async () => {} });
    const before = await here.in(tenant.id, (tx) => paper.get(tx));
    const given = { ...before, legal_name: 'Otra SpA', rut: '12.345.678-5', contact: 'datos@otra.example' };
    await here.in(tenant.id, (tx) => paper.edit(tx, given, owner, closing));
    expect((await only(tenant)).customer.legalName).toBe('Tienda Andina SpA');
    expect((await here.in(tenant.id, (tx) => tenantsTable.get(tx)))?.rut).toBe('12.345.678-5');
    const [entry] = await sql(tenant, "SELECT detail FROM audit WHERE act = 'company.edited'");
    expect(entry?.detail).toMatchObject({ fields: 'legal_name,rut,contact' });
  });

  it('when somebody wants to change one, then the database refuses; another customer does not find it', async () => {
    const [tenant, other] = [await aTenant(here), await aTenant(here)];
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 1);
    await close(tenant, closing);
    const { id } = await only(tenant);
    await expect(sql(tenant, 'UPDATE statement SET net = 0')).rejects.toThrow();
    await expect(sql(tenant, 'UPDATE account_entry SET amount = 1')).rejects.toThrow();
    await expect(here.in(other.id, (tx) => here.statements.get(tx, id))).rejects.toMatchObject({
      code: 'STATEMENT_NOT_FOUND',
    });
  });

  it('when a person issued the tax document elsewhere, then only somebody of ours notes which one', async () => {
    const tenant = await aTenant(here);
    await open(tenant);
    await aCampaignThatArrived(here, tenant, december, 1);
    await close(tenant, closing);
    const { id } = await only(tenant);
    const note = (type: number, folio: number, roles: string[]) =>
      here.in(tenant.id, (tx) => here.statements.noteDocument(tx, id, { type, folio }, { ...owner, roles }, closing));
    await expect(note(33, 1201, ['owner'])).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(note(32, 1201, ['platform'])).rejects.toMatchObject({ code: 'DOCUMENT_UNKNOWN' });
    await note(33, 1201, ['platform']);
    expect(documentOf(await only(tenant), { language: 'es', zone: 'America/Santiago' }).lead).toContain(
      'Documento tributario emitido aparte: factura electrónica (33), folio 1201.',
    );
  });
});
