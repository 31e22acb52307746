import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => colleague(house, 'U0PAULA');
const decision = async (person: Someone) => {
  const { number } = (await person.request()) ?? {};
  const posts = (await house.posts(andina)).filter(({ content }) => whole(content).includes(number ?? '?'));
  return cardOf(posts, 'privacy-requests/case');
};
const isFrozen = async (person: Someone) => {
  const contact = await person.contact();
  const [row] = await house.inside(andina, (tx) =>
    tx.query<{ frozen: boolean }>('SELECT blocked_at IS NOT NULL AS frozen FROM contact WHERE id = $1', [contact]),
  );
  return row?.frozen;
};
/** What is shown in the window that the button opened. */
const reads = async (person: Someone) => {
  const shown = house.edge.forms.length;
  await paula().presses('Leer lo que pide', await decision(person), 'V1');
  return eventually(() => {
    expect(house.edge.forms.length).toBe(shown + 1);
    return (house.edge.forms[shown] as unknown as { text: string }).text;
  });
};
const refuses = async (person: Someone, ground: string) => {
  const shown = house.edge.forms.length;
  await paula().presses('Rechazar', await decision(person), 'V1');
  const form = await eventually(() => {
    expect(house.edge.forms.length).toBe(shown + 1);
    return house.edge.forms[shown];
  });
  const facts = 'Revisamos la ficha y corresponde a otra situación';
  // A block that is refused, a minor's too, needs the authority's receipt.
  await paula().submits(form?.action ?? '', { ground, facts, agencyNotice: 'AG-2026-1' });
  await eventually(async () => expect(['answered', 'closed']).toContain((await person.request())?.state));
};

describe('an objection to a use of the data', () => {
  const wish = 'no compartan mis datos con terceros';

  it('when it is written, then promotions wait, the case is open, and whoever decides reads the words and what a yes would stop', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    expect(whole(said)).toMatch(
      /solicitud SOL-\d{6}.*31 de diciembre de 2026\. Mientras tanto no te llegan promociones/,
    );
    expect(labels(said)).toEqual(['Ver mis datos', 'Retirar solicitud', 'Una persona']);
    expect(await person.request()).toMatchObject({ right: 'object', state: 'received' });
    expect([await person.promotions(), await isFrozen(person)]).toEqual(['hold', false]);
    expect(whole(await decision(person))).toMatch(/deja de:\*? incluirla en listas que salen de aquí/);
    expect(await reads(person)).toContain(wish);
  });

  it('when it is said again, then it is the same case; when it is taken back, then all is as before', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    const { number } = (await person.request()) ?? {};
    expect(whole((await person.says('ME OPONGO'))[0])).toMatch(new RegExp(`agregué a tu solicitud ${number}`));
    await person.taps('Retirar solicitud', said);
    expect(await person.request()).toMatchObject({ number, state: 'withdrawn' });
    expect(await person.promotions()).toBeUndefined();
  });

  it('when it is to promotions, then they end at once and nothing is left to decide', async () => {
    const person = someone(house);
    const [said] = await person.says('me opongo a que usen mis datos para publicidad');
    expect(whole(said)).toMatch(/no usa tus datos para publicidad/);
    expect(await person.promotions()).toBe('stop');
  });
});

describe('a wish to freeze the data', () => {
  const wish = 'congelen mis datos, no los borren';

  it('when it is written, then nothing is used from then on, promotions are held, and two working days run', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    expect(whole(said)).toMatch(/no se usan, no se borran.*SOL-\d{6}.*3 de diciembre de 2026/);
    expect(await person.request()).toMatchObject({ right: 'block', state: 'received' });
    expect([await person.promotions(), await isFrozen(person)]).toEqual(['hold', true]);
    expect(await reads(person)).toContain(wish);
  });

  it('when it is taken back, then all is as before', async () => {
    const person = someone(house);
    const [said] = await person.says('BLOQUEAR MIS DATOS');
    await person.taps('Retirar solicitud', said);
    expect([await person.promotions(), await isFrozen(person)]).toEqual([undefined, false]);
  });
});

