import fc from 'fast-check';
import { NoMolestar } from '../../../src/domain/support/no-molestar/no-molestar.service';
import { readNotices } from '../../../src/domain/support/no-molestar/reading';
import { testDatabase } from '../../support/database';
import { aMaster, aPhone } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aPerson,
  aTenant,
  later,
  RecordingChannel,
  reaches,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let list: NoMolestar;
beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  list = new NoMolestar(here.database, here.audience, here.consent, here.audit);
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const days = (count: number): Date => later(count * 1_440);
const iso = (at: Date): string => at.toISOString();
const file = (...rows: string[]): Buffer =>
  Buffer.from(['Teléfono;Correo;Canal;Fecha solicitud', ...rows].join('\r\n'));
const take = (tenant: string, ...rows: string[]) => list.take(tenant, file(...rows), 'system', start);
const out = (tenant: string, contact: string, channel: 'all' | 'email' | 'whatsapp' = 'all') =>
  here.in(tenant, (tx) => here.consent.suppression(tx, contact, channel));

describe('the file of No Molestar', () => {
  it('when somebody is on it, then they are out from the moment they asked, what waited is cancelled, and a list that names them is refused', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    await aCampaign(here, tenant.id);
    const stranger = aPhone();
    const taken = await take(tenant.id, `${phone};;Todos;${iso(later(-60))}`, `${stranger};;;${iso(later(-60))}`);
    expect(taken).toMatchObject({ rows: 2, out: 2, alreadyOut: 0, cancelled: 1, malformed: [], late: [], unclear: [] });
    expect(await out(tenant.id, contact)).toBe('stop');
    const [row] = await here.in(tenant.id, async (tx) =>
      here.audience.suppressions.of(tx, await here.audience.stopTokensOf(tx, phone)),
    );
    expect(row).toMatchObject({ source: 'sernac', effectiveAt: later(-60), channel: 'all' });
    for (const one of [phone, stranger]) {
      const person = { identity: { phone: one } };
      const origin = { source: 'import:l', now: start };
      expect(await here.in(tenant.id, (tx) => here.audience.importPerson(tx, person, origin))).toEqual({
        leftOut: 'stopped',
      });
    }
    expect(await take(tenant.id, `${phone};;Todos;${iso(later(-60))}`)).toMatchObject({ out: 0, alreadyOut: 1 });
  });

  it('when a promotion went to somebody between their asking and the file, then it is reported, masked, with its time', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    const campaign = await aCampaign(here, tenant.id);
    here.start();
    await reaches(here, tenant.id, campaign.id, 'done');
    const taken = await take(tenant.id, `${phone};;;${iso(days(-60))}`);
    expect(taken).toMatchObject({ out: 1, late: [2] });
    expect(taken.sends).toEqual([
      {
        row: 2,
        masked: `+56 9 •••• •${phone.slice(-3)}`,
        requested: days(-60),
        messages: [
          { campaign: expect.stringMatching(/^C-\d+$/), channel: 'whatsapp', at: expect.any(Date), state: 'accepted' },
        ],
      },
    ]);
    expect(await out(tenant.id, contact)).toBe('stop');
  });

  it('when one channel is named, then that one; when it can’t be understood, then all of them, and it is told', async () => {
    const tenant = await aTenant(here);
    const [one, two, three] = [aPhone(), aPhone(), aPhone()];
    const email = `r${one.slice(-8)}@ejemplo.cl`;
    const contact = await aPerson(here, tenant.id, { identity: { phone: one, email } });
    const unclear = await aPerson(here, tenant.id, { identity: { phone: two } });
    const calls = await aPerson(here, tenant.id, { identity: { phone: three } });
    const taken = await take(
      tenant.id,
      `;${email};Correo electrónico;${iso(later(-9))}`,
      `${two};;paloma mensajera;${iso(later(-9))}`,
      `${three};;Llamadas telefónicas;${iso(later(-9))}`,
    );
    expect(taken).toMatchObject({ out: 3, unclear: [3] });
    expect([await out(tenant.id, contact), await out(tenant.id, contact, 'email')]).toEqual([undefined, 'stop']);
    expect([await out(tenant.id, unclear), await out(tenant.id, calls)]).toEqual(['stop', 'stop']);
  });

  it('when somebody came back by their own words after they had asked, then the older asking is history', async () => {
    const tenant = await aTenant(here);
    const contact = await aPerson(here, tenant.id);
    const { identity } = await here.in(tenant.id, (tx) => here.audience.read(tx, contact));
    const yes = {
      ...{ channel: 'whatsapp', purpose: 'marketing', source: 'person', actor: `contact:${contact}`, evidence: 'm' },
      at: later(-5),
    };
    await here.in(tenant.id, (tx) => here.consent.give(tx, contact, yes, start));
    const taken = await take(tenant.id, `${identity.phone};;;${iso(later(-10))}`);
    expect(taken).toMatchObject({ out: 0, cameBack: 1 });
    expect(await out(tenant.id, contact)).toBeUndefined();
  });

  it('when another customer gets the file, then only theirs are out', async () => {
    const [tenant, other] = [await aTenant(here), await aTenant(here)];
    const phone = aPhone();
    const theirs = await aPerson(here, other.id, { identity: { phone } });
    await take(tenant.id, `${phone};;;${iso(later(-10))}`);
    expect(await out(other.id, theirs)).toBeUndefined();
  });
});

