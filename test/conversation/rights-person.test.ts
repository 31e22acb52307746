import { eventually } from '../support/eventually';
import { aDesk, gets } from './desk';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const openOf = async (person: Someone) => {
  const contact = (await person.contact()) ?? '';
  return house.inside(andina, (tx) => house.rooms.privacy.openOf(tx, contact, house.clock.now()));
};

describe('objecting', () => {
  it.each([
    ['me opongo a que usen mis datos para publicidad', /no usa tus datos para publicidad/],
    ['I object to the use of my data for marketing', /does not use your data for advertising/],
    ['me oponho ao uso dos meus dados para publicidade', /não usa seus dados para publicidade/],
  ])('when «%s» is said, then it stops at once and nobody has to decide (art. 8 b)', async (words, said) => {
    const person = someone(house);
    expect(whole((await person.says(words))[0])).toMatch(said);
    expect(await person.promotions()).toBe('stop');
    await eventually(async () => expect((await person.request())?.outcome).toBe('granted'));
  });

  it.each([
    ['retiro mi consentimiento para usar mis datos', /permiso quedó retirado/],
    ['I withdraw my consent to use my data', /permission is taken back/],
    ['retiro meu consentimento para o uso dos meus dados', /permissão foi retirada/],
  ])('when «%s» is said, then the permission is taken back at once (art. 12)', async (words, said) => {
    const person = someone(house);
    expect(whole((await person.says(words))[0])).toMatch(said);
    expect(await person.promotions()).toBe('stop');
    await eventually(async () => expect((await person.request())?.outcome).toBe('granted'));
  });

  it('when another use is objected to, then the controller decides on brief reasons (art. 8 a)', async () => {
    const person = someone(house);
    const [noted] = await person.says('me opongo a que compartan mis datos con otras empresas');
    expect(whole(noted)).toMatch(/Decide Tienda Andina.*por qué, en una frase/);
    expect(await person.promotions()).toBe('hold');
    expect((await person.request())?.state).toBe('received');
    expect(labels(await aDesk(house).card(person))).toContain('Aceptar');
  });

  it.each([
    ['me opongo a las decisiones automatizadas sobre mí', /se decide solo.*una persona/s],
    ['I object to automated decisions about me', /decided by itself.*a person/s],
    ['me oponho às decisões automatizadas sobre mim', /se decide sozinho.*uma pessoa/s],
  ])(
    'when «%s» is said, then it is explained, a person reviews it and is within reach (art. 8 bis)',
    async (words, said) => {
      const person = someone(house);
      const [told] = await person.says(words);
      expect(whole(told)).toMatch(said);
      expect(labels(told)).toHaveLength(3);
      expect((await person.request())?.cause).toBe('automated');
      expect((await person.request())?.state).toBe('received');
    },
  );
});

describe('where it comes from, and where it went', () => {
  it.each([
    'y de dónde sacaron mi número?',
    '¿con qué permiso me escriben?',
    '¿con quién compartieron mis datos?',
    '¿por qué me llegó esto?',
  ])('when «%s» is asked, then source, date, permission, and with whom it was shared are told', async (words) => {
    const ana = someone(house, { phone: '+56987654321' });
    const [told] = await ana.says(words);
    expect(whole(told)).toMatch(/1 de noviembre de 2026.*«Acepto recibir.*(?:comparte|Con nadie más que Connectus)/s);
    expect(labels(told)).toEqual(['Ver mis datos', 'Borrar mis datos', 'Una persona']);
  });
});

describe('seeing one’s data', () => {
  it('when only what is held is asked, then it is told by category and the whole copy is one button away', async () => {
    const person = someone(house);
    const [brief] = await person.says('¿qué datos tienen de mí?');
    expect(labels(brief)[0]).toBe('Copia completa');
    expect((await openOf(person)).map(({ scope }) => scope)).toEqual(['summary']);
    const [whole_] = await person.taps('Copia completa', brief);
    expect((await openOf(person)).map(({ scope }) => scope)).toEqual(['full']);
    // more than this number proves is handed over only to whoever proves more
    expect(labels(whole_)[0]).toBe('Comprobar que soy yo');
  });

  it('when a file to take along is asked for, then it is a case of its own and says how to prove who asks', async () => {
    const person = someone(house);
    const [noted] = await person.says('quiero llevarme mis datos a otra empresa, en un archivo');
    expect(whole(noted)).toMatch(/SOL-\d{6}.*comprobar que eres tú/s);
    expect((await person.request())?.right).toBe('portability');
  });

  it('when seeing and erasing are wished in one message, then two cases hang together, seeing first (T-DSR-9)', async () => {
    const person = someone(house);
    await person.says('quiero ver mis datos y después borren mis datos');
    const open = await openOf(person);
    expect(open.map(({ right }) => right).sort()).toEqual(['access', 'erase']);
    const [access, erase] = ['access', 'erase'].map((right) => open.find((one) => one.right === right));
    expect(erase?.parent).toBe(access?.id);
    await person.says('sí');
    expect(whole(await aDesk(house).card(person))).toContain(`Pedida junto con:* ${access?.number}`);
  });
});

describe('a block', () => {
  it('when it is granted and the person wants to be reached again, then they lift it themselves', async () => {
    const person = someone(house);
    await person.says('bloqueen mis datos mientras reviso, están mal');
    await aDesk(house).presses('Aceptar', await aDesk(house).card(person));
    await gets(house, person, /bloque/i);
    const [status] = await person.says('ESTADO');
    expect(labels(status)).toContain('Quitar el bloqueo');
    expect(whole((await person.taps('Quitar el bloqueo', status))[0])).toMatch(/quité el bloqueo/);
    const contact = (await person.contact()) ?? '';
    expect(await house.inside(andina, (tx) => house.rooms.privacy.freezing(tx, contact))).toBeUndefined();
  });
});

describe('taking a request back, and a person at any moment', () => {
  it.each(['quiero retirar mi solicitud', 'I want to withdraw my request', 'quero retirar minha solicitação'])(
    'when «%s» is said, then it is shown and closed with a button',
    async (words) => {
      const person = someone(house);
      await person.says('quiero ver mis datos');
      const [shown] = await person.says(words);
      const withdraw = labels(shown).find((label) => /^(?:Retirar|Withdraw)/.test(label)) ?? '';
      await person.taps(withdraw, shown);
      expect((await person.request())?.state).toBe('withdrawn');
    },
  );

  it.each(['mi nombre está mal, es Ana', 'borren mis datos', 'quiero ver mis datos'])(
    'when «%s» is under way and a person is wished for, then one is called',
    async (words) => {
      const person = someone(house);
      await person.says(words);
      expect(whole((await person.says('PERSONA'))[0])).toMatch(/avisé al equipo/);
      expect((await openOf(person)).length).toBe(1);
    },
  );
});