describe('a person whose data is blocked', () => {
  const staff: [string, (phone: string) => string][] = [
    ['who it is', (phone) => `busca al cliente ${phone}`],
    ['what happened with them', (phone) => `muéstrame el historial de ${phone}`],
    ['what became of their messages', (phone) => `le llegó el mensaje al ${phone}?`],
    ['when they agreed', (phone) => `muéstrame el consentimiento del ${phone}`],
  ];

  it.each(staff)('when the team asks %s, then it is told that they are blocked, and nothing more', async (_, ask) => {
    const person = someone(house);
    await person.says('VOLVER');
    await person.says('congelen mis datos, no los borren');
    const phone = person.identity.phone ?? '';
    const answers = await colleague(house, 'U0DIEGO').says(ask(phone));
    const [said] = answers.map(({ content }) => content);
    expect([answers.length, whole(said)]).toEqual([
      1,
      expect.stringMatching(/^Los datos de esa persona están bloqueados/),
    ]);
    expect(whole(said)).not.toContain(phone.slice(-3));
  });

  it('when a talk with them stands in Slack, then it says so too, and shows what was said again when the block ends', async () => {
    const person = someone(house);
    await person.says('quiero hablar con una persona');
    const talks = async () =>
      (await house.posts(andina))
        .filter(({ card, content }) => card === 'hand-off/talk' && content)
        .map(({ content }) => whole(content));
    const before = await talks();
    const [said] = await person.says('congelen mis datos, no los borren');
    await eventually(async () =>
      expect((await talks()).filter((one) => /datos de esa persona están bloqueados/.test(one))).toHaveLength(1),
    );
    await person.taps('Retirar solicitud', said);
    await eventually(async () => expect(await talks()).toHaveLength(before.length));
    await eventually(async () => expect((await talks()).join()).not.toMatch(/datos de esa persona están bloqueados/));
  });
});

describe('a complaint about the messages', () => {
  const wish = 'esto es una estafa, los voy a reportar';

  it('when it is written, then promotions stop, the team sees it, and the person hears an apology and where to complain', async () => {
    const person = someone(house);
    const [said] = await person.says(wish);
    expect(whole(said)).toMatch(
      /^Lamento la molestia\..*una persona te responde.*SERNAC.*Agencia de Protección de Datos/s,
    );
    expect(whole(said)).not.toMatch(/VOLVER/);
    expect(await person.promotions()).toBe('stop');
    const talks = (await house.posts(andina)).filter(({ card }) => card === 'hand-off/talk');
    expect(talks.filter(({ content }) => whole(content).includes(wish))).toHaveLength(1);
    expect(await person.says('tienen talla 42?')).toEqual([]);
  });

  it('when it is written again, then the talk that is open is told, and nothing is opened twice', async () => {
    const person = someone(house);
    await person.says(wish);
    expect(whole((await person.says('PHISHING'))[0])).toMatch(/ya tiene tu reclamo/);
    const talks = (await house.posts(andina)).filter(({ card }) => card === 'hand-off/talk');
    expect(talks.filter(({ content }) => whole(content).includes('PHISHING'))).toHaveLength(1);
  });

  it('when there is no team to tell, then no answer of a person is promised', async () => {
    await house.inside(clinica, (tx) => tx.query("DELETE FROM place WHERE purpose = 'support'"));
    const person = someone(house, { phone: aPhone() }, clinica);
    const [said] = await person.says(wish);
    expect(whole(said)).toMatch(/no hay nadie del equipo.*escribe a /s);
    expect(await person.promotions()).toBe('stop');
  });
});