describe('reading it', () => {
  const read = (text: string | Buffer) => readNotices(Buffer.from(text as string), 'America/Santiago', start);

  it('when rows can’t be obeyed, then each is told by its number and reason, and the others are taken', async () => {
    const rows = await read(
      file(
        '912345678;;SMS;30-11-2026 09:30',
        ';;SMS;30-11-2026',
        '12;;;30-11-2026',
        ';rosa@;;30-11-2026',
        '5,69E+10;;;30-11-2026',
        '912345679;;;pronto',
        '912345679;;;31-12-2026',
        '912345679;"abierta;;30-11-2026',
      ),
    );
    expect(rows).toEqual([
      { row: 2, address: '+56912345678', channel: 'sms', isClear: true, at: new Date('2026-11-30T12:30:00Z') },
      { row: 3, reason: 'no_address' },
      { row: 4, reason: 'phone' },
      { row: 5, reason: 'email' },
      { row: 6, reason: 'digits_lost' },
      { row: 7, reason: 'moment' },
      { row: 8, reason: 'future' },
      { row: 9, reason: 'broken' },
    ]);
  });

  it.each([
    ['2026-11-30T09:30:00-03:00', '2026-11-30T12:30:00Z'],
    ['2026-11-30 09:30:15', '2026-11-30T12:30:15Z'],
    ['30/11/2026', '2026-11-30T03:00:00Z'],
    ['30-11-2026 9:05', '2026-11-30T12:05:00Z'],
  ])('when the moment is written %s, then it is that moment on the company’s clock', async (written, expected) => {
    expect(await read(file(`912345678;;;${written}`))).toMatchObject([{ at: new Date(expected) }]);
  });

  it('when it is saved by an old Excel, or as UTF-16 with tabs, then it reads the same', async () => {
    const text =
      'TELÉFONO\tCorreo electrónico\tMedio\tFecha de solicitud\n912345678\t\tCorreo electrónico\t30-11-2026\n';
    const expected = [{ row: 2, address: '+56912345678', channel: 'email' }];
    expect(await read(Buffer.from(text, 'latin1'))).toMatchObject(expected);
    expect(await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))).toMatchObject(
      expected,
    );
  });

  it.each([
    ['', 'IMPORT_EMPTY'],
    ['PK\u0003\u0004…', 'IMPORT_NOT_A_LIST'],
    ['Nombre;Fecha\nRosa;1-1-2026', 'IMPORT_NO_ADDRESS'],
    ['Teléfono\n912345678', 'IMPORT_NO_ADDRESS'],
  ])('when it is no such file (%j), then it is refused whole', async (text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code });
  });

  it('when anything at all stands in its cells, then every row is a notice or a reason, never lost and never thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1, maxLength: 20 }), async (cells) => {
        const safe = (text: string) => text.replace(/[\r\n";\u2028\u2029\u0085]/g, ' ');
        const rows = cells.map(([phone, at]) => `x${safe(phone)};;;${safe(at)}`);
        expect(await read(file(...rows))).toHaveLength(rows.length);
      }),
    );
  });
});
