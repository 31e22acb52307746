import type { Content, Form } from '../../src/channel';
import { papersTable } from '../../src/domain/registers/papers.table';
import { eventually } from '../support/eventually';
import { aDesk, headOf, saidIn, wrongIn } from './desk';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  const purpose = { purpose: 'service', category: 'UTILITY', basis: 'contract', interest: '' } as const;
  await house.inside(andina, (tx) => papersTable.declare(tx, purpose, house.clock.now()));
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const head = (person: Someone): Promise<Content> => headOf(house, person);
const lines = async (after: readonly string[]): Promise<string> =>
  (await house.posts(andina, after))
    .filter(({ card }) => card === 'hand-off/line')
    .map(({ content }) => whole(content))
    .join(' | ');
const got = (person: Someone) => house.edge.sent.filter(({ to }) => to === person.identity.phone);
/** Somebody who asked for a person more than a day ago. */
const late = async (words = 'quiero hablar con una persona'): Promise<Someone> => {
  const person = someone(house);
  await person.says(words);
  house.clock.forward(25 * 60);
  return person;
};
const fills = async (person: Someone, values: Record<string, string>): Promise<Form> => {
  const form = await paula().opens('Enviar plantilla', await head(person));
  return paula().fills(form, values);
};
const refuses = async (person: Someone, why: RegExp): Promise<void> => {
  const before = got(person).length;
  expect(saidIn(await fills(person, { v1: 'Ana', v2: '7731' }))).toMatch(why);
  expect(got(person)).toHaveLength(before);
};
const company = (sql: string, values: readonly unknown[] = []) => house.inside(andina, (tx) => tx.query(sql, values));

describe('once a day has passed since a person wrote', () => {
  it('when a notice is sent, then its places are asked for, it reaches them, and the thread shows what it said and who sent it', async () => {
    const person = await late();
    expect(labels(await head(person))).toEqual(['Enviar plantilla', 'Tomar', 'Pasar a otra persona', 'Resuelto']);
    const before = await house.postIds(andina);
    const form = await paula().opens('Enviar plantilla', await head(person));
    expect(form.intro).toMatch(/\+56 9 •••• •\d{3} por WhatsApp:\s+Hola \[1\], tu pedido \[2\] va en camino\./);
    expect(form.fields.map(({ id, initial }) => [id, initial])).toEqual([
      ['v1', 'cliente'],
      ['v2', 'del día'],
    ]);
    expect(wrongIn(await paula().fills(form, { v1: 'Ana', v2: ' ' }))).toEqual({ v2: 'Falta esto.' });
    expect(saidIn(await paula().fills(form, { v1: 'Ana', v2: '7731' }))).toMatch(/la plantilla va en camino/);
    await eventually(() =>
      expect(got(person).at(-1)).toMatchObject({ text: 'aviso_despacho', variables: ['Ana', '7731'] }),
    );
    expect(await lines(before)).toMatch(/^Hola Ana, tu pedido 7731 va en camino\. · Paula Reyes, a la persona/);
    expect(whole(await head(person))).toMatch(/La lleva:\* Paula Reyes.*nosotros: Hola Ana/s);
    await person.says('gracias, ¿a qué hora llega?');
    expect(labels(await head(person))).toContain('Responder');
  });

  it('when the person’s data is blocked, or they left what is sent so, then nothing leaves and the reason is said', async () => {
    const person = await late();
    const contact = await person.contact();
    await company('UPDATE contact SET blocked_at = now() WHERE id = $1', [contact]);
    const hidden = await head(person);
    expect(whole(hidden)).toMatch(/bloqueados/);
    expect(labels(hidden)).not.toContain('Enviar plantilla');
    await company('UPDATE contact SET blocked_at = NULL WHERE id = $1', [contact]);
    await company(
      `INSERT INTO suppression (tenant_id, token, channel, purpose, strength, effective_at, source, key_version)
       SELECT tenant_id, stop, 'all', 'service', 'stop', now(), 'person', 1 FROM identifier WHERE contact_id = $1`,
      [contact],
    );
    await refuses(person, /No salió: La persona pidió no recibir/);
  });

  it('when the company has stopped its sending, then the notice waits for nobody and does not leave', async () => {
    const person = await late();
    await company(
      "INSERT INTO sending_stop (tenant_id, scope, what, stopped_by, stopped_at) SELECT tenant_id, 'company', '', id, now() FROM member LIMIT 1",
    );
    await refuses(person, /No salió: Los envíos de la empresa están detenidos/);
    await company('DELETE FROM sending_stop');
  });

  it('when the company never said that it writes for this, then nothing leaves and that is said', async () => {
    const person = await late();
    await company("UPDATE declared_purpose SET purpose = 'collections' WHERE purpose = 'service'");
    await refuses(person, /No salió: La empresa no ha declarado que escribe con este fin/);
    await company("UPDATE declared_purpose SET purpose = 'service' WHERE purpose = 'collections'");
  });

  it.each([
    ['the person’s data', 'UPDATE contact SET blocked_at = now()', 'UPDATE contact SET blocked_at = NULL', 'BLOCKED'],
    [
      'the sending',
      "INSERT INTO sending_stop (tenant_id, scope, stopped_at) SELECT DISTINCT tenant_id, 'company', now() FROM contact",
      'DELETE FROM sending_stop',
      'COMPANY_STOPPED',
    ],
  ])(
    'when %s is stopped after it was asked for, then it does not leave, and why is kept with it',
    async (_, stop, free, why) => {
      const person = await late();
      const before = await house.postIds(andina);
      const contact = (await person.contact()) ?? '';
      await house.inside(andina, async (tx) => {
        const [by] = await tx.query<{ id: string }>("SELECT id FROM member WHERE slack_user = 'U0PAULA'");
        const [template] = await tx.query<{ id: string }>("SELECT id FROM template WHERE name = 'aviso_despacho'");
        const of = { template: template?.id ?? '', values: ['Ana', '7731'] };
        const actor = { id: by?.id ?? '', roles: ['agent'] };
        expect(await house.rooms.handOffs.notify(tx, contact, of, actor, house.clock.now())).toBeUndefined();
        await tx.query(stop);
      });
      const kept = 'SELECT state, reason FROM message WHERE contact_id = $1 ORDER BY seq DESC LIMIT 1';
      await eventually(async () => expect(await company(kept, [contact])).toEqual([{ state: 'failed', reason: why }]));
      expect(got(person).map(({ text }) => text)).not.toContain('aviso_despacho');
      await company(free);
      await eventually(async () => expect(await lines(before)).toMatch(/No le llegó/));
    },
  );

  it('when what is typed into it is an offer or a link that nobody may be led to, then the gate refuses it', async () => {
    const person = await late();
    expect(saidIn(await fills(person, { v1: 'Ana', v2: 'http://bit.ly/2x' }))).toMatch(/No salió: El mensaje lleva un/);
  });

  it('when their language has no approved notice, then that is said, and how to have one', async () => {
    const person = await late('I want to talk to a person');
    const form = await paula().opens('Enviar plantilla', await head(person));
    expect(saidIn(form)).toMatch(/No hay plantillas de aviso aprobadas en inglés/);
  });

  it('when somebody without the role sends it, then nothing leaves', async () => {
    const person = await late();
    const camila = aDesk(house, 'U0CAMILA');
    expect(whole((await camila.presses('Enviar plantilla', await head(person))).at(-1)?.content)).toMatch(/Tu rol/);
  });
});
