import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { aPhone, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const sofia = () => colleague(house, 'U0SOFIA', 'T0CONNECTUS');
const diego = () => colleague(house, 'U0DIEGO');
const paula = () => colleague(house, 'U0PAULA');
const camila = () => colleague(house, 'U0CAMILA');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
/** Somebody who writes here and gets promotions. */
const subscriber = async () => {
  const person = someone(house);
  await person.says('VOLVER');
  await person.says('SÍ');
  return { ...person, phone: person.identity.phone ?? '' };
};

describe('taking somebody off', () => {
  it('when support says so, then nothing is sent to them any more, it is recorded by whom, and only they can come back', async () => {
    const person = await subscriber();
    const said = told(await sofia().says(`bloquea el número ${person.phone}`));
    expect(said).toMatch(/a \+56 9 •••• •\d{3} no se le envía ninguna promoción más/);
    expect(said).not.toContain(person.phone);
    expect(await person.promotions()).toBe('stop');
    expect(told(await diego().says(`quién ha visto los datos del ${person.phone}`))).toMatch(
      /Sofía Pérez: detuvo las promociones de una persona/,
    );
    house.clock.forward(1);
    await person.says('VOLVER');
    expect(await person.promotions()).toBeUndefined();
  });

  it('when they are off already, then it is said, and their own moment stays', async () => {
    const person = await subscriber();
    await person.says('BAJA');
    expect(told(await sofia().says(`bloquea el número ${person.phone}`))).toMatch(/ya estaba fuera/);
  });

  it('when nobody here has the number, then no list brings it in later', async () => {
    const phone = aPhone();
    expect(told(await sofia().says(`bloquea el número ${phone}`))).toMatch(/quedó anotado/);
    const origin = { source: 'import:test', now: house.clock.now() };
    const taken = await house.inside(andina, (tx) =>
      house.rooms.audience.importPerson(tx, { identity: { phone } }, origin),
    );
    expect(taken).toEqual({ leftOut: 'stopped' });
  });

  it('when it is another customer’s person, then that customer’s promotions are not touched', async () => {
    const theirs = someone(house, undefined, clinica);
    await theirs.says('VOLVER');
    await theirs.says('SÍ');
    await sofia().says(`bloquea el número ${theirs.identity.phone}`);
    expect(await theirs.promotions()).toBeUndefined();
  });
});

describe('looking somebody up', () => {
  it('when it is asked who a number is, then masked, with their language, and whether promotions go to them', async () => {
    const person = await subscriber();
    const said = told(await sofia().says(`quién es el ${person.phone}`));
    expect(said).toMatch(/^\+56 9 •••• •\d{3} · Se le pueden enviar promociones.*español/);
    await person.says('BAJA');
    expect(told(await sofia().says(`quién es el ${person.phone}`))).toMatch(
      /No se le envían promociones.*pidió no recibir/,
    );
    expect(told(await sofia().says(`quién es el ${aPhone()}`))).toBe('No hay nadie con esa dirección o solicitud.');
  });

  it('when it is asked why nothing came to somebody who left, then only that is said, and to support nothing of what it can’t do', async () => {
    const why = async (user: string, team: string, phone: string) =>
      told(await colleague(house, user, team).says(`¿por qué no le llegó a ${phone}?`));
    const left = someone(house);
    await left.says('BAJA');
    const ofLeft = await why('U0SOFIA', 'T0CONNECTUS', left.identity.phone ?? '');
    expect(ofLeft).toMatch(/Solo la persona puede volver/);
    expect(ofLeft).not.toMatch(/prueba|QR/);
    const silent = someone(house);
    await silent.says('hola');
    const ofSilent = await why('U0SOFIA', 'T0CONNECTUS', silent.identity.phone ?? '');
    expect(ofSilent).toMatch(/quien prepara las campañas puede invitar a la persona con un QR/);
    expect(ofSilent).not.toMatch(/crea un QR|sube la lista/);
    expect(await why('U0CAMILA', 'T0ANDINA', silent.identity.phone ?? '')).toMatch(/escribe «crea un QR»/);
  });

  it('when proof of a permission is asked for, then its day and words come, and that it was taken back', async () => {
    const person = await subscriber();
    const ask = async () => told(await sofia().says(`muéstrame la prueba de consentimiento del ${person.phone}`));
    expect(await ask()).toMatch(
      /Dio permiso el 1 de diciembre de 2026, para WhatsApp, .*con sus propias palabras.*2026-12-01T13:\d\d:00\.000Z.*Pediste recibir.*SHA-256.*[0-9a-f]{64}/,
    );
    house.clock.forward(3 * 24 * 60);
    await person.says('BAJA');
    const then = told(await sofia().says(`tenía permiso el ${person.phone} el 3 de diciembre de 2026 a las 10?`));
    expect(then).toMatch(
      /Al 3 de diciembre de 2026.*\(2026-12-03T13:00:00.000Z\).*WhatsApp:\* con permiso.*Ahora.*WhatsApp:\* lo retiró/,
    );
    expect(await ask()).toMatch(/4 de diciembre de 2026 · lo retiró · WhatsApp, SMS y correo/);
    const silent = someone(house);
    await silent.says('hola');
    expect(told(await sofia().says(`muéstrame la prueba de consentimiento del ${silent.identity.phone}`))).toMatch(
      /No hay ningún permiso registrado/,
    );
  });
});

describe('a request, by its number', () => {
  const theirs = async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('sí');
    return { phone: person.identity.phone ?? '', number: (await person.request())?.number ?? '' };
  };
  const asked = async (): Promise<string> => (await theirs()).number;

  it('when whoever may decide says to accept or reject it, then only its card comes, and nothing is decided', async () => {
    const number = await asked();
    for (const words of [`acepta la ${number}`, `rechaza la solicitud ${number}`]) {
      const card = cardOf(await paula().says(words), 'privacy-requests/case');
      expect(whole(card)).toContain(number);
      expect(labels(card)).toEqual(expect.arrayContaining(['Aceptar', 'Rechazar']));
    }
    expect(told(await sofia().says(`en qué está la ${number}`))).toMatch(/confirmada por la persona/);
  });

  it('when it is said by its last digits or by the person’s number, then it is that one, and nobody else’s', async () => {
    const { phone, number } = await theirs();
    for (const words of [
      `acepta el caso ${Number(number.slice(4))}`,
      `hay que cumplir la solicitud de borrado del ${phone}`,
    ]) {
      const card = cardOf(await paula().says(words), 'privacy-requests/case');
      expect([words, whole(card)]).toEqual([words, expect.stringContaining(number)]);
    }
    expect(told(await paula().says(`hay que cumplir la solicitud de borrado del ${aPhone()}`))).toMatch(
      /no tiene ninguna solicitud abierta/,
    );
  });

  it('when support says so, then they read how it stands and who decides, without a button', async () => {
    const number = await asked();
    const posts = await sofia().says(`acepta la ${number}`);
    expect(told(posts)).toMatch(new RegExp(`quien tiene el rol de privacidad.*${number}`));
    expect(posts.map(({ content }) => labels(content))).toEqual([[]]);
    const list = await sofia().says('qué solicitudes de datos hay abiertas');
    expect(told(list)).toContain(number);
    expect(list.map(({ content }) => labels(content))).toEqual([[]]);
    const card = cardOf(await paula().says(`acepta la ${number}`), 'privacy-requests/case');
    expect(told(await sofia().presses('Aceptar', card))).toMatch(/Tu rol no permite/);
    await sofia().presses('Rechazar', card, 'V9');
    const refused = { text: expect.stringMatching(/Tu rol no permite/) };
    await eventually(() => expect(house.edge.forms.at(-1)).toMatchObject(refused));
    expect(told(await sofia().says(`en qué está la ${number}`))).toMatch(/confirmada por la persona/);
  });
});

