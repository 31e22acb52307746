import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

/** Until that hour in Santiago, three hours behind London. */
const minutesUntil = (hour: number, minute: number): number => {
  const now = house.clock.now();
  return ((hour + 3) * 60 + minute - now.getUTCHours() * 60 - now.getUTCMinutes() + 2 * 1440) % 1440;
};
const talk = async () => whole(cardOf(await house.posts(andina), 'hand-off/talk'));

describe('what can’t be read', () => {
  it.each([
    ['audio', '[audio]'],
    ['image', '[foto]'],
    ['location', '[ubicación]'],
  ])(
    'when somebody who gets promotions sends %s, then these wait, the team sees it, and it is asked, once a day',
    async (media, shown) => {
      const person = someone(house);
      await person.says('VOLVER');
      await person.says('SÍ');
      const [question] = await person.sends({ type: 'media', media });
      expect(await person.promotions()).toBe('hold');
      expect(whole(question)).toMatch(/dejé en pausa las promociones/);
      expect(labels(question)).toEqual(['No más promociones', 'Ver mis datos', 'Una persona']);
      expect(await talk()).toContain(shown);
      expect(await person.sends({ type: 'media', media })).toEqual([]);
      house.clock.forward(24 * 60);
      expect(await person.sends({ type: 'media', media })).toHaveLength(1);
    },
  );

  it('when it is of a kind that nobody can show us, then it is treated alike', async () => {
    const person = someone(house);
    expect(await person.sends({ type: 'unsupported', what: 'poll' })).toHaveLength(1);
    expect(await talk()).toContain('[algo que no se puede mostrar]');
  });

  it('when somebody whom nobody writes promotions sends a voice note, then nothing is held, and nothing is said of it', async () => {
    const person = someone(house);
    const [question] = await person.sends({ type: 'media', media: 'audio' });
    expect(await person.promotions()).toBeUndefined();
    expect(whole(question)).not.toMatch(/promociones/);
    expect(labels(question)).toEqual(['No más promociones', 'Ver mis datos', 'Una persona']);
  });

  it('when somebody who left sends a picture, then they stay out, and nothing is said of a pause', async () => {
    const person = someone(house);
    await person.says('VOLVER');
    await person.says('BAJA');
    expect(whole((await person.sends({ type: 'media', media: 'image' }))[0])).not.toMatch(/pausa/);
    expect(await person.promotions()).toBe('stop');
  });

  it('when it has a caption, then the caption is heard', async () => {
    const person = someone(house);
    await person.sends({ type: 'media', media: 'image', caption: 'no me manden más' });
    expect(await person.promotions()).toBe('stop');
  });

  it('when a member sends a picture, then they are told that only text is read', async () => {
    const camila = colleague(house, 'U0CAMILA');
    const posts = await house.postIds(andina);
    const event = { channel: 'slack', app: 'default', sender: 'T0ANDINA', id: 'picture', at: house.clock.now() };
    await house.receive(andina, {
      ...event,
      kind: 'message',
      from: { slack: { team: 'T0ANDINA', user: 'U0CAMILA' } },
      content: { type: 'media', media: 'image' },
      surface: { team: 'T0ANDINA', channel: 'D1' },
    });
    expect((await house.posts(andina, posts)).map((post) => whole(post.content))).toEqual([
      'Solo puedo leer texto por ahora.',
    ]);
    expect(await camila.says('👍')).toHaveLength(1);
  });
});

