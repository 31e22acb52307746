import { eventually } from '../support/eventually';
import { aDesk, wrongIn } from './desk';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { aPhone, buttonOf, cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => colleague(house, 'U0PAULA');
const stateOf = async (person: Someone) => (await person.request())?.state;
/** The controller's card about this person's newest request. */
const decision = async (person: Someone) => {
  const { number } = (await person.request()) ?? {};
  return cardOf(
    (await house.posts(andina)).filter((post) => whole(post.content).includes(number ?? '?')),
    'privacy-requests/case',
  );
};
/** What was really handed to WhatsApp for them. */
const gets = (person: Someone, text: RegExp) =>
  eventually(() => {
    const got = house.edge.sent.filter(({ to }) => to === person.identity.phone).map((one) => one.text);
    expect(got).toContainEqual(expect.stringMatching(text));
    return got.find((one) => text.test(one)) ?? '';
  });
/** Nobody answered the question in time. */
async function timePasses(): Promise<void> {
  house.clock.forward(60);
  await house.hurry();
}

describe('«borren mis datos»', () => {
  it('when it is written, then the case is open, promotions wait, the controller sees it, and it is asked with yes and no', async () => {
    const person = someone(house);
    const [question] = await person.says('quiero que borren mis datos');
    expect(await stateOf(person)).toBe('received');
    expect(await person.promotions()).toBe('hold');
    expect(labels(question)).toEqual(['Sí, borrar', 'No']);
    expect(whole(question)).toMatch(/SOL-\d{6}.*31 de diciembre de 2026.*no se puede deshacer/);
    const card = await decision(person);
    expect(whole(card)).toMatch(/falta que la persona confirme/);
    expect(whole(card)).not.toContain(person.identity.phone);
    expect(labels(card)).toEqual(['La vi', 'Ver más']);
  });

  it('when the customer has no channel for it, then whoever decides is told in person', async () => {
    await house.inside(clinica, (tx) => tx.query("DELETE FROM place WHERE purpose = 'privacy'"));
    await someone(house, { phone: aPhone() }, clinica).says('borren mis datos');
    const [post] = (await house.posts(clinica)).filter((one) => one.card === 'privacy-requests/case').slice(-1);
    expect([post?.place.user, post?.place.channel]).toEqual(['U0ELENA', undefined]);
  });

  it('when yes is said at once, then it goes to the controller and the person is out; a second yes changes nothing', async () => {
    const person = someone(house);
    const [question] = await person.says('bórrenme');
    expect(whole((await person.says('sí'))[0])).toMatch(/Anotado.*ESTADO/);
    expect([await stateOf(person), await person.promotions()]).toEqual(['confirmed', 'stop']);
    expect(whole((await person.taps('Sí, borrar', question))[0])).toMatch(/ya está en curso/);
    expect(await stateOf(person)).toBe('confirmed');
  });

  it('when no is said, then nothing is erased, the case ends, and promotions go on', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    expect(whole((await person.says('no, mejor déjalo'))[0])).toMatch(/no se borra nada/);
    expect([await stateOf(person), await person.promotions()]).toEqual(['withdrawn', undefined]);
  });

  it.each(['no, quiero que los borren ya', 'no los quiero en su base', 'no quiero q tengan mi info', 'no entiendo'])(
    'when «%s» is said, then the request stays open and yes still confirms it',
    async (text) => {
      const person = someone(house);
      await person.says('borren mis datos');
      expect(await person.says(text)).toHaveLength(1);
      expect(await stateOf(person)).toBe('received');
      await person.says('sí');
      expect(await stateOf(person)).toBe('confirmed');
    },
  );

  it.each(['no, quiero ver mis datos', 'No. Mejor muéstrenme qué datos tienen de mí'])(
    'when «%s» is said, then it is a no, and what is wanted instead is done',
    async (text) => {
      const person = someone(house);
      await person.says('borren mis datos');
      const said = await person.says(text);
      expect(said.map(whole).join(' | ')).toMatch(/no se borra nada.*Esto es lo que/);
      expect(await person.request()).toMatchObject({ right: 'access' });
      const contact = (await person.contact()) ?? '';
      const open = await house.inside(andina, (tx) => house.rooms.privacy.openOf(tx, contact, house.clock.now()));
      expect(open.map(({ right }) => right)).toEqual(['access']);
    },
  );

  it('when another request came after it, then a later yes still asks about the erasure', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('DATOS');
    expect(labels((await person.says('sí'))[0])).toEqual(['Sí, borrar', 'No']);
  });

  it('when several requests are open, then each is told, and the one that waits for a yes can be answered', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('DATOS');
    const [all] = await person.says('ESTADO');
    expect(all?.facts).toEqual([expect.stringMatching(/SOL-\d+ \(.*\): /), expect.stringMatching(/SOL-\d+ \(.*\): /)]);
    expect(labels(all)).toEqual(['Sí, borrar', 'No borrar']);
    const number = /SOL-\d+/.exec(all?.facts?.[0] ?? '')?.[0] ?? '';
    expect(labels((await person.says(number))[0])).toEqual(['Retirar solicitud']);
    await person.taps('Sí, borrar', all);
    expect(labels((await person.says('ESTADO'))[0])).toEqual([]);
  });

  it.each(['ya', 'sí', 'si borrar', 'no'])(
    'when other talk closed the question and «%s» comes, then it is asked again and nothing is decided',
    async (text) => {
      const person = someone(house);
      await person.says('borren mis datos');
      await person.says('que pasa si borro?');
      expect(labels((await person.says(text))[0])).toEqual(['Sí, borrar', 'No']);
      expect(await stateOf(person)).toBe('received');
    },
  );

  it.each(['me arrepenti, no borren nada', "I changed my mind, don't delete anything", 'mudei de ideia'])(
    'when it is taken back by «%s», then closing it is offered, and only their answer closes it',
    async (text) => {
      const person = someone(house);
      await person.says('borren mis datos');
      expect(labels((await person.says(text))[0])).toHaveLength(2);
      expect(await stateOf(person)).toBe('received');
      await person.says('no');
      expect(await stateOf(person)).toBe('withdrawn');
    },
  );

  it('when it is taken back and then meant after all, then it is asked again', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('me arrepentí');
    expect(labels((await person.says('Sí, seguir'))[0])).toEqual(['Sí, borrar', 'No']);
    expect(await stateOf(person)).toBe('received');
  });

  it('when yes comes an hour later, then it is asked again; the case, the controller’s card and the old button still work', async () => {
    const person = someone(house);
    const [question] = await person.says('borren mis datos');
    await timePasses();
    await eventually(async () => expect(await stateOf(person)).toBe('unconfirmed'));
    expect(labels(await decision(person))).toEqual(expect.arrayContaining(['Aceptar', 'Rechazar']));
    expect(labels((await person.says('sí'))[0])).toEqual(['Sí, borrar', 'No']);
    expect(await stateOf(person)).toBe('unconfirmed');
    await person.taps('Sí, borrar', question);
    expect(await stateOf(person)).toBe('confirmed');
  });

  it('when the controller has refused meanwhile, then a late yes opens nothing anew', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await timePasses();
    await eventually(async () => expect(await stateOf(person)).toBe('unconfirmed'));
    const { number } = (await person.request()) ?? {};
    await paula().presses('Rechazar', await decision(person), 'V2');
    const form = await eventually(() => {
      expect(house.edge.forms.at(-1)?.fields.length).toBe(2);
      return house.edge.forms.at(-1);
    });
    const facts = 'Compró el 3 de noviembre y su garantía sigue vigente';
    await paula().submits(form?.action ?? '', { ground: 'contract', facts });
    await gets(person, /no puede acoger su solicitud/);
    expect(whole((await person.says('ok'))[0])).toMatch(new RegExp(`${number}`));
    expect((await person.request())?.number).toBe(number);
  });

  it('when it is said again meanwhile, then it is the same case', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    const before = await person.request();
    const [again] = await person.says('delete my data');
    expect((await person.request())?.number).toBe(before?.number);
    expect(labels(again)).toEqual(['Yes, erase', 'No']);
    await person.says('yes');
    expect(whole((await person.says('STATUS'))[0])).toMatch(/the company is looking at it/);
  });

  it('when the controller accepts, then it is erased, the person is told, and nothing about them stands in Slack', async () => {
    const person = someone(house);
    await person.says('tienen talla 42?');
    await person.says('borren mis datos');
    await person.says('sí');
    const { number } = (await person.request()) ?? {};
    const said = await paula().presses('Aceptar', await decision(person));
    expect(whole(said[0]?.content)).toMatch(/aceptada.*Borro los datos/);
    await gets(person, /eliminamos sus datos/);
    await eventually(async () => {
      expect(await person.contact()).toBeUndefined();
      const cards = (await house.posts(andina)).filter((post) => post.card);
      // What is left names whom the company has to tell that it is gone (art. 11), and the person by what the file of the request keeps.
      const left = cards.filter((post) => whole(post.content).includes(number ?? '?'));
      expect(left.map(({ card }) => card)).toEqual(['privacy-requests/others']);
      expect(whole(left[0]?.content)).toMatch(/avisar de la supresión.*borrarlos también.*WhatsApp/s);
      expect(whole(left[0]?.content)).not.toContain(person.identity.phone);
      expect(labels(left[0]?.content)).toEqual(['Ya les avisé']);
    });
    const others = async () => cardOf(await house.posts(andina), 'privacy-requests/others');
    expect(whole((await paula().presses('Ya les avisé', await others()))[0]?.content)).toMatch(
      /ya les avisaste.*El certificado lo dirá/,
    );
    // Whichever came first, the certificate or their word.
    await eventually(async () => {
      const [newest] = await house.inside(andina, (tx) =>
        tx.query<{ document: string }>(
          `SELECT document FROM certificate JOIN privacy_case c ON c.id = case_id WHERE c.number = $1 ORDER BY version DESC LIMIT 1`,
          [Number(number?.split('-')[1])],
        ),
      );
      expect(newest?.document).toMatch(/"told":\[\{"at":"\d/);
    });
  });

  it('when the controller refuses, then only with a ground and facts; the person reads both and how to complain (T-DSR-3)', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('sí');
    const form = await aDesk(house).opens('Rechazar', await decision(person));
    const options = form.fields.find((field) => field.id === 'ground')?.options?.map((one) => one.value);
    expect(options).toContain('contract');
    expect(options).not.toContain('law_forbids');
    const facts = 'Compró el 3 de noviembre y su garantía sigue vigente';
    for (const values of [
      { ground: 'contract', facts: 'no' },
      { ground: 'law_forbids', facts },
      { ground: '', facts },
    ]) {
      expect(wrongIn(await aDesk(house).fills(form, values))).toEqual({ facts: expect.stringMatching(/causal/) });
      expect(await stateOf(person)).toBe('confirmed');
    }
    await aDesk(house).fills(form, { ground: 'contract', facts });
    const letter = await gets(person, /no puede acoger su solicitud/);
    expect(letter).toContain('un contrato vigente con usted');
    expect(letter).toContain(facts);
    expect(letter).toMatch(/Agencia de Protección de Datos Personales dentro de 30 días hábiles/);
  });

  it('when somebody without that role presses the card, then nothing is decided', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('sí');
    for (const user of ['U0CAMILA', 'U0VICTOR']) {
      const said = await colleague(house, user).presses('Aceptar', await decision(person));
      expect(whole(said[0]?.content)).toMatch(/Tu rol no permite/);
    }
    expect(await stateOf(person)).toBe('confirmed');
  });
});

