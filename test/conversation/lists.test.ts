import type { Form } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const list = 'import-recipients/list';
/** The card as it stands now, once it says this. */
const card = (saying: RegExp) =>
  eventually(async () => {
    const content = cardOf(await house.posts(andina), list);
    expect(whole(content)).toMatch(saying);
    return content;
  });
const answers = {
  ...{ text: 'v1/es', channels: 'whatsapp_email', place: 'Feria de Talca', when: '20-11-2026' },
  ...{ how: 'Firmaron en el mesón de la feria.', vouch: 'yes' },
};
const file = (...rows: string[]) => Buffer.from(['Nombre;Celular;Correo;Comuna;RUT', ...rows].join('\r\n'), 'latin1');

describe('a list dropped in Slack', () => {
  it('when a member asks how, then they are told; when a file is no CSV, then what to do in Excel', async () => {
    expect((await camila().says('sube esta lista'))[0]?.content.text).toMatch(/Arrastra aquí un archivo CSV/);
    expect((await camila().drops('base.xlsx', 'PK'))[0]?.content.text).toMatch(/Guardar como → CSV/);
  });

  it('when a CSV is dropped, then it is looked through, vouched for in a form, stored, and what was not taken comes back', async () => {
    const gone = someone(house);
    await gone.says('BAJA');
    const [fresh, unknown] = [aPhone(), aPhone()];
    await camila().drops(
      'feria.csv',
      file(
        `Íñigo;${fresh};inigo@correo.example;Ñuñoa;11.111.111-1`,
        `Beto;${gone.identity.phone};;Talca;`,
        'Caro;5,69E+10;;Talca;',
        `Dani;${unknown};;Talca;`,
      ),
      'esta es la lista de la feria',
    );
    const preview = await card(/4 filas · Esto haría/);
    expect(whole(preview)).toMatch(/Para escribirles:\* Celular, Correo/);
    expect(whole(preview)).toMatch(/Solo para mensajes, cifrado:\* RUT/);
    expect(whole(preview)).toMatch(
      /2 nuevas.*Ya se fueron, no se guardan:\* 1.*Filas que no entran:\* 1.*Excel convirtió el teléfono/,
    );
    expect(labels(preview)).toEqual(['Dar fe e importar', 'Solo guardar', 'Descartar']);
    expect(await someone(house, { phone: fresh }).contact()).toBeUndefined();

    await camila().presses('Dar fe e importar', preview, 'V1');
    const form = await eventually(async () => {
      const shown = house.edge.forms.at(-1) as Form;
      expect(shown?.title).toBe('Dar fe del permiso');
      return shown;
    });
    expect(form.fields.find(({ id }) => id === 'text')?.options?.map(({ value }) => value)).toContain('v1/es');
    const wrong = async (values: Partial<typeof answers>) => {
      const before = house.edge.forms.length;
      expect(await camila().submits(form.action, { ...answers, ...values }, 'V1')).toEqual([]);
      return eventually(() => {
        const [shown] = house.edge.forms.slice(before);
        expect(shown).toBeDefined();
        return (shown as Form).fields.flatMap(({ id, error, initial }) => (error ? [[id, error, initial ?? '']] : []));
      });
    };
    expect(await wrong({ when: '01-01-2030' })).toEqual([['when', expect.stringContaining('todavía'), '01-01-2030']]);
    expect(await wrong({ when: '31-02-2026' })).toEqual([
      ['when', expect.stringContaining('no la entiendo'), '31-02-2026'],
    ]);
    expect(await wrong({ when: '', place: ' ' })).toEqual([
      ['place', 'Falta esto.', ' '],
      ['when', expect.stringContaining('no la entiendo'), ''],
    ]);
    expect((await camila().submits(form.action, answers))[0]?.content.text).toMatch(/Estoy guardando feria.csv/);
    const done = await card(/lista adentro.*archivo de abajo/);
    expect(whole(done)).toMatch(/2 nuevas/);
    expect(house.edge.put.at(-1)).toMatchObject({
      name: 'feria-rechazadas.csv',
      text: expect.stringContaining('Caro;5,69E+10'),
    });

    const contact = (await someone(house, { phone: fresh }).contact()) as string;
    await house.inside(andina, async (tx) => {
      expect((await house.rooms.audience.read(tx, contact)).name).toBe('Íñigo');
      expect(await house.rooms.audience.attributes(tx, contact)).toEqual({ comuna: 'Ñuñoa' });
      const ledger = await house.rooms.consent.ledger(tx, contact);
      expect(ledger.map(({ channel }) => channel).sort()).toEqual(['email', 'whatsapp']);
    });
    const proof = whole(
      (await colleague(house, 'U0PAULA').says(`prueba de consentimiento de ${fresh}`)).at(-1)?.content,
    );
    expect(proof).toMatch(/Lo atestiguó:\* Camila[^·]*1 de diciembre/);
    expect(proof).toMatch(
      /Feria de Talca · Firmaron en el mesón de la feria\..*Huella del archivo \(SHA-256\):\* [0-9a-f]{64}/,
    );
    const theirs = whole((await someone(house, { phone: fresh }).says('¿con qué permiso me escriben?'))[0]);
    expect(theirs).toContain('Feria de Talca (Firmaron en el mesón de la feria.)');
    expect(theirs).not.toContain('Camila');
  });

  it('when nobody vouches, then it can be stored alone or discarded; an old button does nothing any more', async () => {
    const phone = aPhone();
    await camila().drops('sola.csv', file(`Ana;${phone};;Talca;`));
    const preview = await card(/sola.csv.*1 fila · Esto/);
    await camila().presses('Solo guardar', preview);
    await card(/sola.csv.*guardada.*no les llegan promociones/);
    expect((await camila().presses('Descartar', preview))[0]?.content.text).toMatch(/otra etapa/);
    expect(await someone(house, { phone }).contact()).toBeDefined();

    await camila().drops('otra.csv', file(`Ana;${aPhone()};;Talca;`));
    const other = await card(/otra.csv.*1 fila · Esto/);
    await camila().presses('Descartar', other);
    await card(/otra.csv.*Descartada/);
  });

  it('when it is no list inside, or can not be had, then its card says why', async () => {
    await camila().drops('zip.csv', Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(600, 7)]));
    await card(/zip.csv.*no es un archivo CSV/);
    await camila().drops('ninos.csv', 'Nombre del hijo,teléfono\nAna,912345678\n');
    await card(/ninos.csv.*menores de edad/);
  });

  it('when whoever may not drops it, then nothing is taken', async () => {
    const before = (await house.posts(andina)).filter(({ card: of }) => of === list).length;
    const [said] = await colleague(house, 'U0VICTOR').drops('visita.csv', file(`Ana;${aPhone()};;Talca;`));
    expect(said?.card).toBe('');
    expect((await house.posts(andina)).filter(({ card: of }) => of === list)).toHaveLength(before);
  });
});