describe('what the team asks about its own account', () => {
  it('when an owner asks who did what, then it is told by name; an operator may not', async () => {
    house.clock.forward(1);
    await camila().says('manda la promo cyber a clientes RM mañana a las 10');
    expect(told(await diego().says('muéstrame el registro de auditoría'))).toMatch(/Camila Rojas: preparó C-\d+/);
    expect(told(await camila().says('muéstrame el registro de auditoría'))).toMatch(/Tu rol no permite/);
  });

  it.each([
    ['cómo está el canal de whatsapp', /Los envíos están abiertos.*\+56 2 2938 4000/],
    ['cuántos mensajes hemos usado este mes', /Este mes no ha salido ninguna promoción/],
    ['cuáles son los datos de nuestra empresa acá', /Tienda Andina.*Comercial Tienda Andina SpA.*privacidad@/],
    ['quién está en el equipo', /Quién tiene aprobación:\* Diego Fuentes/],
    ['cuánto tiempo guardamos los datos', /Cada noche se borra lo que ya cumplió su plazo/],
    ['lista de subencargados', /Meta Platforms, Inc\./],
    ['mándame la factura', /Todavía no hay estados de cuenta.*La factura electrónica la emite Connectus aparte/],
  ])('when «%s» is asked, then it is answered with what is so', async (words, pattern) => {
    expect(told(await diego().says(words))).toMatch(pattern);
  });

  it('when a member chooses a language, then cards for them come in it', async () => {
    const [offer] = await diego().says('cambia mi idioma a inglés');
    expect(labels(offer?.content)).toEqual(
      expect.arrayContaining(['Español', 'English', 'Português', 'Aprobar a solas']),
    );
    await diego().presses('English', offer?.content);
    const member = await house.inside(andina, (tx) =>
      house.rooms.members.find(tx, 'T0ANDINA', 'U0DIEGO', house.clock.now()),
    );
    expect(member?.language).toBe('en');
  });
});