describe('seeing one’s data', () => {
  it.each(['DATOS', 'qué tienen de mí?', 'quiero ver mis datos'])(
    'when «%s» is written, then a summary comes at once, and the rest is the controller’s to decide',
    async (text) => {
      const person = someone(house);
      const [summary] = await person.says(text);
      expect(whole(summary)).toMatch(/1 número.*solicitud SOL-\d{6}/);
      expect(whole(summary)).not.toContain(person.identity.phone);
      expect(labels(await decision(person))).toEqual(expect.arrayContaining(['Aceptar', 'Rechazar']));
    },
  );

  it('when only what is held was asked, then it is confirmed in writing once it is accepted; of a copy nothing is sent before it is sure who asks', async () => {
    const [asks, wants] = [someone(house), someone(house)];
    await asks.says('qué tienen de mí?');
    await paula().presses('Aceptar', await decision(asks));
    expect(await gets(asks, /solicitud de acceso/)).toMatch(/Guardamos/);
    await wants.says('quiero una copia de todos mis datos');
    await paula().presses('Aceptar', await decision(wants));
    await eventually(async () => expect(await stateOf(wants)).toBe('accepted'));
    expect(house.edge.sent.filter(({ to, text }) => to === wants.identity.phone && /enlace|http/.test(text))).toEqual(
      [],
    );
  });

  it('when it comes with a wish to be erased, then seeing comes first, and both cases are open', async () => {
    const person = someone(house);
    const said = await person.says('quiero ver mis datos y después borren mis datos');
    expect(said.map((one) => /Esto es lo que/.test(whole(one)))).toEqual([true, false]);
    expect(labels(said[1])).toEqual(['Sí, borrar', 'No']);
    await person.says('sí');
    expect(await stateOf(person)).toBe('confirmed');
  });

  it('when it is asked where the number came from, then source, date and the words agreed to are said', async () => {
    const ana = someone(house, { phone: '+56987654321' });
    const [origin] = await ana.says('y de dónde sacaron mi número?');
    expect(whole(origin)).toMatch(/1 de noviembre de 2026: la empresa lo cargó con tu permiso.*«Acepto recibir/);
    const nobody = someone(house);
    expect(whole((await nobody.says('de dónde sacaron mi número?'))[0])).toMatch(/no tiene registrado un permiso tuyo/);
  });
});