describe('a child', () => {
  it.each(['soy menor de edad, tengo 15', 'este celular es de mi hija de 9 años'])(
    'when «%s» is written, then promotions stop, nothing is used, the controller reads it, and nothing is asked',
    async (text) => {
      const person = someone(house);
      const [said] = await person.says(text);
      expect(whole(said)).toMatch(/solo para mayores de 18.*detuve las promociones.*3 de diciembre/s);
      expect(whole(said)).not.toMatch(/VOLVER/);
      expect(labels(said)).toEqual(['Una persona']);
      expect(await person.request()).toMatchObject({ right: 'block', state: 'received' });
      expect([await person.promotions(), await isFrozen(person)]).toEqual(['stop', true]);
      expect(await reads(person)).toContain(text);
      expect((await person.says('sí')).flatMap(labels)).not.toContain('Sí, borrar');
      expect(whole((await person.says('SOY MENOR'))[0])).toMatch(/Ya está anotado/);
    },
  );

  it.each([
    ['tengo 16 años y soy menor de edad', /Desde los 14 años.*DATOS/s, /adulto responsable/],
    ["I'm a minor, I'm 15", /From the age of 14.*DATA/s, /responsible adult/],
    ['sou menor de idade, tenho 15', /A partir dos 14 anos.*DADOS/s, /adulto responsável/],
    ['tengo 11 años', /adulto responsable/, /Desde los 14/],
  ])('when «%s» is written, then who may ask is said as the law has it', async (text, said, not) => {
    const [answer] = await someone(house).says(text);
    expect(whole(answer)).toMatch(said);
    expect(whole(answer)).not.toMatch(not);
  });

  it('when whoever holds the phone asks how it stands, then no tap ends what protects the child', async () => {
    const person = someone(house);
    await person.says('SOY MENOR');
    const [told] = await person.says('ESTADO');
    expect(labels(told)).not.toContain('Retirar solicitud');
    const id = (await person.request())?.id ?? '';
    const now = house.clock.now();
    const withdraw = house.inside(andina, (tx) => house.rooms.privacy.withdraw(tx, id, now));
    await expect(withdraw).rejects.toMatchObject({ code: 'CASE_STATE' });
    const contact = (await person.contact()) ?? '';
    const release = house.inside(andina, (tx) => house.rooms.privacy.release(tx, id, `contact:${contact}`, now));
    await expect(release).rejects.toMatchObject({ code: 'CASE_STATE' });
    expect(await isFrozen(person)).toBe(true);
  });

  it('when an unrelated block of a minor is refused, then they are a minor as before', async () => {
    const person = someone(house);
    await person.says('bloqueen mis datos mientras reviso, están mal');
    const id = (await person.contact()) ?? '';
    await house.inside(andina, (tx) => house.rooms.audience.setMinor(tx, id, true, 'tengo 15'));
    await refuses(person, 'not_founded');
    expect(
      await house.inside(andina, (tx) => tx.query('SELECT age_band AS band FROM contact WHERE id = $1', [id])),
    ).toEqual([{ band: '14_15' }]);
  });

  it('when the company finds that it is none, then the data may be used again, and promotions stay stopped', async () => {
    const person = someone(house);
    await person.says('SOY MENOR');
    const bands = async () => {
      const id = (await person.contact()) ?? '';
      return house.inside(andina, (tx) => tx.query('SELECT age_band AS band FROM contact WHERE id = $1', [id]));
    };
    expect(await bands()).toEqual([{ band: 'lt14' }]);
    await refuses(person, 'not_founded');
    expect([await person.promotions(), await isFrozen(person)]).toEqual(['stop', false]);
    expect(await bands()).toEqual([{ band: null }]);
  });
});

describe('a wrong number', () => {
  it('when nothing more is said, then promotions are held and it is asked', async () => {
    const person = someone(house);
    const [question] = await person.says('número equivocado');
    expect(labels(question)).toEqual(['Sí, no más', 'No, las quiero']);
    expect(await person.promotions()).toBe('hold');
  });

  it('when it comes with a wish to be left alone, then they are out at once', async () => {
    const person = someone(house);
    await person.says('número equivocado, no me escriban más');
    expect(await person.promotions()).toBe('stop');
  });
});
