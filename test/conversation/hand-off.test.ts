import type { ChannelEvent, Content, Form } from '../../src/channel';
import { eventually } from '../support/eventually';
import { aDesk, headOf, saidIn, wrongIn } from './desk';
import { andina, type House, numbers, OPENING_MS, openHouse } from './house';
import { aPhone, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const diego = () => aDesk(house, 'U0DIEGO');
const lines = async (after: readonly string[] = []): Promise<string[]> =>
  (await house.posts(andina, after))
    .filter(({ card }) => card === 'hand-off/line')
    .map(({ content }) => whole(content));
const head = (person: Someone): Promise<Content> => headOf(house, person);
const got = (person: Someone) => house.edge.sent.filter(({ to }) => to === person.identity.phone);
const waits = async (words = 'quiero hablar con una persona'): Promise<Someone> => {
  const person = someone(house);
  await person.says(words);
  return person;
};
/** Somebody of the company writes by its own app. */
const echo = async (person: Someone, text: string) => {
  const event: ChannelEvent = {
    ...{ channel: 'whatsapp', app: 'default', sender: numbers[andina] ?? '', id: `echo-${Math.random()}` },
    ...{ at: house.clock.now(), kind: 'echo', to: person.identity, content: { type: 'text', text } },
  };
  await house.receive(andina, event);
};

describe('a talk in its thread', () => {
  it('when a person asks for a person, then a card says who, in which language, until when and what was said, and every line stands beneath it once, in order', async () => {
    const person = someone(house);
    const before = await house.postIds(andina);
    await person.says('¿tienen talla 42?');
    await person.says('quiero hablar con una persona');
    const theirs = ['mi pedido no llega', 'lo compré el martes', 'en la tienda del centro'];
    for (const words of theirs) await person.says(words);
    const card = await head(person);
    expect(whole(card)).toMatch(/^\+56 9 •••• •\d{3} pide hablar con una persona/);
    expect(whole(card)).toMatch(/español por WhatsApp.*notas del equipo.*Puedes responderle hasta el/s);
    expect(whole(card)).toMatch(/talla 42.*mi pedido.*martes/s);
    expect(labels(card)).toEqual(['Responder', 'Tomar', 'Pasar a otra persona', 'Invitar a novedades', 'Resuelto']);
    const said = await lines(before);
    expect(said.map((line) => line.split(' · ')[0])).toEqual([
      '¿tienen talla 42?',
      expect.stringMatching(/Le pasé tu mensaje/),
      'quiero hablar con una persona',
      expect.stringMatching(/Te responde una persona/),
      ...theirs,
    ]);
    const contact = await person.contact();
    const place = await house.inside(andina, (tx) =>
      tx.query('SELECT DISTINCT beneath FROM slack_post WHERE card->>$1 = $2 AND contact_id = $3', [
        'card',
        'line',
        contact,
      ]),
    );
    expect(place).toHaveLength(2); // what was only shown has a thread of its own
  });

  it('when one is answered and another is not, then who waits stands first, and the answered one does not count as waiting', async () => {
    await house.inside(andina, (tx) =>
      tx.query("UPDATE hand_off SET state = 'resolved', resolved_at = opened_at WHERE state <> 'resolved'"),
    );
    const [first, second] = [await waits(), await waits()];
    const end = (person: typeof first) => `•${person.identity.phone?.slice(-3)}`;
    const form = await paula().opens('Responder', await head(first));
    await paula().fills(form, { text: 'ya lo miro' });
    const listed = async () => whole((await paula().says('conversaciones abiertas'))[0]?.content);
    const one = await listed();
    expect(one).toMatch(/Hay 1 persona esperando/);
    expect(one.indexOf(end(second))).toBeLessThan(one.indexOf(end(first)));
    expect(one).toMatch(new RegExp(`${end(first)}.*respondida`));
    house.clock.forward(1);
    await first.says('¿y ahora?');
    expect(await listed()).toMatch(/Hay 2 personas esperando/);
  });

  it('when a member answers, then it reaches the person, stands in the thread with who wrote it, and the talk is theirs', async () => {
    const person = await waits();
    const before = await house.postIds(andina);
    const form = await paula().opens('Responder', await head(person));
    expect(form.intro).toMatch(/Esto le llega a \+56 9 •••• •\d{3} por WhatsApp/);
    expect(saidIn(await paula().fills(form, { text: 'Hola, soy Paula.' }))).toMatch(/va en camino/);
    await eventually(async () => expect(got(person).map(({ text }) => text)).toContain('Hola, soy Paula.'));
    expect(await lines(before)).toEqual([expect.stringMatching(/^Hola, soy Paula\. · Paula Reyes, a la persona/)]);
    expect(whole(await head(person))).toMatch(/La lleva:\* Paula Reyes/);
    expect(labels(await head(person))).not.toContain('Tomar');
  });

  it('when nothing is written, then the form says so and stays', async () => {
    const person = await waits();
    const form = await paula().opens('Responder', await head(person));
    expect(wrongIn(await paula().fills(form, { text: ' ' }))).toEqual({ text: expect.stringMatching(/Escribe algo/) });
  });

  it('when the person leaves or asks for their data meanwhile, then that is honoured at once, and the thread shows both', async () => {
    const person = await waits();
    const before = await house.postIds(andina);
    expect(whole((await person.says('BAJA'))[0])).toMatch(/no te enviará más promociones/);
    expect(await person.promotions()).toBe('stop');
    await person.says('quiero que borren mis datos');
    expect((await person.request())?.right).toBe('erase');
    const said = await lines(before);
    expect(said[0]).toMatch(/^BAJA · La persona/);
    expect(said[1]).toMatch(/no te enviará.*El asistente, a la persona/s);
    expect(said[2]).toMatch(/^quiero que borren mis datos/);
  });

  it('when a day has passed since they wrote, then nothing can be answered, and the card says what is possible', async () => {
    const person = await waits();
    const card = await head(person);
    const form = await paula().opens('Responder', card);
    house.clock.forward(25 * 60);
    expect(saidIn(await paula().fills(form, { text: 'tarde' }))).toMatch(/Pasaron más de 24 horas/);
    expect(whole(await head(person))).toMatch(/Ya no puedes escribirle libremente.*plantilla aprobada/);
    expect(labels(await head(person))).not.toContain('Responder');
    await person.says('hola, sigo aquí');
    expect(labels(await head(person))).toContain('Responder');
  });
});

describe('who looks after it', () => {
  it('when it is taken, passed on, resolved and reopened, then each is so, and the bot answers only in between', async () => {
    const person = await waits();
    await paula().presses('Tomar', await head(person));
    expect(whole(await head(person))).toMatch(/La lleva:\* Paula Reyes/);
    const form = await paula().opens('Pasar a otra persona', await head(person));
    const options = form.fields[0]?.options ?? [];
    expect(options.map(({ label }) => label)).toEqual(expect.arrayContaining(['Diego Fuentes']));
    expect(options.map(({ label }) => label)).not.toContain('Víctor Lagos'); // who only looks can't answer
    const to = options.find(({ label }) => label === 'Diego Fuentes')?.value ?? '';
    const before = await house.postIds(andina);
    expect(saidIn(await paula().fills(form, { member: to, note: 'Es cliente de años.' }))).toMatch(/la lleva Diego/);
    const told = await house.posts(andina, before);
    expect(told.filter(({ place }) => place.user === 'U0DIEGO').map(({ content }) => whole(content))).toEqual([
      'Es cliente de años.',
      expect.stringMatching(/pide hablar con una persona.*La lleva:\* Diego Fuentes/s),
    ]);
    const open = await head(person);
    await diego().presses('Resuelto', open);
    expect(whole(await head(person))).toMatch(/conversación resuelta.*La cerró Diego Fuentes/);
    expect(whole((await person.says('hola'))[0])).toMatch(/¡Hola!/);
    // Pressed once more on the card as it stood before.
    expect(whole((await paula().presses('Resuelto', open)).at(-1)?.content)).toMatch(/ya está resuelta/);
    await paula().presses('Reabrir', await head(person));
    expect(await person.says('otra cosa')).toEqual([]);
    expect(whole(await head(person))).toMatch(/La lleva:\* Paula Reyes.*otra cosa/s);
  });

  it('when somebody else resolved it while an answer was written, then it does not leave, and that is said', async () => {
    const person = await waits();
    const form = await paula().opens('Responder', await head(person));
    await diego().presses('Resuelto', await head(person));
    expect(saidIn(await paula().fills(form, { text: 'llegué tarde' }))).toMatch(/ya está resuelta.*Reabrir/);
    await person.says('hola');
    expect(got(person).map(({ text }) => text)).not.toContain('llegué tarde');
  });

  it('when the workspace showed us out, then the person is not told that the team was told, and the bot does not fall silent', async () => {
    const told = jest.spyOn(house.rooms.senders, 'workspace').mockResolvedValue(undefined);
    try {
      const person = await waits();
      expect(whole((await person.says('hola'))[0])).toMatch(/¡Hola!/);
    } finally {
      told.mockRestore();
    }
  });

  it('when two reopen, or another talk runs already, then there is one', async () => {
    const person = await waits();
    await paula().presses('Resuelto', await head(person));
    const over = await head(person);
    await person.says('quiero hablar con una persona');
    expect(whole((await paula().presses('Reabrir', over)).at(-1)?.content)).toMatch(/ya hay otra conversación abierta/);
  });

  it.each([
    ['U0VICTOR', 'T0ANDINA'],
    ['U0CAMILA', 'T0ANDINA'],
  ])('when %s presses without the role, then nothing is done and nothing told', async (user, team) => {
    const person = await waits();
    const card = await head(person);
    const told = await aDesk(house, user, team).presses('Resuelto', card);
    expect(whole(told.at(-1)?.content)).toMatch(/Tu rol no permite/);
    expect(await person.says('mi pedido no llega')).toEqual([]);
  });

  it.each([
    ['conversaciones abiertas', /espera/],
    ['who is waiting for a person', /waiting since/],
    ['quem está esperando uma pessoa', /espera desde/],
  ])('when «%s» is asked, then those who wait are listed, and their card can be had', async (words, line) => {
    await waits();
    const [list] = await paula().says(words);
    expect(whole(list?.content)).toMatch(line);
    const [first = ''] = labels(list?.content);
    expect(first).toMatch(/^\+56 9 ••••/);
    expect((await paula().presses(first, list?.content)).at(-1)?.card).toBe('hand-off/talk');
    await paula().says('muéstrame quiénes están esperando que les respondamos');
  });
});

describe('Connectus’ own people', () => {
  const sofia = () => aDesk(house, 'U0SOFIA', 'T0CONNECTUS');

  it('when one of them looks, then masked, what was said for a reason alone, with nothing to do, and the company finds the look in its audit', async () => {
    await house.inside(andina, (tx) =>
      tx.query("UPDATE hand_off SET state = 'resolved', resolved_at = opened_at WHERE state <> 'resolved'"),
    );
    const person = await waits();
    await person.says('mi pedido 7731 no llega');
    const [list] = await sofia().says('conversaciones abiertas');
    expect(labels(list?.content)).not.toContain('Respuestas guardadas');
    const contact = (await person.contact()) ?? '';
    const looks = () =>
      house.inside(andina, (tx) =>
        tx.query<{ act: string }>(
          "SELECT a.act FROM audit a JOIN member m ON a.actor = 'member:' || m.id WHERE m.slack_user = 'U0SOFIA' AND a.subject = ANY($1) ORDER BY a.id",
          [['company', `contact:${contact}`]],
        ),
      );
    expect((await looks()).map(({ act }) => act)).toEqual(['handoff.listed']);
    const mine = list?.content.buttons?.at(-1);
    const posts = await sofia().presses(mine as NonNullable<typeof mine>);
    const card = posts.findLast((post) => post.card === 'hand-off/talk')?.content;
    expect(whole(card)).not.toMatch(/7731/);
    expect(labels(card)).toEqual(['Ver lo conversado']);
    expect((await looks()).map(({ act }) => act).sort()).toEqual(['handoff.listed', 'person.read']); // ids of one millisecond have no order
    const [why] = await sofia().presses('Ver lo conversado', card);
    const shown = await sofia().presses('Por un reclamo', why?.content);
    expect(shown.map(({ content }) => whole(content)).join()).toMatch(/7731/);
    expect((await looks()).map(({ act }) => act)).toContain('person.shown_talk');
  });

  it.each(['Tomar', 'Resuelto'])(
    'when one of them presses %s on the team’s card, then nothing is done',
    async (label) => {
      const person = await waits();
      const told = await sofia().presses(label, await head(person));
      expect(whole(told.at(-1)?.content)).toMatch(/Tu rol no permite/);
      const form = await sofia().opens('Responder', await head(person));
      expect(saidIn(await sofia().fills(form, { text: 'hola, soy de Connectus' }))).toMatch(/Tu rol no permite/);
      expect(whole(await head(person))).toMatch(/pide hablar con una persona/);
      expect(whole(await head(person))).not.toMatch(/La lleva/);
    },
  );
});

describe('a company that answers by its own app', () => {
  it('when it does, then the bot keeps quiet for hours, but for leaving and rights; then it answers again', async () => {
    const person = someone(house);
    await person.says('hola');
    await echo(person, 'Hola, te atiendo yo.');
    expect(await person.says('¿a qué hora abren?')).toEqual([]);
    expect(whole(await head(person))).toMatch(/app de WhatsApp Business.*te atiendo yo.*a qué hora abren/s);
    expect(whole((await person.says('BAJA'))[0])).toMatch(/no te enviará más promociones/);
    house.clock.forward(5 * 60);
    expect(await person.says('PERSONA')).not.toEqual([]);
  });

  it('when STOP stands in what the company itself wrote, then nobody leaves', async () => {
    const person = someone(house);
    await person.says('hola');
    await echo(person, 'Para salir escribe STOP');
    expect(await person.promotions()).toBeUndefined();
  });

  it('when it wrote and the person did not, then nothing is answered on the strength of that', async () => {
    const person = someone(house, { phone: aPhone() });
    await echo(person, 'Hola');
    const contact = (await person.contact()) ?? '';
    const by = { id: '00000000-0000-7000-8000-00000000000a', roles: ['owner'] };
    const answer = house.inside(andina, (tx) =>
      house.rooms.handOffs.answer(tx, contact, { text: 'hola' }, by, house.clock.now()),
    );
    await expect(answer).rejects.toMatchObject({ code: 'ACTION_INVALID' });
  });
});

describe('files', () => {
  const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

  it('when a person sends a picture, then its line and the picture stand in the thread', async () => {
    const person = await waits();
    house.edge.files.set('901', jpeg);
    const before = [await house.postIds(andina), house.edge.put.length] as const;
    await person.sends({
      ...{ type: 'media', media: 'image', caption: 'mi boleta' },
      file: { id: '901', mime: 'image/jpeg', name: '../bole\u202Eta.jpg' },
    });
    await eventually(() => expect(house.edge.put.slice(before[1]).map(({ name }) => name)).toEqual(['..boleta.jpg']));
    expect(await lines(before[0])).toEqual([expect.stringMatching(/^\[foto\] mi boleta · La persona/)]);
  });

  it('when it can’t be fetched any more, then the thread says so', async () => {
    const person = await waits();
    const before = await house.postIds(andina);
    await person.sends({ type: 'media', media: 'audio', file: { id: '999', mime: 'audio/ogg; codecs=opus' } });
    const told = (await house.posts(andina, before)).map(({ content }) => whole(content));
    expect(told.join()).toMatch(/Aquí venía un archivo/);
  });

  const answers = async (person: Someone, file: { name: string; bytes: number }, text = ''): Promise<Form> => {
    const form = await paula().opens('Responder', await head(person));
    return paula().fills(form, { text, file: JSON.stringify({ id: `F-${file.name}`, ...file }) });
  };

  it('when a member puts a picture, then it reaches the person as one, with its words', async () => {
    const person = await waits();
    house.edge.files.set('F-talla.jpg', jpeg);
    expect(saidIn(await answers(person, { name: 'talla.jpg', bytes: 10 }, 'Esta es'))).toMatch(/va en camino/);
    const sent = await eventually(() => {
      const found = got(person).find(({ medium }) => medium);
      expect(found).toMatchObject({ text: 'Esta es' });
      return found;
    });
    expect(house.edge.uploaded.find(({ id }) => id === sent?.medium)).toMatchObject({
      mime: 'image/jpeg',
      content: jpeg,
    });
    expect(whole(await head(person))).toMatch(/nosotros: \[talla\.jpg\] Esta es/);
  });

  it.each([
    ['virus.exe', 10],
    ['enorme.pdf', 17 * 1024 * 1024],
  ])('when WhatsApp does not take %s (%i bytes), then the form says what it takes', async (name, bytes) => {
    const person = await waits();
    expect(wrongIn(await answers(person, { name, bytes }))).toEqual({ file: expect.stringMatching(/hasta 16 MB/) });
  });

  it('when a file is not what its name says, then it does not leave, and the thread says so', async () => {
    const person = await waits();
    const before = await house.postIds(andina);
    house.edge.files.set('F-foto.png', Buffer.from('MZ not a picture'));
    await answers(person, { name: 'foto.png', bytes: 16 });
    await eventually(async () => expect((await lines(before)).join()).toMatch(/No le llegó/));
    expect(got(person).filter(({ medium }) => medium)).toEqual([]);
  });
});

describe('what a team answers often, and when', () => {
  it('when a reply was saved, then it is chosen, looked at once more, and sent', async () => {
    const [list] = await paula().says('respuestas guardadas');
    const [saved] = await paula().presses('Respuestas guardadas', list?.content);
    const kept = await paula().opens('Guardar una', saved?.content as Content);
    await paula().fills(kept, { name: 'Despacho', words: 'Tu despacho sale mañana.' });
    const person = await waits();
    const form = await paula().opens('Responder', await head(person));
    const choice = form.fields.find(({ id }) => id === 'canned')?.options?.[0];
    expect(choice?.label).toBe('Despacho');
    const again = await paula().fills(form, { canned: choice?.value ?? '', text: '' });
    expect(again.fields.find(({ id }) => id === 'text')?.initial).toBe('Tu despacho sale mañana.');
    expect(got(person).map(({ text }) => text)).not.toContain('Tu despacho sale mañana.');
    await paula().fills(again, { text: 'Tu despacho sale mañana, Ana.' });
    await eventually(() => expect(got(person).map(({ text }) => text)).toContain('Tu despacho sale mañana, Ana.'));
  });

  it('when words are written and a saved reply chosen, then the form asks for one; with a file the saved one leaves as it is', async () => {
    const person = await waits();
    const form = await paula().opens('Responder', await head(person));
    const canned = form.fields.find(({ id }) => id === 'canned')?.options?.[0]?.value ?? '';
    expect(wrongIn(await paula().fills(form, { canned, text: 'otra cosa' }))).toEqual({
      canned: expect.stringMatching(/solo una/),
    });
    house.edge.files.set('F-guia.jpg', Buffer.from('ffd8ffe000104a464946', 'hex'));
    const file = JSON.stringify({ id: 'F-guia.jpg', name: 'guia.jpg', bytes: 10 });
    expect(saidIn(await paula().fills(form, { canned, text: '', file }))).toMatch(/va en camino/);
    await eventually(() =>
      expect(got(person).find(({ medium }) => medium)).toMatchObject({ text: 'Tu despacho sale mañana.' }),
    );
  });

  it('when only an owner may say the hours, and an hour is none, then both are said', async () => {
    const [list] = await diego().says('conversaciones abiertas');
    const form = await diego().opens('Horario', list?.content as Content);
    const filled = { days: 'week', opens: '9', closes: '25:00', words: '' };
    expect(wrongIn(await diego().fills(form, filled))).toEqual({ closes: expect.stringMatching(/09:00/) });
    const [paulas] = await paula().says('conversaciones abiertas');
    expect(labels(paulas?.content)).not.toContain('Horario');
    const theirs = await paula().opens('Horario', list?.content as Content);
    expect(saidIn(await paula().fills(theirs, { ...filled, closes: '18:00' }))).toMatch(/Tu rol no permite/);
  });

  it('when nobody is there, then whoever asks for a person is told until when, once each time', async () => {
    const [list] = await diego().says('conversaciones abiertas');
    const form = await diego().opens('Horario', list?.content as Content);
    // From a minute after now on, so that it is closed whatever the hour.
    const local = new Date(house.clock.now().getTime() - 3 * 3_600_000);
    const minutes = local.getUTCHours() * 60 + local.getUTCMinutes();
    const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
    const [opens, closes] = minutes < 720 ? [minutes + 60, minutes + 120] : [minutes - 120, minutes - 60];
    const said = await diego().fills(form, { days: 'all', opens: clock(opens), closes: clock(closes), words: '' });
    expect(saidIn(said)).toMatch(/todos los días/);
    const person = someone(house);
    expect(whole((await person.says('quiero hablar con una persona'))[0])).toMatch(
      /a esta hora no hay nadie.*desde el/,
    );
    expect(await person.says('¿hay alguien?')).toEqual([]);
    const english = someone(house);
    expect(whole((await english.says('I want to talk to a person'))[0])).toMatch(/nobody is there at this hour/);
    house.clock.forward(24 * 60);
    expect(whole((await person.says('mi pedido no llega'))[0])).toMatch(/a esta hora no hay nadie/);
    const off = await diego().opens('Horario', list?.content as Content);
    expect(saidIn(await diego().fills(off, { days: 'always', opens: '', closes: '' }))).toMatch(/ningún horario/);
  });
});
