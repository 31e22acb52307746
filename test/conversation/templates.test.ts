import type { Content, Form } from '../../src/channel';
import { templatesTable } from '../../src/domain/campaigns/templates.table';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { cardOf as cardAmong, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

/** The newest card of this kind, as it stands now. */
const cardNow = async (card: string): Promise<Content> => cardAmong(await house.posts(andina), card);
const camila = () => colleague(house, 'U0CAMILA');
const cardOf = async (saying: RegExp): Promise<Content> =>
  eventually(async () => {
    const all = (await house.posts(andina)).filter(({ card }) => card === 'list-templates/template');
    const shown = all.findLast(({ content }) => saying.test(whole(content)));
    expect(all.map(({ content }) => whole(content)).join('\n')).toMatch(saying);
    return shown?.content as Content;
  });
/** The form that was opened last, once it is this one. */
const formOf = (title: string): Promise<Form> =>
  eventually(() => {
    const shown = house.edge.forms.at(-1) as Form;
    expect(shown?.title).toBe(title);
    return shown;
  });
const rowOf = (name: string) =>
  house.inside(andina, async (tx) => (await templatesTable.all(tx)).find((row) => row.name === name));

describe('templates, said in words', () => {
  it('when they are asked for, then all are listed; when one is named, then it is shown as the phone shows it', async () => {
    await camila().says('qué plantillas tenemos');
    const list = await cardNow('list-templates/list');
    expect(whole(list)).toMatch(/promo cyber\* · WhatsApp · aprobada/);
    await camila().says('muéstrame la plantilla promo cyber');
    expect(whole(await cardOf(/promo cyber/))).toMatch(/Hola cliente, esta semana Cyber/);
  });

  it('when an SMS is written, then its letters are priced, mended by a button, and it is ready at once', async () => {
    const [which] = await camila().says('crea una plantilla');
    expect(labels(which?.content)).toEqual(
      ['WhatsApp', 'SMS', 'correo'].map((one) => (one === 'correo' ? 'Correo' : one)),
    );
    await camila().presses('SMS', which?.content as Content, 'V1');
    const form = await formOf('SMS');
    const words =
      'Hola {nombre|cliente}: mañana está el Cyber en Tienda Andina, 30 % en toda la tienda. Más en la caja.';
    const values = { name: 'cyber corto', category: 'MARKETING', language: 'es_CL', words };
    await camila().submits(form.action, values, 'V1');
    const written = await cardOf(/cyber corto/);
    expect(whole(written)).toMatch(/Ocupa 2 SMS por á; sin á basta 1/);
    expect(whole(written)).toMatch(/Una promoción dice cómo salir/);
    expect(labels(written)).not.toContain('Dejarla lista');

    await camila().presses('Agregar salida', written);
    await camila().presses('Arreglar letras', await cardOf(/BAJA para no recibir mas/));
    const mended = await cardOf(/1 SMS por persona \(GSM-7\)/);
    expect(whole(mended)).toMatch(/mañana esta el Cyber/);
    await camila().presses('Dejarla lista', mended);
    await cardOf(/aprobada/);
    expect(await rowOf('cyber corto')).toMatchObject({ channel: 'sms', status: 'APPROVED', stop_word: 'BAJA' });
  });

  it('when a link in it may not be sent, or nothing stands for a name, then its card says so at once, as it was written', async () => {
    const [which] = await camila().says('crear plantilla');
    await camila().presses('SMS', which?.content as Content, 'V7');
    const form = await formOf('SMS');
    const words = 'Hola {nombre}, mira http://bit.ly/x de Tienda Andina. BAJA para salir.';
    const values = { name: 'cyber con enlace', category: 'MARKETING', language: 'es_CL', words };
    await camila().submits(form.action, values, 'V7');
    const written = await cardOf(/cyber con enlace/);
    expect(whole(written)).toMatch(/✗ El enlace «http:\/\/bit\.ly\/x» no se puede enviar/);
    expect(whole(written)).toMatch(/✗ Di qué va cuando no se sabe el nombre, después de la barra: \{nombre\|cliente\}/);
    expect(whole(written)).not.toMatch(/\{\{1\}\}/);
    expect(labels(written)).not.toContain('Dejarla lista');
  });

  it('when a mail is written, then it has a subject, whom it is from and a way out', async () => {
    const [which] = await camila().says('crear plantilla');
    await camila().presses('Correo', which?.content as Content, 'V2');
    const form = await formOf('Correo');
    const values = {
      ...{ name: 'cyber por correo', category: 'MARKETING', language: 'es', sender: 'Tienda Andina' },
      ...{
        subject: '{nombre|Hola}, llegó el Cyber',
        words: 'Hola {nombre|cliente}, **30 %** en [la tienda](https://tienda-andina.example).',
      },
    };
    await camila().submits(form.action, values, 'V2');
    await camila().presses('Agregar salida', await cardOf(/cyber por correo/));
    await camila().presses('Dejarla lista', await cardOf(/sal aquí: /));
    await cardOf(/aprobada/);
    const row = await rowOf('cyber por correo');
    expect(row?.body).toMatch(/\{\{unsubscribe\}\}$/);
    expect(row).toMatchObject({ sender_name: 'Tienda Andina', parts: { subject: '{{2}}, llegó el Cyber' } });
  });

  it('when one is to be deleted, then it is asked first; one that a campaign waits for stays', async () => {
    await camila().says('borra la plantilla cyber corto');
    const [asked] = await camila().presses('Borrar', await cardOf(/cyber corto/));
    await camila().presses('Sí, borrar', asked?.content as Content);
    expect((await rowOf('cyber corto'))?.status).toBe('DELETED');
    expect(whole(await cardNow('list-templates/list'))).not.toMatch(/cyber corto/);
  });

  it('when somebody who only looks wants to write one, then they may not', async () => {
    const [said] = await colleague(house, 'U0VICTOR').says('crea una plantilla');
    expect(said?.content.text).not.toMatch(/Por dónde/);
    expect(labels(said?.content)).not.toContain('SMS');
  });

  it('when a picture is dropped, then it is asked where it goes, and it stands above those words', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500, 7)]);
    const [which] = await camila().drops('local.png', png);
    expect(labels(which?.content)).toContain('novedades verano');
    await camila().presses('novedades verano', which?.content as Content);
    await eventually(async () =>
      expect((await rowOf('novedades_verano'))?.parts).toMatchObject({ header: { kind: 'image' } }),
    );
  });

  it('when a draft is looked at, then it shows what one real person would get, masked', async () => {
    await camila().says('manda promo cyber a clientes RM mañana a las 10');
    const draft = await eventually(() => cardNow('send-campaign/author'));
    expect(labels(draft)).toContain('Vista previa');
    const [shown] = await camila().presses('Vista previa', draft);
    expect(whole(shown?.content)).toMatch(/Así la recibe \+56 9 •••• •\d{3}/);
    expect(whole(shown?.content)).toMatch(/Hola (?!cliente)\p{L}+, esta semana Cyber/u);
  });

  it('when it goes by mail, then it shows the mail as it is read, its subject, and the mailbox it goes to', async () => {
    const identity = { phone: '+56976541999', email: 'ana@correo.example' };
    await house.inside(andina, async (tx) => {
      const source = { source: 'import:test', now: house.clock.now() } as never;
      const made = await house.rooms.audience.importPerson(tx, { identity }, source);
      const contact = 'contact' in made ? made.contact : '';
      expect(await house.rooms.audience.masked(tx, contact, 'email')).toMatch(/@/);
      expect(await house.rooms.audience.masked(tx, contact)).toMatch(/^\+56/);
    });
    await camila().says('manda la promo cyber por correo a clientes RM mañana a las 10');
    const draft = await eventually(() => cardNow('send-campaign/author'));
    expect(whole(draft)).not.toMatch(/unsubscribe|\*\*/);
    const [shown] = await camila().presses('Vista previa', draft);
    const seen = whole(shown?.content);
    expect(seen).toMatch(/^Así la recibe a•+@correo\.example/);
    expect(seen).toMatch(
      /\*Asunto:\* \p{L}+, llegó el Cyber.*Hola \p{L}+, ∗30 %∗ en la tienda: https:\/\/tienda-andina\.example\./su,
    );
    expect(seen).toMatch(/sal aquí: https:\/\/…/);
    expect(seen).not.toMatch(/unsubscribe|\*\*|\+56 9/);
  });
});
