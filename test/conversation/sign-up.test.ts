import { toBuffer } from 'qrcode';
import type { Content } from '../../src/channel';
import type { TenantTx } from '../../src/data/database';
import { endConsents } from '../../src/domain/consent/endings';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { aPhone, cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());
const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const last = (posts: readonly Post[]): Content => posts.at(-1)?.content as Content;
const codeIn = (text: string): string => /[a-z]+-[2-9a-z]{4}/.exec(text)?.[0] ?? '';
const theCode = async (): Promise<string> => codeIn(whole(last(await camila().says('crea un QR de suscripción'))));
const minuteLater = () => house.clock.forward(1);
const about = async <T>(person: Someone, work: (tx: TenantTx, contact: string) => Promise<T>): Promise<T> => {
  const id = (await person.contact()) ?? '';
  return house.inside(andina, (tx) => work(tx, id));
};
const ledgerOf = (person: Someone) => about(person, (tx, id) => house.rooms.consent.ledger(tx, id));
const stateOf = (person: Someone) =>
  about(person, (tx, id) => house.rooms.consent.state(tx, id, 'whatsapp', 'marketing', house.clock.now()));
const proofFor = async (person: Someone) =>
  whole(last(await colleague(house, 'U0PAULA').says(`prueba de consentimiento de ${person.identity.phone}`)));

