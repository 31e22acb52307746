import { refreshStanding, standingOf } from '../../../../src/domain/audience/standing.table';
import { aPhone } from '../../../support/ground';
import { type Installation, install } from '../../../support/installation';
import { aTenant, later, RecordingChannel, start, type World } from '../../../support/world';
import { attested, desk, list, member } from './desk';

let house: Installation;
let here: World;
let tenant: string;
let at: ReturnType<typeof desk>;
beforeAll(async () => {
  house = await install({ channel: new RecordingChannel() });
  here = house.here;
});
beforeEach(async () => {
  tenant = (await aTenant(here)).id;
  at = desk(here, tenant);
});
afterAll(() => house?.close());

const standing = async (phone: string) => {
  const contact = (await at.find(phone)) as string;
  return here.in(tenant, (tx) => standingOf(tx, contact));
};
const leave = (phone: string, source = 'person') =>
  here.in(tenant, async (tx) => {
    const { contact } = await here.audience.findOrCreate(tx, { phone }, { source: 'whatsapp', now: start });
    await here.consent.withdraw(tx, contact, { source, evidence: 'BAJA', now: start });
    return contact;
  });

describe('a list', () => {
  it('when it is looked through first, then everything is counted with its reason and nobody is stored', async () => {
    const [known, gone, fresh] = [aPhone(), aPhone(), aPhone()];
    await here.in(tenant, (tx) => here.audience.findOrCreate(tx, { phone: known }, { source: 'whatsapp', now: start }));
    await leave(gone);
    const before = await at.people();
    const preview = await at.preview(
      list([
        `Ana;${fresh};Talca`,
        `Beto;${known};Talca`,
        `Caro;${gone};Talca`,
        `Ana otra vez;${fresh.slice(3)};Talca`,
        'Dani;12;Talca',
        'Eli;5,69E+10;Talca',
        'Feli;;Talca',
      ]),
    );
    expect(preview).toEqual({
      ...{ rows: 7, created: 1, updated: 1, suppressed: 1, duplicate: 1, invalid: 3, unproven: 2 },
      reasons: {
        phone: { count: 1, rows: [6] },
        scientific: { count: 1, rows: [7] },
        no_address: { count: 1, rows: [8] },
      },
    });
    expect(await at.people()).toBe(before);
  });

  it('when it has the customer’s own ids, then people are found by them, taken for nobody else by them, and who left stays out', async () => {
    const [ana, beto, again] = [aPhone(), aPhone(), aPhone()];
    const file = (...rows: string[]) => ['Nombre;Celular;ID Cliente', ...rows].join('\n');
    await at.bring(file(`Ana;${ana};A-1`, `Beto;${beto};A-1`, `Caro;${aPhone()};=1+1`));
    const find = (id: string) => here.in(tenant, (tx) => here.audience.findByAddress(tx, id));
    const contact = (await at.find(ana)) as string;
    expect(await find('A-1')).toBe(contact);
    expect(await at.find(beto)).not.toBe(contact);
    expect(await standing(ana)).toMatchObject({ reach: 3 });

    await at.bring(file(`Otra;${again};A-1`));
    expect([await find('A-1'), (await at.find(again)) === contact]).toEqual([contact, false]);
    await leave(ana);
    const { suppressed } = await at.bring(file(`Ana;${aPhone()};A-1`));
    expect(suppressed).toBe(1);
  });

  it('when nobody attests, then its people are stored and promotions do not reach them (T-CON-1, N-12f)', async () => {
    const phone = aPhone();
    const { created, unproven } = await at.bring(list([`Ana;${phone};Talca`]));
    expect([created, unproven]).toEqual([1, 1]);
    expect(await standing(phone)).toMatchObject({ reach: 3, consented: 0 });
  });

  it('when a member attests, then each person has a proof with the words, the time, the place, who said it and the row', async () => {
    const phone = aPhone();
    const { id, unproven } = await at.bring(list([`Ana;${phone};Talca`]), attested, 'feria.csv');
    expect(unproven).toBe(0);
    expect(await standing(phone)).toMatchObject({ reach: 3, consented: 3 });
    const contact = (await at.find(phone)) as string;
    const ledger = await here.in(tenant, (tx) => here.consent.ledger(tx, contact));
    expect(ledger.map(({ channel }) => channel).sort()).toEqual(['sms', 'whatsapp']);
    expect(ledger[0]).toMatchObject({
      ...{ act: 'given', at: attested.collectedAt, source: 'import:feria.csv', actor: `member:${member}` },
      ...{ evidence: `import:${id}#2`, text_version: '1', place: 'file:feria.csv#2' },
    });
    expect(ledger[0]?.text_hash).not.toBeNull();
    expect(await at.row(id)).toMatchObject({
      state: 'done',
      attested_by: member,
      place: attested.place,
      blob: null,
      blob_key: null,
    });
  });

  it('when an attestation lacks its words, its channels, its place or lies ahead, then it is none', async () => {
    const id = await at.take(list([`Ana;${aPhone()};Talca`]));
    await at.work.work(tenant, id);
    const lacking = [
      { statement: 'sí' },
      { channels: [] },
      { channels: ['fax'] },
      { place: ' ' },
      { collectedAt: later(1) },
    ];
    for (const what of lacking)
      await expect(
        here.in(tenant, (tx) => here.imports.start(tx, id, { ...attested, ...what }, member)),
      ).rejects.toMatchObject({ code: 'IMPORT_ATTESTATION' });
    await expect(
      here.in(tenant, (tx) => here.imports.start(tx, id, { ...attested, textVersion: '77' }, member)),
    ).rejects.toMatchObject({ code: 'IMPORT_TEXT_UNKNOWN' });
  });

  it('when somebody on it has left, then their row is counted and nothing of it is stored (T-OPT-3)', async () => {
    const [gone, unknown] = [aPhone(), aPhone()];
    const contact = await leave(gone);
    const tokens = await here.in(tenant, (tx) => here.audience.stopTokensOf(tx, unknown));
    await here.in(tenant, (tx) =>
      here.consent.refuse(tx, tokens, { source: 'sernac', evidence: 'nomolestar#1', now: start }),
    );
    const before = await at.people();
    const { suppressed, created } = await at.bring(
      list([`Ana Secreta;${gone};Talca`, `Beto Secreto;${unknown};Talca`]),
      attested,
    );
    expect([suppressed, created]).toEqual([2, 0]);
    expect(await at.people()).toBe(before);
    expect(await at.find(unknown)).toBeUndefined();
    await here.in(tenant, async (tx) => {
      expect((await here.audience.read(tx, contact)).name).toBeUndefined();
      expect(await here.audience.attributes(tx, contact)).toEqual({});
      expect((await here.consent.ledger(tx, contact)).map(({ act }) => act)).toEqual(['withdrawn']);
    });
    expect(await standing(gone)).toMatchObject({ consented: 0, stopped: 7 });
  });

  it('when it is dated before a withdrawal, or after, then nobody is brought back (T-CON-2)', async () => {
    const phone = aPhone();
    const contact = await leave(phone);
    // What stopped them is gone; what they said stays said.
    await here.in(tenant, (tx) => tx.query('DELETE FROM suppression'));
    await here.in(tenant, (tx) => refreshStanding(tx, [contact]));
    for (const collectedAt of [later(-90_000), start]) {
      const { updated, unproven } = await at.bring(list([`Ana;${phone};Talca`]), { ...attested, collectedAt });
      expect([updated, unproven]).toEqual([1, 1]);
    }
    expect(await standing(phone)).toMatchObject({ consented: 0 });
  });

  it('when a person is known, then name, attributes and a second address are brought up to date, once each', async () => {
    const phone = aPhone();
    await at.bring(list([`Ana;${phone};Talca`]), attested);
    const { updated } = await at.bring(
      list([`Ana María;${phone};Maipú;ana@correo.example;12.345.678-5`], 'nombre;celular;comuna;correo;rut'),
      { ...attested, channels: ['whatsapp', 'email'] },
    );
    expect(updated).toBe(1);
    const contact = (await at.find(phone)) as string;
    await here.in(tenant, async (tx) => {
      expect(await here.audience.read(tx, contact)).toMatchObject({
        name: 'Ana María',
        identity: { phone, email: 'ana@correo.example' },
      });
      expect(await here.audience.attributes(tx, contact)).toEqual({ comuna: 'Maipú' });
    });
    expect(await standing(phone)).toMatchObject({ reach: 7, consented: 7 });
  });

  it('when two people share a mail, then they stay two and the mail stays with the first', async () => {
    const [one, other] = [aPhone(), aPhone()];
    const { created } = await at.bring(
      list([`Ana;${one};casa@correo.example`, `Beto;${other};casa@correo.example`], 'nombre;fono;email'),
    );
    expect(created).toBe(2);
    const again = await at.bring(list([`Beto;${other};casa@correo.example`], 'nombre;fono;email'));
    expect(again.updated).toBe(1);
    expect([(await standing(one))?.reach, (await standing(other))?.reach]).toEqual([7, 3]);
  });

  it('when rows are not taken, then they come back as a list with why, and no cell of it runs', async () => {
    await at.bring(
      list(['=HYPERLINK("http://x");12;Talca', `Beto;${aPhone()};Talca`, '@cmd;+569123;Ñuñoa']),
      undefined,
    );
    expect(at.backs[0]?.split('\r\n')).toEqual([
      '\uFEFFfila;motivo;nombre;teléfono;comuna',
      '2;el teléfono no se entiende (teléfono);"\'=HYPERLINK(""http://x"")";12;Talca',
      "4;el teléfono no se entiende (teléfono);'@cmd;'+569123;Ñuñoa",
      '',
    ]);
  });

  it('when an age or a day of birth says under eighteen, then the row is left out and no age is kept (A48, N-16q)', async () => {
    const [young, grown, old] = [aPhone(), aPhone(), aPhone()];
    const { created, reasons } = await at.bring(
      list(
        [`Ana;${young};02-12-2008`, `Beto;${grown};01-12-2008`, `Caro;${old};1980-05-05`],
        'nombre;fono;fecha de nacimiento',
      ),
    );
    expect([created, reasons]).toEqual([2, { minor: { count: 1, rows: [2] } }]);
    const contact = (await at.find(grown)) as string;
    expect(await here.in(tenant, (tx) => here.audience.attributes(tx, contact))).toEqual({});
  });

  it('when it is done, then every row stands as the tokens and the ledger say', async () => {
    const rows = Array.from(
      { length: 120 },
      (_, n) => `P${n};${aPhone()};${['Talca', 'Maipú'][n % 2]};p${n}-${tenant}@correo.example`,
    );
    await at.bring(list(rows, 'nombre;fono;comuna;mail'), attested);
    const all = () =>
      here.in(tenant, (tx) => tx.query<{ contact_id: string }>('SELECT * FROM standing ORDER BY contact_id'));
    const before = await all();
    const ids = before.map((row) => row.contact_id);
    await here.in(tenant, (tx) => refreshStanding(tx, ids));
    expect(before).toHaveLength(120);
    expect(await all()).toEqual(before);
  });

  it('when another customer has the same person out, then they are stored here', async () => {
    const phone = aPhone();
    await leave(phone);
    const other = desk(here, (await aTenant(here)).id);
    expect((await other.bring(list([`Ana;${phone};Talca`]), attested)).created).toBe(1);
  });
});
