import type { Content } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const wish = 'mi correo está malo, el correcto es ana@ejemplo.cl';
const paula = () => colleague(house, 'U0PAULA');
const cardsOf = async ({ number }: { number: string }) =>
  (await house.posts(andina)).filter((post) => whole(post.content).includes(number));
const decision = async (person: Someone) =>
  cardOf(await cardsOf((await person.request()) ?? { number: '?' }), 'privacy-requests/case');
/** What is shown in the window that the button opened. */
const reads = async (card: Content, user = 'U0PAULA') => {
  const shown = house.edge.forms.length;
  await colleague(house, user).presses('Leer lo que pide', card, 'V1');
  return eventually(() => {
    expect(house.edge.forms.length).toBe(shown + 1);
    return (house.edge.forms[shown] as unknown as { text: string }).text;
  });
};
const readings = async (person: Someone) => {
  const { id } = (await person.request()) ?? {};
  const found = await house.inside(andina, (tx) =>
    tx.query("SELECT 1 AS one FROM audit WHERE act = 'case.read' AND subject = $1", [`case:${id}`]),
  );
  return found.length;
};
const gets = (person: Someone, text: RegExp) =>
  eventually(() => {
    const got = house.edge.sent.filter(({ to }) => to === person.identity.phone).map((one) => one.text);
    expect(got).toContainEqual(expect.stringMatching(text));
  });

describe('«mi correo está malo»', () => {
  it('when it is written, then the case is open, promotions wait, and the person learns who looks at it and until when', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    expect(whole(said)).toMatch(/Tu solicitud SOL-\d{6}.*ana@ejemplo\.cl.*31 de diciembre de 2026/);
    expect(labels(said)).toEqual(['Sí, corregir', 'No, así no', 'Retirar solicitud']);
    expect(await person.request()).toMatchObject({ right: 'rectify', state: 'received' });
    expect(await person.promotions()).toBe('hold');
  });

  it('when the controller looks, then all that was written since stands in a window and in no post of ours, and the look is recorded', async () => {
    const person = someone(house);
    await person.says('tienen talla 42?');
    house.clock.forward(1);
    await person.says(wish);
    await person.says('el apellido también, es con z');
    const card = await decision(person);
    expect(labels(card)).toEqual(expect.arrayContaining(['Leer lo que pide', 'Aceptar', 'Rechazar']));
    expect(whole(card)).not.toContain('ana@ejemplo.cl');
    expect(whole(card)).toContain('a•••@ejemplo.cl');
    const shown = await reads(card);
    expect(shown).toContain(wish);
    expect(shown).toContain('el apellido también, es con z');
    expect(shown).not.toContain('talla 42');
    expect(await readings(person)).toBe(1);
    const posts = (await house.posts(andina)).filter(({ card: kind }) => !kind.startsWith('hand-off/'));
    expect(posts.filter(({ content }) => whole(content).includes('ana@ejemplo.cl'))).toEqual([]);
  });

  it('when somebody without that role asks for it, then nothing is shown', async () => {
    const person = someone(house);
    await person.says(wish);
    expect(await reads(await decision(person), 'U0VICTOR')).toMatch(/Tu rol no permite/);
    expect(await readings(person)).toBe(0);
  });

  it('when it is said again, then it is the same case; once accepted, the person is told and promotions go on', async () => {
    const person = someone(house);
    await person.says(wish);
    const { number } = (await person.request()) ?? {};
    const [again] = await person.says('mi nombre está mal escrito, corríjanlo');
    expect(whole(again)).toMatch(new RegExp(`Tu solicitud ${number}.*cómo debe quedar tu nombre`, 'i'));
    const [said] = await paula().presses('Aceptar', await decision(person));
    expect(whole(said?.content)).toMatch(/Corrijo lo que la persona confirmó/);
    await gets(person, /rectificó sus datos/);
    await eventually(async () => expect(await person.promotions()).toBeUndefined());
  });

  it('when it is over, then its words can no longer be read', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    const card = await decision(person);
    await person.taps('Retirar solicitud', said);
    expect(await reads(card)).not.toContain(wish);
    expect(await readings(person)).toBe(0);
  });
});

describe('taking a request back', () => {
  it.each([wish, 'quiero mis datos en un archivo para llevarlos a otra empresa'])(
    'when «%s» is taken back, then the case ends, promotions go on, and an old button only says so',
    async (text) => {
      const person = someone(house);
      const [said] = await person.says(text);
      expect(whole((await person.taps('Retirar solicitud', said))[0])).toMatch(/cerré tu solicitud SOL-\d{6}/);
      expect(await person.request()).toMatchObject({ state: 'withdrawn' });
      expect(await person.promotions()).toBeUndefined();
      expect(whole((await person.taps('Retirar solicitud', said))[0])).toMatch(/ya terminó: la retiraste/);
    },
  );

  it('when ESTADO is written, then it is offered there too', async () => {
    const person = someone(house);
    await person.says('qué datos tienen de mí');
    const [status] = await person.says('ESTADO');
    expect(labels(status)).toEqual(['Retirar solicitud']);
    await person.taps('Retirar solicitud', status);
    expect(await person.request()).toMatchObject({ right: 'access', state: 'withdrawn' });
  });
});

describe('taking one’s data elsewhere', () => {
  it('when it is asked for, then the case is open; once accepted, the person hears how they get the file', async () => {
    const person = someone(house);
    const [said] = await person.says('exporten mis datos a excel por favor');
    expect(whole(said)).toMatch(/solicitud SOL-\d{6}.*un archivo que otra empresa pueda usar.*Nada se borra/);
    expect(await person.request()).toMatchObject({ right: 'portability', state: 'received' });
    expect(whole((await person.says('PORTABILIDAD DE DATOS'))[0])).toMatch(
      /ya está en curso\. Tienda Andina te responde a más tardar el 31 de diciembre/,
    );
    await paula().presses('Aceptar', await decision(person));
    await gets(person, /tus datos en un archivo/);
  });
});