describe('how it is going', () => {
  it('when ESTADO is written, then the newest request is told in the person’s own words, and what waits for their yes can be answered', async () => {
    const person = someone(house);
    expect(whole((await person.says('ESTADO'))[0])).toMatch(/No tienes solicitudes/);
    await person.says('borren mis datos');
    const [status] = await person.says('ESTADO');
    expect(whole(status)).toMatch(/espera tu confirmación/);
    await person.taps('No borrar', status);
    expect(whole((await person.says('ESTADO'))[0])).toMatch(/ya terminó: la retiraste/);
  });
});

describe('somebody else’s request', () => {
  it('when a copied button of another person is pressed, then it is refused and their case stays as it was', async () => {
    const victim = someone(house);
    const thief = someone(house);
    const [question] = await victim.says('borren mis datos');
    for (const label of ['Sí, borrar', 'No']) {
      const [answer] = await thief.taps(buttonOf(question, label));
      expect(whole(answer)).toMatch(/No encuentro esa solicitud/);
    }
    expect(await stateOf(victim)).toBe('received');
  });

  it('when a button was altered, or is another company’s, or is for the team, then it is refused', async () => {
    const person = someone(house);
    const [question] = await person.says('borren mis datos');
    const { id, label } = buttonOf(question, 'Sí, borrar');
    const args = Buffer.from(JSON.stringify(['case', '019ad5a0-0000-7000-8000-000000000001'])).toString('base64url');
    const altered = id.split('.').with(3, args).join('.');
    const elsewhere = someone(house, { phone: '+56987654321' }, clinica);
    const draft = await colleague(house, 'U0CAMILA').says('manda la promo cyber a clientes RM');
    const teams = buttonOf(cardOf(draft, 'send-campaign/author'), 'Pedir aprobación');
    for (const [who, button] of [
      [person, { id: altered, label }],
      [person, { id: `${id}x`, label }],
      [elsewhere, { id, label }],
      [person, teams],
    ] as const)
      expect(whole((await who.taps(button))[0])).toMatch(/Ese botón ya no sirve/);
    expect(await stateOf(person)).toBe('received');
  });

  it('when a number of another’s request is asked for, then the answer is that of an unknown one', async () => {
    const victim = someone(house);
    await victim.says('borren mis datos');
    const { number = '' } = (await victim.request()) ?? {};
    const person = someone(house);
    await person.says('hola');
    const foreign = await person.says(`estado de ${number}`);
    const unknown = await person.says('estado de SOL-999999');
    expect(foreign).toEqual(unknown);
    expect(whole(foreign[0])).toMatch(/No encuentro/);
    expect(whole((await victim.says(number))[0])).toContain(number);
  });
});

