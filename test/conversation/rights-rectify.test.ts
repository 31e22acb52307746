import { eventually } from '../support/eventually';
import { aDesk } from './desk';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { buttonOf, cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

let files = 0;
const paula = () => colleague(house, 'U0PAULA');
const held = async (person: Someone) => {
  const contact = (await person.contact()) ?? '';
  return house.inside(andina, (tx) => house.rooms.audience.corrections.held(tx, contact));
};
const fieldOf = async (person: Someone, field: string) =>
  (await held(person)).find((one) => one.field === field)?.value;
const decision = async (person: Someone) => {
  const { number = '?' } = (await person.request()) ?? {};
  const mine = (await house.posts(andina)).filter((post) => whole(post.content).includes(number));
  return cardOf(mine, 'privacy-requests/case');
};
/** What says who they are is changed only once it is sure who asks: somebody of the company saw it. */
const isSeen = async (person: Someone) => {
  const form = await aDesk(house).opens('Comprobé quién es', await decision(person));
  await aDesk(house).fills(form, { how: 'Cédula vista en la tienda de Talca' });
};
const accepts = async (person: Someone) => {
  await isSeen(person);
  return paula().presses('Aceptar', await decision(person));
};
/** Of a name that stands wrong: the company put it down like that. */
const misnamed = async (name = 'Marta Rojsa') => {
  const person = someone(house);
  await person.says('hola');
  const contact = (await person.contact()) ?? '';
  await house.inside(andina, (tx) => house.rooms.audience.setName(tx, contact, name));
  return person;
};

describe('«mi correo está mal, es …»', () => {
  it('when it is said whole, then before and after are shown, what stands hidden, and it waits for the person’s yes', async () => {
    const person = await misnamed();
    const [question] = await person.says('mi nombre está mal, es Marta Rojas');
    expect(whole(question)).toMatch(/SOL-\d{6}.*Tu nombre:\* M••• → Marta Rojas/);
    expect(whole(question)).not.toContain('Rojsa');
    expect(labels(question)).toEqual(['Sí, corregir', 'No, así no', 'Retirar solicitud']);
    expect(whole(await decision(person))).toMatch(/Nombre:\* M••• → M••• \(la persona aún no lo confirma\)/);
    expect(await fieldOf(person, 'name')).toBe('Marta Rojsa');
  });

  it('when the person confirms and the controller accepts, then it is corrected, and only then', async () => {
    const person = await misnamed();
    const [question] = await person.says('mi nombre está mal, es Marta Rojas');
    expect(whole((await person.taps('Sí, corregir', question))[0])).toMatch(/confirmado.*SOL-\d{6}/);
    expect(await fieldOf(person, 'name')).toBe('Marta Rojsa');
    await accepts(person);
    await eventually(async () => expect(await fieldOf(person, 'name')).toBe('Marta Rojas'));
  });

  it('when the controller accepts what the person never confirmed, then nothing is changed', async () => {
    const person = await misnamed();
    await person.says('mi nombre está mal, es Marta Rojas');
    await paula().presses('Aceptar', await decision(person));
    await eventually(async () => expect((await person.request())?.state).toMatch(/answered|closed/));
    expect(await fieldOf(person, 'name')).toBe('Marta Rojsa');
  });

  it('when only the number speaks for them, then what says who they are is not changed, and the person reads how to prove it', async () => {
    const person = await misnamed();
    const [question] = await person.says('mi correo está mal, es otro@ejemplo.cl');
    const [told] = await person.taps('Sí, corregir', question);
    expect(labels(told)[0]).toBe('Comprobar que soy yo');
    await paula().presses('Aceptar', await decision(person));
    await eventually(async () => expect((await person.request())?.state).toBe('accepted'));
    expect(await fieldOf(person, 'email')).toBe('');
    await isSeen(person);
    await eventually(async () => expect(await fieldOf(person, 'email')).toBe('otro@ejemplo.cl'));
  });

  it('when it was corrected, then no list says otherwise, neither an old one nor a new one', async () => {
    const person = await misnamed();
    await person.says('mi correo está mal, es marta@tienda.cl');
    await person.says('sí');
    await accepts(person);
    await eventually(async () => expect(await fieldOf(person, 'email')).toBe('marta@tienda.cl'));
    await eventually(async () => expect(await person.promotions()).toBeUndefined()); // the case is over
    await lists(person, { email: 'vieja@tienda.cl', name: 'Marta de la Lista' });
    expect(await fieldOf(person, 'email')).toBe('marta@tienda.cl');
    expect(await fieldOf(person, 'name')).toBe('Marta de la Lista'); // of that they said nothing
  });

  it('when the mail is somebody else’s here, then the controller can’t take it over, and the person hears nothing of it', async () => {
    const other = await misnamed();
    await other.says('mi correo está mal, es ajeno@tienda.cl');
    await other.says('sí');
    await accepts(other);
    await eventually(async () => expect(await fieldOf(other, 'email')).toBe('ajeno@tienda.cl'));
    const person = await misnamed();
    const [question] = await person.says('mi correo está mal, es ajeno@tienda.cl');
    expect(labels(question)).toContain('Sí, corregir');
    await person.taps('Sí, corregir', question);
    expect(whole((await accepts(person))[0]?.content)).toMatch(/ya es de otra persona/);
    expect(await fieldOf(other, 'email')).toBe('ajeno@tienda.cl');
  });

  it('when only what is wrong is said, then how it should be is asked, and what they write next is it', async () => {
    const person = await misnamed();
    const [asked] = await person.says('mi nombre está mal escrito');
    expect(whole(asked)).toMatch(/cómo debe quedar tu nombre completo/i);
    const [question] = await person.says('María José Quilapán');
    expect(whole(question)).toMatch(/→ María José Quilapán/);
  });

  it('when the name sounds like another language, then the talk stays in its own; a bare yes is no name', async () => {
    const person = await misnamed();
    await person.says('mi nombre está mal escrito');
    expect(whole((await person.says('sí'))[0])).toMatch(/cómo debe quedar/i);
    expect(whole((await person.says('María Ángela Ñanco'))[0])).toMatch(/Quedaría así.*→ María Ángela Ñanco/);
  });

  it('when no is said, then nothing is kept of it, the case stays open, and it can be said again', async () => {
    const person = await misnamed();
    const [question] = await person.says('mi nombre está mal, es Marta Roja');
    expect(whole((await person.taps('No, así no', question))[0])).toMatch(/así no/);
    expect((await person.request())?.state).toBe('received');
    expect(whole((await person.says('Marta Rojas'))[0])).toMatch(/→ Marta Rojas/);
  });

  it('when nothing of it is understood, then their words are the request, and buttons say what can be corrected here', async () => {
    const person = await misnamed();
    const [noted] = await person.says('me tienen como Don Pedro y el Pedro era mi papá');
    expect(whole(noted)).toMatch(/tal cual/);
    expect(labels(noted)).toEqual(['Mi nombre', 'Mi correo', 'Retirar solicitud']);
    expect(whole((await person.taps('Mi nombre', noted))[0])).toMatch(/debe quedar/);
  });

  it('when a number is wrong, then it is said that it is corrected from the number itself', async () => {
    const person = await misnamed();
    expect(whole((await person.says('mi teléfono está mal, es 9 8765 4321'))[0])).toMatch(/desde el mismo número/);
  });

  it('when somebody else presses a copied button, then their correction stays as it was', async () => {
    const victim = await misnamed();
    const thief = someone(house);
    const [question] = await victim.says('mi nombre está mal, es Otro Nombre');
    expect(whole((await thief.taps(buttonOf(question, 'Sí, corregir')))[0])).toMatch(/No encuentro esa solicitud/);
    const contact = (await victim.request())?.id ?? '';
    const all = await house.inside(andina, (tx) => house.rooms.rectification.of(tx, contact));
    expect(all.map(({ confirmed }) => confirmed)).toEqual([false]);
  });

  it.each([
    ["my email is wrong, it's marta@shop.cl", /Your email:\* marta@shop\.cl/, 'yes'],
    ['meu nome está errado, é Marta Souza', /Seu nome.*→ Marta Souza/, 'sim'],
  ])('when «%s» is said, then it is shown and confirmed in that language', async (words, shown, yes) => {
    const person = await misnamed();
    expect(whole((await person.says(words))[0])).toMatch(shown);
    expect(whole((await person.says(yes))[0])).toMatch(/SOL-\d{6}/);
    const request = (await person.request())?.id ?? '';
    const all = await house.inside(andina, (tx) => house.rooms.rectification.of(tx, request));
    expect(all.map(({ confirmed }) => confirmed)).toEqual([true]);
  });
});

/** The company loads a list in which this person stands. */
async function lists({ identity }: Someone, said: { email: string; name: string }): Promise<void> {
  const name = `vieja${++files}.csv`;
  const camila = colleague(house, 'U0CAMILA');
  const rows = `Nombre;Celular;Correo\r\n${said.name};${identity.phone};${said.email}`;
  await camila.drops(name, rows);
  const card = (saying: RegExp) =>
    eventually(async () => {
      const content = cardOf(await house.posts(andina), 'import-recipients/list');
      expect(whole(content)).toMatch(saying);
      return content;
    });
  await camila.presses('Solo guardar', await card(new RegExp(`${name}.*1 fila · Esto`)));
  await card(new RegExp(`${name}.*guardada`));
}