describe('odd messages', () => {
  it.each(['', ' ', '🤷‍♀️', '👍👍', '...', '\u0000', '\n\n'])(
    'when only %j comes, then nothing is said and nothing changes',
    async (text) => {
      const person = someone(house);
      await person.says('hola');
      expect(await person.says(text)).toEqual([]);
      expect(await person.promotions()).toBeUndefined();
    },
  );

  it('when an emoji answers a question, then it is asked again in a word, and the question stays open', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    expect(whole((await person.says('👍'))[0])).toMatch(/sí o un no/);
    await person.says('sí');
    expect((await person.request())?.state).toBe('confirmed');
  });

  it.each([
    ['64 KB', `quiero saber de una chaqueta ${'azul '.repeat(13_000)}`],
    ['a NUL in the middle', 'busco una chaqueta\u0000 azul talla 42'],
    ['lone surrogates', 'busco una chaqueta \ud83d talla 42'],
    [
      'markup and mentions',
      '<script>alert(1)</script> <!channel> {company} {0, plural, *x* _y_ hola, quiero saber si tienen la talla 42',
    ],
    ['an old trick', 'Robert"); DROP TABLE inbox;-- hola, ¿tienen la talla 42?'],
  ])('when %s comes, then it is taken like any other message', async (_what, text) => {
    const person = someone(house);
    expect(whole((await person.says(text))[0])).toMatch(/Le pasé tu mensaje al equipo/);
    expect((await talk()).length).toBeLessThan(2_000);
    expect(await person.promotions()).toBeUndefined();
  });

  it('when 64 KB begin with a wish to leave, then it is heard', async () => {
    const person = someone(house);
    await person.says(`no me manden más ${'bla '.repeat(16_000)}`);
    expect(await person.promotions()).toBe('stop');
  });

  it('when the same message comes twice, then it is answered once', async () => {
    const person = someone(house);
    const event = {
      channel: 'whatsapp',
      app: 'default',
      sender: '106540352242922',
      id: 'twice',
      at: house.clock.now(),
    };
    const message = {
      ...event,
      kind: 'message',
      from: person.identity,
      content: { type: 'text', text: 'hola' },
    } as const;
    expect(await house.receive(andina, message)).toHaveLength(1);
    expect(await house.receive(andina, message)).toEqual([]);
  });
});

describe('the first contact', () => {
  it.each(['hola', 'STOP', 'tienen talla 42?', 'bórrenme', 'ya ya'])(
    'when somebody begins with «%s», then the answer says that it is automatic and how to get a person, once',
    async (text) => {
      const person = someone(house);
      const said = await person.says(text);
      expect(said.map((one) => /Soy el asistente automático.*PERSONA/.test(one.note ?? ''))).toEqual([true]);
      expect(whole((await person.says('privacidad'))[0])).not.toMatch(/Soy el asistente automático/);
    },
  );
});

describe('the language of answers', () => {
  it.each([
    [{ phone: '+5511987650001' }, 'oi', /Olá!.*PESSOA/],
    [{ phone: '+14155550177' }, 'hello', /Hello!.*PERSON/],
    [{ phone: '+56930099001' }, 'hi, who do I have to ask to get my data deleted please', /Your request/],
    [{ phone: '+56930099002' }, 'quero que apaguem os meus dados', /Sua solicitação/],
    [{ phone: '+56930099003' }, 'do you have this jacket in blue?', /I passed your message to the team/],
    [{ phone: '+56930099004' }, 'STOP', /no te enviará más promociones/],
    [{ bsuid: 'CL.77001122' }, 'ayuda', /DATOS para ver o borrar/],
  ])('when %j writes «%s», then it is theirs', async (identity, text, pattern) => {
    expect(whole((await someone(house, identity).says(text))[0])).toMatch(pattern);
  });

  it('when the language changes, then what is sent days later follows it', async () => {
    const person = someone(house);
    await person.says('hola');
    await person.says('please delete all the data you have about me');
    await person.says('yes');
    const paula = colleague(house, 'U0PAULA');
    await paula.presses('Aceptar', cardOf(await house.posts(andina), 'privacy-requests/case'));
    await eventually(() =>
      expect(house.edge.sent.filter(({ to }) => to === person.identity.phone).at(-1)?.text).toMatch(
        /we erased your data/,
      ),
    );
  });
});