describe('a QR to sign up with', () => {
  it('when an operator asks for one, then there is a picture with words for it, the link that it opens, a form, and what people are asked', async () => {
    const shown = last(await camila().says('crea un QR de suscripción'));
    const text = whole(shown);
    const chat = /https:\/\/wa\.me\/56229384000\?text=ALTA%20([a-z]+-[2-9a-z]{4})/.exec(text);
    expect(chat).not.toBeNull();
    expect(text).toContain(`https://connectus.example/sign-up/${andina}/${chat?.[1]}`);
    expect(text).toMatch(/Pediste recibir novedades.*Responde SÍ.*BAJA.*Comercial Tienda Andina SpA.*\/privacy\//s);
    expect(shown.image).toEqual({
      url: `https://connectus.example/sign-up/${andina}/${chat?.[1]}.png`,
      alt: expect.stringContaining(`ALTA ${chat?.[1]}`),
    });
    const picture = await fetch(`${house.url}/sign-up/${andina}/${chat?.[1]}.png`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const expected = await toBuffer(chat?.[0] ?? '', { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 640 });
    expect(Buffer.from(await picture.arrayBuffer()).equals(expected)).toBe(true);
  });

  it('when it is asked for in another language than before, then what people are asked is shown in that one', async () => {
    const ines = colleague(house, 'U0CAMILA');
    expect(whole(last(await ines.says('create a sign-up QR code please')))).toContain('You asked to receive');
    expect(whole(last(await ines.says('crea un QR de suscripción')))).toContain('Pediste recibir');
  });

  it('when it is asked for again, then it is the same, so that what was printed goes on; another place has its own', async () => {
    const code = await theCode();
    expect(await theCode()).toBe(code);
    const shown = last(await camila().says('crea un QR de suscripción'));
    const [another] = (shown.buttons ?? []).filter(({ label }) => label === 'Otro QR');
    await camila().presses(another as never, undefined, 'V1');
    const form = house.edge.forms.at(-1);
    const made = await camila().submits(form?.action ?? '', { name: 'tienda Providencia' });
    expect(codeIn(whole(last(made)))).not.toBe(code);
    expect(whole(last(made))).toContain('tienda Providencia');
  });

  it('when one is closed, then its code begins nothing of its own any more, and it is not listed', async () => {
    const shown = last(await camila().says('QR'));
    await camila().presses('Otro QR', shown, 'V2');
    const made = last(await camila().submits(house.edge.forms.at(-1)?.action ?? '', { name: 'feria del libro' }));
    const all = last(await camila().presses('Todos los QR', made));
    expect(labels(all)).toEqual(expect.arrayContaining(['Tienda Andina', 'feria del libro']));
    expect(whole(last(await camila().presses('feria del libro', all)))).toContain(codeIn(whole(made)));
    await camila().presses('Cerrar este', made);
    expect(labels(last(await camila().presses('Todos los QR', made)))).not.toContain('feria del libro');
    expect((await fetch(`${house.url}/sign-up/${andina}/${codeIn(whole(made))}.png`)).status).toBe(404);
  });

  it('when a picture is asked for that is nobody’s, or another company’s, then it is not found', async () => {
    const code = await theCode();
    for (const path of [`${andina}/tienda-2abc`, `${clinica}/${code}`, `x/${code}`])
      expect([path, (await fetch(`${house.url}/sign-up/${path}.png`)).status]).toEqual([path, 404]);
  });

  it('when somebody may only look, then they make none', async () => {
    expect(whole(last(await colleague(house, 'U0VICTOR').says('crea un QR de suscripción')))).not.toMatch(/wa\.me/);
  });

  it('when the texts are asked for, then each version comes with its words and hash', async () => {
    const shown = last(await camila().says('crea un QR de suscripción'));
    const texts = whole(last(await camila().presses('Ver los textos', shown)));
    expect(texts).toMatch(/alta-[0-9a-f]{8}.*SHA-256 [0-9a-f]{64}.*v1.*Acepto recibir/s);
    expect(texts).toMatch(/\(español\).*\(inglés\)|\(inglés\).*\(español\)/s);
    expect(texts).not.toMatch(/19(69|70)/);
  });
});

describe('signing up by the code', () => {
  it('T-CON-1: when the code is sent, then the versioned question comes and nothing is permitted; only their SÍ is a permission, with its proof', async () => {
    const code = await theCode();
    const person = someone(house);
    const [question, ...more] = await person.says(`ALTA ${code}`);
    expect(more).toEqual([]);
    expect(whole(question)).toMatch(/Pediste recibir novedades.*una vez a la semana.*Responde SÍ.*respondiendo BAJA/s);
    expect(labels(question)).toEqual(['Sí, quiero', 'No, gracias']);
    expect(await stateOf(person)).toBe('pending');
    minuteLater();
    expect(whole((await person.says('SÍ'))[0])).toMatch(/¡Listo!.*BAJA/);
    expect(await stateOf(person)).toBe('given');
    const given = (await ledgerOf(person)).at(-1);
    expect(given).toMatchObject({ act: 'given', source: 'person', place: `qr:${code}`, proven: true });
    expect(given?.text_version).toMatch(/^alta-/);
    const proof = await proofFor(person);
    expect(proof).toContain(`con el QR o enlace «${code}»`);
    expect(proof).toContain(given?.text_hash?.toString('hex'));
    expect(proof).toMatch(/se le preguntó.*dio permiso/s);
    expect(proof).not.toContain(person.identity.phone?.slice(-8));
  });

  it.each([
    ['taps the button', (person: Someone, question: Content) => person.taps('Sí, quiero', question)],
    [
      'writes it days later',
      async (person: Someone) => {
        house.clock.forward(6 * 24 * 60);
        return person.says('si');
      },
    ],
  ])('when the person %s, then that is their yes', async (_how, answer) => {
    const person = someone(house);
    const [question] = await person.says(`ALTA ${await theCode()}`);
    minuteLater();
    await answer(person, question as Content);
    expect(await stateOf(person)).toBe('given');
  });

  it('when they say no, then what they were asked and their no stand in the proof, nothing is permitted, and its button begins nothing', async () => {
    const code = await theCode();
    const person = someone(house);
    const [question] = await person.says(`ALTA ${code}`);
    minuteLater();
    expect(whole((await person.taps('No, gracias', question))[0])).toMatch(/no te enviará nada/);
    const [asked, declined] = await ledgerOf(person);
    expect(declined).toMatchObject({ act: 'declined', source: 'person', place: `qr:${code}` });
    expect(declined?.text_hash).toEqual(asked?.text_hash);
    expect(await stateOf(person)).toBe('none');
    expect(await proofFor(person)).toMatch(/se le preguntó.*dijo que no.*con el QR o enlace/s);
    expect(whole((await person.taps('Sí, quiero', question))[0])).toMatch(/Ya pasó/);
    expect(await stateOf(person)).toBe('none');
    house.clock.forward(8 * 24 * 60);
    await house.inside(andina, (tx) => endConsents(tx, house.clock.now()));
    expect((await ledgerOf(person)).map(({ act }) => act)).toEqual(['pending', 'declined']);
    expect(labels((await person.says(`ALTA ${code}`))[0])).toEqual(['Sí, quiero', 'No, gracias']);
    expect(await stateOf(person)).toBe('pending');
  });

  it('when they don’t answer for a week, then it is as if nobody had asked: no reminder, no trace, and a late yes is none', async () => {
    const person = someone(house);
    const [question] = await person.says(`ALTA ${await theCode()}`);
    const sent = house.edge.sent.filter(({ to }) => to === person.identity.phone).length;
    house.clock.forward(7 * 24 * 60 + 1);
    expect(await stateOf(person)).toBe('none');
    await house.inside(andina, (tx) => endConsents(tx, house.clock.now()));
    expect(await ledgerOf(person)).toEqual([]);
    expect(house.edge.sent.filter(({ to }) => to === person.identity.phone)).toHaveLength(sent);
    expect(whole((await person.taps('Sí, quiero', question))[0])).toMatch(/Ya pasó una semana/);
    expect(await stateOf(person)).toBe('none');
  });

  it('when they talk of something else in between, then the button still answers', async () => {
    const person = someone(house);
    const [question] = await person.says(`ALTA ${await theCode()}`);
    await person.says('¿tienen talla 42?');
    expect(await stateOf(person)).toBe('pending');
    minuteLater();
    await person.taps('Sí, quiero', question);
    expect(await stateOf(person)).toBe('given');
  });

  it.each([
    ['sí', 'given', /¡Listo!/],
    ['no', 'none', /no te enviará nada/],
  ])(
    'when something else was asked and told in between, then a bare %s still answers it',
    async (word, state, reply) => {
      const person = someone(house);
      await person.says(`ALTA ${await theCode()}`);
      await person.says('¿con qué permiso me escriben?');
      minuteLater();
      expect(whole((await person.says(word))[0])).toMatch(reply);
      expect(await stateOf(person)).toBe(state);
    },
  );

  it('when another question of ours stands last, or they left, then a bare yes does not sign them up', async () => {
    const code = await theCode();
    const erasing = someone(house);
    await erasing.says(`ALTA ${code}`);
    await erasing.says('borren mis datos');
    minuteLater();
    await erasing.says('sí');
    expect(await stateOf(erasing)).not.toBe('given');

    const unsure = someone(house);
    await unsure.says(`ALTA ${code}`);
    await unsure.sends({ type: 'media', media: 'audio' });
    await unsure.says('mmm creo que ya no tanto');
    minuteLater();
    await unsure.says('sí');
    const gone = someone(house);
    await gone.says(`ALTA ${code}`);
    minuteLater();
    await gone.says('BAJA');
    minuteLater();
    await gone.says('sí');
    expect([await gone.promotions(), await stateOf(gone)]).toEqual(['stop', 'withdrawn']);
  });

  it('T-OPT-9: when somebody who left scans it, then they stay out until their own yes', async () => {
    const person = someone(house);
    await person.says('BAJA');
    minuteLater();
    const [question] = await person.says(`ALTA ${await theCode()}`);
    expect([await person.promotions(), await stateOf(person)]).toEqual(['stop', 'pending']);
    minuteLater();
    await person.taps('Sí, quiero', question);
    expect([await person.promotions(), await stateOf(person)]).toEqual([undefined, 'given']);
  });

  it('when the code is of nobody, then the question is asked all the same and nothing is permitted before its yes', async () => {
    const person = someone(house);
    expect(labels((await person.says('ALTA tienda-9zzz'))[0])).toEqual(['Sí, quiero', 'No, gracias']);
    expect(await stateOf(person)).toBe('pending');
  });

  it('when somebody has it already, then they are told so and not asked', async () => {
    const person = someone(house);
    await person.says('VOLVER');
    await person.says('SÍ');
    expect(whole((await person.says(`ALTA ${await theCode()}`))[0])).toMatch(/Ya recibes/);
  });

  it('when the person writes English or Portuguese, then the question and its proof are in that language', async () => {
    const code = await theCode();
    const english = someone(house, { phone: '+14155550177' });
    expect(whole((await english.says(`START ${code}`))[0])).toMatch(/You asked to receive.*Reply YES.*STOP/s);
    minuteLater();
    await english.says('yes');
    expect((await ledgerOf(english)).at(-1)).toMatchObject({ act: 'given', language: 'en' });
    const told = someone(house, { phone: '+14155550178' });
    await told.says('hola');
    const [question] = await told.says('please send me your news and offers again');
    expect([whole(question), labels(question)]).toEqual([
      expect.stringContaining('You asked to receive'),
      ['Yes, please', 'No, thanks'],
    ]);
    const brazilian = someone(house, { phone: '+5511987650001' });
    expect(whole((await brazilian.says(`CADASTRAR ${code}`))[0])).toMatch(/Você pediu.*Responda SIM.*SAIR/s);
  });

  it('T-CON-3: when the company’s name changes, then the question is a new version, and who agreed before keeps the old words', async () => {
    const code = await theCode();
    const rename = (name: string) =>
      house.inside(andina, (tx) => tx.query('UPDATE tenant SET name = $2 WHERE tenant_id = $1', [tx.tenant, name]));
    const agree = async () => {
      const person = someone(house);
      const [question] = await person.says(`ALTA ${code}`);
      minuteLater();
      await person.taps('Sí, quiero', question);
      return person;
    };
    const before = await agree();
    await rename('Andina Hogar');
    const after = await agree().finally(() => rename('Tienda Andina'));
    const [old, fresh] = [(await ledgerOf(before)).at(-1), (await ledgerOf(after)).at(-1)];
    expect(fresh?.text_version).not.toBe(old?.text_version);
    expect(whole((await before.says('con qué permiso me escriben?'))[0])).toMatch(
      /novedades y promociones de Tienda Andina/,
    );
    expect(whole((await after.says('con qué permiso me escriben?'))[0])).toMatch(
      /novedades y promociones de Andina Hogar/,
    );
  });
});

describe('a person’s own receipt', () => {
  it('when they ask with what permission they are written to, then who, when, where, the very words, the channel and the way out are said', async () => {
    const code = await theCode();
    const person = someone(house);
    const [question] = await person.says(`ALTA ${code}`);
    minuteLater();
    await person.taps('Sí, quiero', question);
    const [receipt] = await person.says('¿con qué permiso me escriben?');
    const text = whole(receipt);
    expect(text).toMatch(/Tienda Andina tiene tu permiso.*diciembre de 2026: lo aceptaste con tus propias palabras/);
    expect(text).toContain(`con el QR o enlace «${code}»`);
    expect(text).toMatch(/Por dónde te escribe: WhatsApp\..*«Pediste recibir novedades.*escribe BAJA/s);
    minuteLater();
    await person.says('BAJA');
    expect(whole((await person.says('¿con qué permiso me escriben?'))[0])).toMatch(/ya no vale.*VOLVER/s);
  });
});

describe('a question inside a running conversation', () => {
  it('when the company turned it on, then whoever writes is asked once; a yes only begins, and is asked with the versioned words', async () => {
    const shown = last(await diego().says('crea un QR de suscripción'));
    await diego().presses('Preguntar al que escribe', shown);
    const person = someone(house);
    const [offer] = await person.says('¿tienen talla 42?');
    expect(whole(offer)).toMatch(/¿Quieres recibir novedades y promociones de Tienda Andina/);
    const [question] = await person.says('sí');
    expect(whole(question)).toMatch(/Responde SÍ para aceptar/);
    expect(await stateOf(person)).toBe('pending');
    minuteLater();
    await person.says('sí');
    expect(await stateOf(person)).toBe('given');
    expect((await ledgerOf(person)).at(-1)?.place).toBe('message');

    const silent = someone(house);
    await silent.says('¿tienen talla 42?');
    house.clock.forward(25 * 60);
    expect(whole((await silent.says('¿a qué hora cierran?'))[0])).not.toMatch(/¿Quieres recibir novedades/);
    const left = someone(house);
    await left.says('BAJA');
    expect(whole((await left.says('¿tienen talla 42?'))[0])).not.toMatch(/¿Quieres recibir novedades/);
    await diego().presses('No preguntar más', last(await diego().says('crea un QR de suscripción')));
    expect(whole((await someone(house).says('¿tienen talla 42?'))[0])).not.toMatch(/¿Quieres recibir novedades/);
  });

  it('when an operator who does not own the account wants to turn it on, then it is not offered, and refused', async () => {
    expect(labels(last(await camila().says('crea un QR de suscripción')))).not.toContain('Preguntar al que escribe');
    const shown = last(await diego().says('crea un QR de suscripción'));
    await camila().presses('Preguntar al que escribe', shown);
    expect(await house.inside(andina, (tx) => house.rooms.signUps.offersNews(tx))).toBe(false);
  });

  it('when the team offers it in the talk, then the person gets it once, and only inside their window', async () => {
    const paula = colleague(house, 'U0PAULA');
    const person = someone(house, { phone: aPhone() });
    await person.says('hola');
    const before = await house.postIds(andina);
    await person.says('PERSONA');
    const talk = cardOf(await house.posts(andina, before), 'hand-off/talk');
    const told = await paula.presses('Invitar a novedades', talk);
    expect(whole(last(told))).toMatch(/le pregunté/);
    const offer = house.edge.sent.filter(({ to }) => to === person.identity.phone).at(-1);
    expect(offer?.text).toMatch(/¿Quieres recibir novedades/);
    expect(whole(last(await paula.presses('Invitar a novedades', talk)))).toMatch(/no se le puede preguntar/);
    expect(labels((await person.says('sí'))[0])).toEqual(['Sí, quiero', 'No, gracias']);
    minuteLater();
    await person.says('sí');
    expect(await stateOf(person)).toBe('given');

    const late = someone(house, { phone: aPhone() });
    const known = await house.postIds(andina);
    await late.says('PERSONA');
    const theirs = cardOf(await house.posts(andina, known), 'hand-off/talk');
    house.clock.forward(25 * 60);
    await paula.presses('Invitar a novedades', theirs);
    expect(house.edge.sent.filter(({ to, text }) => to === late.identity.phone && /novedades/.test(text))).toEqual([]);
  });
});

describe('a way forward for those without proof', () => {
  it('when a draft leaves them out, then its card says how they may give permission, with a button', async () => {
    const draft = cardOf(await camila().says('manda la promo cyber a clientes RM'), 'send-campaign/author');
    expect(whole(draft)).toMatch(/sin prueba de consentimiento.*pueden dar su permiso solos/s);
    expect(whole(last(await camila().presses('Crear QR', draft)))).toMatch(/wa\.me/);
  });
});