describe('coming back while it is open', () => {
  it('when VOLVER is written, then no promotions are promised, and the request is named', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('sí');
    house.clock.forward(1);
    const { number } = (await person.request()) ?? {};
    const [said] = await person.says('VOLVER');
    expect(whole(said)).toMatch(new RegExp(`${number}.*no te llegan promociones`));
    expect(whole(said)).not.toMatch(/Listo/);
    expect(await person.promotions()).toBe('stop');
  });
});

describe('deciding more than a day after the person last wrote', () => {
  const aDayPasses = async (days = 1) => {
    house.clock.forward(days * 24 * 60 + 60);
    await house.hurry();
  };
  /** Here no notice is approved by which a letter could leave after a day. */
  beforeAll(() =>
    house.inside(andina, (tx) => tx.query("UPDATE template SET status = 'PAUSED' WHERE category = 'UTILITY'")),
  );
  /** The list shows the first few: what the other tests left open goes. */
  const onlyOwed = () =>
    house.inside(andina, (tx) => tx.query("UPDATE privacy_case SET state = 'withdrawn' WHERE state <> 'closed'"));
  const facts = 'Compró el 3 de noviembre y su garantía sigue vigente';
  const rejects = async (person: Someone, ground: string) => {
    const shown = house.edge.forms.length;
    await paula().presses('Rechazar', await decision(person), 'V9');
    const form = await eventually(() => {
      expect(house.edge.forms.length).toBe(shown + 1);
      return house.edge.forms[shown];
    });
    return whole((await paula().submits(form?.action ?? '', { ground, facts }))[0]?.content);
  };

  it('when an erasure is accepted, then the controller is told to answer otherwise, and the person gets the answer if they write again', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says('sí');
    expect(whole(await decision(person))).toMatch(/Respuesta por WhatsApp:\* hasta el .*\d{2}:\d{2}/);
    await aDayPasses();
    expect(whole(await decision(person))).toMatch(/por otra vía.*antes de que se borre también su número/);
    const [said] = await paula().presses('Aceptar', await decision(person));
    expect(whole(said?.content)).toMatch(/aceptada y borro los datos ahora\. A la persona no puedo responderle/);
    await eventually(async () => expect(await stateOf(person)).toBe('executing'));
    expect(house.edge.sent.filter(({ to }) => to === person.identity.phone).map((one) => one.text)).not.toContainEqual(
      expect.stringMatching(/eliminamos sus datos/),
    );
    await person.says('ESTADO');
    await gets(person, /eliminamos sus datos/);
    await eventually(async () => expect(await person.contact()).toBeUndefined());
  });

  it('when it is refused and they write again, then the reasons reach them', async () => {
    const person = someone(house);
    await person.says('DATOS');
    await aDayPasses();
    expect(await rejects(person, 'no_data')).toMatch(/no puedo enviarle los motivos.*por otra vía/);
    expect(whole((await person.says('ESTADO'))[0])).toMatch(/te llegan los motivos por aquí/);
    expect(await gets(person, /no puede acoger su solicitud/)).toContain(facts);
    await eventually(async () => expect(await person.request()).toMatchObject({ state: 'closed', told: true }));
  });

  it('when they do not write again, then it is over and unanswered, everybody reads that, and the company says when it has told them', async () => {
    const person = someone(house);
    await person.says('DATOS');
    await aDayPasses();
    await rejects(person, 'no_data');
    await aDayPasses(8);
    await eventually(async () => expect(await person.request()).toMatchObject({ state: 'closed', told: false }));
    const { number } = (await person.request()) ?? {};
    const [status] = await person.says('ESTADO');
    expect(whole(status)).toMatch(/te debe la respuesta/);
    expect(whole(status)).not.toMatch(/ya fue respondida/);
    const card = await decision(person);
    expect(whole(card)).toMatch(/cerrada, sin poder responderle a la persona: hazlo por otra vía/);
    expect(labels(card)).toContain('Ya le respondí');
    const listed = async () => whole((await paula().says('solicitudes'))[0]?.content);
    const line = new RegExp(`${number}.*cerrada, sin poder responderle a la persona`);
    await onlyOwed();
    expect(await listed()).toMatch(line);
    await paula().presses('Ya le respondí', card);
    expect(await listed()).not.toContain(number);
    expect(whole((await person.says('ESTADO'))[0])).toMatch(/ya fue respondida/);
  });
});