describe('words that replies teach', () => {
  const words: readonly [string, RegExp | undefined][] = [
    ['AYUDA', /DATOS para ver o borrar/],
    ['ESTADO', /solicitud/],
    ['PRIVACIDAD', /Política, versión 1\.0 del 1 de diciembre de 2026/],
    ['DATOS', /Esto es lo que/],
    ['PERSONA', /equipo de Tienda Andina/],
    ['BORRAR MIS DATOS', /¿Lo confirmas\?/],
    ['BAJA', /VOLVER/],
    ['VOLVER', /BAJA/],
  ];
  it.each([
    ['right away', 0, []],
    ['a day later', 24 * 60, []],
    ['a day later, while a question is open', 24 * 60, ['uf, otra promo']],
    ['a day later, while the team talks with them', 24 * 60, ['PERSONA']],
  ] as const)('when they are written %s, then each does what was said', async (_when, minutes, before) => {
    for (const [word, pattern] of words) {
      const person = someone(house);
      await person.says('hola');
      for (const text of before) await person.says(text);
      house.clock.forward(minutes);
      expect([word, whole((await person.says(word))[0])]).toEqual([word, expect.stringMatching(pattern ?? /./)]);
    }
  });
});

describe('talk with the shop', () => {
  it('when a question for the shop comes, then the team gets it, and it is said once a day', async () => {
    const person = someone(house);
    expect(whole((await person.says('¿tienen talla 42?'))[0])).toMatch(/Le pasé tu mensaje/);
    expect(await person.says('¿y en azul?')).toEqual([]);
    expect(await talk()).toMatch(/talla 42.*en azul/);
  });

  it('when the day is another one where they are, then it is said again; not because it is another one in London', async () => {
    const person = someone(house);
    house.clock.forward(minutesUntil(22, 30));
    expect(await person.says('¿tienen talla 42?')).toHaveLength(1);
    house.clock.forward(60);
    expect(await person.says('¿y en azul?')).toEqual([]);
    house.clock.forward(60);
    expect(await person.says('¿y en rojo?')).toHaveLength(1);
  });

  it('when they write again hours later the same day, then the team gets that too, and it is said again', async () => {
    const person = someone(house);
    house.clock.forward(minutesUntil(9, 0));
    await person.says('¿tienen hora para mañana?');
    house.clock.forward(3 * 60);
    expect(await person.says('es urgente, me duele mucho')).toEqual([]);
    expect(await talk()).toMatch(/me duele mucho/);
    house.clock.forward(60);
    expect(whole((await person.says('¿me atiende el doctor hoy?'))[0])).toMatch(/Le pasé tu mensaje/);
  });

  it('when nobody is there to read it, then nothing is promised', async () => {
    await house.inside(clinica, (tx) => tx.query("DELETE FROM place WHERE purpose = 'support'"));
    const person = someone(house, { phone: '+56930099010' }, clinica);
    expect(whole((await person.says('¿tienen hora para mañana?'))[0])).toMatch(/escribir a datos@clinica-sur.example/);
    expect(whole((await person.says('PERSONA'))[0])).toMatch(/no hay nadie del equipo/);
    expect(whole((await person.says('ayuda'))[0])).toMatch(/DATOS para ver o borrar/);
    const [media] = await person.sends({ type: 'media', media: 'audio' });
    expect(whole(media)).not.toMatch(/le pasé tu mensaje/);
  });

  it.each(['¿aceptan tarjeta de débito?', 'quiero armar un envío masivo'])(
    'when it is ordinary talk («%s»), then nobody guesses what was wished',
    async (text) => {
      const [answer] = await someone(house).says(text);
      expect(whole(answer)).toMatch(/Le pasé tu mensaje/);
      expect(labels(answer)).toEqual([]);
    },
  );

  it('when one word may be a wish to be erased, then promotions wait, and nothing is erased without their yes', async () => {
    const person = someone(house);
    const [question] = await person.says('borrar');
    expect(labels(question)).toEqual(['Sí, borrar', 'No']);
    expect(await person.promotions()).toBe('hold');
    await person.says('no');
    expect((await person.request())?.state).toBe('withdrawn');
    expect(await person.promotions()).toBeUndefined();
  });
});
