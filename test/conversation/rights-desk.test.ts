import { eventually } from '../support/eventually';
import { aDesk, gets, saidIn, textOf, whoAsks, wrongIn } from './desk';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { buttonOf, colleague, labels, type Someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const stateOf = async (person: Someone) => (await person.request())?.state;
const facts = 'Compró el 3 de noviembre y su garantía sigue vigente';

describe('the card of a request', () => {
  it('when it is shown, then it says who, hidden, which right, until when, how sure it is who asks, and what may be done', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const card = await paula().card(person);
    expect(whole(card)).toMatch(/SOL-\d{6} · eliminación.*\+56 9 •••• •\d{3}/);
    expect(whole(card)).toMatch(/Vence:\* 31 de diciembre de 2026 \(quedan 30 días\)/);
    expect(whole(card)).toMatch(/Identidad:\* tiene este número o correo, y basta/);
    expect(whole(card)).not.toContain(person.identity.phone);
    expect(labels(card)).toEqual([
      ...['Aceptar', 'Aceptar en parte', 'Prorrogar', 'Rechazar', 'Retención legal', 'Leer lo que pide', 'Preguntarle'],
      ...['La vi', 'Ver más'],
    ]);
    const more = await paula().more(card);
    expect(labels(more)).toEqual(['Ver la carta', 'Encargar', 'Exportar expediente']);
    expect(whole(more)).toMatch(/Recibida:.*Registros ligados:/);
  });

  it('when the person has not said yes yet, then nothing can be decided', async () => {
    const person = await whoAsks(house, 'quiero ver mis datos');
    await person.says('borren mis datos');
    const card = await paula().card(person);
    expect(labels(card)).toEqual(['La vi', 'Ver más']);
    expect(labels(await paula().more(card))).toEqual(['Encargar', 'Exportar expediente']);
  });

  it('when it is a copy, then it can’t be given in part: the file holds all that there is', async () => {
    const person = await whoAsks(house, 'quiero ver mis datos');
    const buttons = labels(await paula().card(person));
    expect(buttons).toContain('Aceptar');
    expect(buttons).not.toContain('Aceptar en parte');
  });

  it('when it is a block, then the card says that the data is out of use since the message came in (T-DSR-4)', async () => {
    const person = await whoAsks(house, 'bloqueen mis datos mientras reviso, están mal');
    expect(whole(await paula().card(person))).toMatch(/Datos bloqueados:\* sí, mientras se decide/);
  });

  it('when somebody says that they have seen it, then it is noted once, and the button is gone', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    expect(textOf(await paula().presses('La vi', await paula().card(person)))).toMatch(/la empresa la vio/);
    await eventually(async () => expect(labels(await paula().card(person))).not.toContain('La vi'));
  });
});

describe('more time', () => {
  it('when it is asked for with a reason, then once, the person reads it, and there is no second (T-DSR-2)', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const card = await paula().card(person);
    const form = await paula().opens('Prorrogar', card);
    const far = await paula().fills(form, { days: '31', reason: 'Hay que revisar respaldos antiguos' });
    expect(wrongIn(far)).toEqual({ days: expect.stringMatching(/1 y 30/) });
    expect(far.fields.find(({ id }) => id === 'reason')?.initial).toBe('Hay que revisar respaldos antiguos');
    expect(wrongIn(await paula().fills(form, { days: '30', reason: 'no' }))).toEqual({
      reason: expect.stringMatching(/motivo/),
    });
    const done = await paula().fills(form, { days: '30', reason: 'Hay que revisar respaldos antiguos' });
    expect(saidIn(done)).toMatch(/30 de enero de 2027/);
    expect(await gets(house, person, /respaldos antiguos/)).toMatch(/30 de enero de 2027/);
    expect(labels(await paula().card(person))).not.toContain('Prorrogar');
    const again = await paula().fills(form, { days: '5', reason: 'Un poco más de tiempo todavía' });
    expect(saidIn(again)).toMatch(/una sola vez|ya/i);
    expect((await person.request())?.dueAt.toISOString()).toBe('2027-01-31T02:59:59.000Z');
  });
});

describe('a refusal', () => {
  it('when a ground or the facts are missing, then the form stays as it was filled in and says what (T-DSR-3)', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const form = await paula().opens('Rechazar', await paula().card(person));
    const again = await paula().fills(form, { ground: 'contract', facts: 'no' });
    expect(wrongIn(again)).toEqual({ facts: expect.stringMatching(/hechos/) });
    expect(again.fields.map(({ initial }) => initial)).toEqual(['contract', 'no']);
    expect(await stateOf(person)).toBe('confirmed');
    expect(saidIn(await paula().fills(form, { ground: 'contract', facts }))).toMatch(/rechazada/);
    const letter = await gets(house, person, /garantía sigue vigente/);
    expect(letter).toMatch(/Agencia de Protección de Datos Personales.*30 días hábiles/s);
  });

  it('when a block is refused, then only with the receipt of the authority (T-DSR-4)', async () => {
    const person = await whoAsks(house, 'bloqueen mis datos mientras reviso, están mal');
    const form = await paula().opens('Rechazar', await paula().card(person));
    const said = { ground: 'not_founded', facts };
    expect(wrongIn(await paula().fills(form, said))).toEqual({ agencyNotice: expect.stringMatching(/comprobante/) });
    expect(await stateOf(person)).toBe('received');
    expect(saidIn(await paula().fills(form, { ...said, agencyNotice: 'APDP-2026-77' }))).toMatch(/rechazada/);
  });

  it('when the letter is shown first, then the very same leaves (T-DSR-5)', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const card = await paula().card(person);
    const preview = await paula().opens('Ver la carta', await paula().more(card));
    const shown = saidIn(await paula().fills(preview, { decision: 'reject', ground: 'contract', facts }));
    expect(await stateOf(person)).toBe('confirmed');
    await paula().fills(await paula().opens('Rechazar', card), { ground: 'contract', facts });
    const letter = await gets(house, person, /garantía sigue vigente/);
    expect(shown).toContain(letter);
  });

  it('when the letter of a refusal without reasons is to be shown, then the form says what is missing', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const form = await paula().opens('Ver la carta', await paula().more(await paula().card(person)));
    expect(wrongIn(await paula().fills(form, { decision: 'reject' }))).toEqual({
      facts: expect.stringMatching(/hechos/),
    });
  });
});

describe('a partial yes', () => {
  it('when what stays, why and until when are said, then the rest is done and the person reads all of it', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const card = await paula().card(person);
    const form = await paula().opens('Aceptar en parte', card);
    const said = { category: 'consents', ground: 'claims', until: '31-12-2031', facts };
    expect(wrongIn(await paula().fills(form, { ...said, until: '31-02-2031' }))).toEqual({
      until: expect.stringMatching(/fecha/),
    });
    // What stays has its day, and a ground of the law for data: that nobody proved who asks is none.
    expect(wrongIn(await paula().fills(form, { ...said, until: '' }))).toEqual({
      until: expect.stringMatching(/fecha/),
    });
    const grounds = form.fields.find(({ id }) => id === 'ground')?.options?.map(({ value }) => value);
    expect(grounds).toContain('claims');
    expect(grounds).not.toContain('identity_not_verified');
    expect(wrongIn(await paula().fills(form, { ...said, category2: 'messages', until2: '31-12-2031' }))).toEqual({
      ground2: expect.stringMatching(/causal/),
    });
    // Closed with something wrong in it and opened again, it holds what was typed.
    const again = await paula().opens('Aceptar en parte', card);
    expect(again.intro).toMatch(/a medias/);
    expect(again.fields.find(({ id }) => id === 'facts')?.initial).toBe(facts);
    expect(saidIn(await paula().fills(form, said))).toMatch(/aceptada en parte: se queda 1 categoría/);
    expect((await person.request())?.outcome).toBe('partial');
    await gets(house, person, /31 de diciembre de 2031/);
  });
});

describe('asking the person, handing on, and finding', () => {
  it('when something is missing, then the person is asked and the clock goes on', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const form = await paula().opens('Preguntarle', await paula().card(person));
    expect(wrongIn(await paula().fills(form, { question: ' ' }))).toEqual({ question: expect.any(String) });
    await paula().fills(form, { question: '¿También de la tienda de Temuco?' });
    await gets(house, person, /tienda de Temuco/);
    expect((await person.request())?.dueAt.toISOString()).toBe('2027-01-01T02:59:59.000Z');
  });

  it('when it is handed on, then that colleague gets the card and the note, and the card says who looks after it', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const form = await paula().opens('Encargar', await paula().more(await paula().card(person)));
    const options = form.fields.find(({ id }) => id === 'member')?.options ?? [];
    const [to] = options;
    expect(options.map(({ label }) => label)).not.toContain('Camila');
    expect(saidIn(await paula().fills(form, { member: to?.value ?? '', note: 'Es el cliente del reclamo' }))).toMatch(
      /ya le avisé/,
    );
    expect(whole(await paula().card(person))).toContain(`La lleva:* ${to?.label}`);
    const told = (await house.posts(andina)).filter(({ place }) => place.user && !place.channel);
    expect(told.map(({ content }) => whole(content))).toContainEqual('Es el cliente del reclamo');
  });

  it('when it is asked for by number or by phone, then its card comes; a number that is nobody’s says so', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const { number = '' } = (await person.request()) ?? {};
    expect(textOf(await paula().says(`muéstrame la ${number}`))).toContain(number);
    expect(textOf(await paula().says(`solicitud de ${person.identity.phone}`))).toContain(number);
    expect(textOf(await paula().says('solicitudes de +56 9 1111 2222'))).toMatch(/ninguna solicitud abierta/);
    expect(textOf(await paula().says('muéstrame la SOL-999999'))).toMatch(/No encuentro esa solicitud/);
  });
});

describe('many requests', () => {
  it('when there are more than a card shows, then the next page is a button, and each stands once', async () => {
    for (let count = 0; count < 6; count++) await whoAsks(house, 'borren mis datos');
    const seen: string[] = [];
    let [page] = await paula().says('solicitudes');
    for (;;) {
      seen.push(...(whole(page?.content).match(/SOL-\d{6}/g) ?? []));
      if (!labels(page?.content).includes('Ver más')) break;
      [page] = await paula().presses(buttonOf(page?.content, 'Ver más'));
    }
    expect(seen.length).toBeGreaterThan(9);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('who may', () => {
  const buttons = ['Aceptar', 'Aceptar en parte', 'Prorrogar', 'Rechazar', 'Leer lo que pide', 'Preguntarle'];
  const behind = ['Ver la carta', 'Encargar', 'Exportar expediente'];
  it.each([...buttons, 'La vi', 'Ver más', ...behind])(
    'when an operator, a viewer or a stranger presses «%s», then nothing is done',
    async (label) => {
      const person = await whoAsks(house, 'borren mis datos');
      const front = await paula().card(person);
      const card = behind.includes(label) ? await paula().more(front) : front;
      for (const user of ['U0CAMILA', 'U0VICTOR'])
        expect(textOf(await colleague(house, user).presses(label, card))).toMatch(/Tu rol no permite/);
      const before = (await house.posts(andina)).length;
      await colleague(house, 'U0NOBODY').presses(label, card);
      expect(await stateOf(person)).toBe('confirmed');
      expect((await house.posts(andina)).slice(before).map(({ card: one }) => one)).not.toContain(
        'privacy-requests/case',
      );
    },
  );

  it('when a form that was opened by the privacy role is sent by somebody else, then nothing is decided', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const form = await paula().opens('Rechazar', await paula().card(person));
    const said = await colleague(house, 'U0CAMILA').submits(form.action, { ground: 'contract', facts });
    expect(textOf(said)).toMatch(/Tu rol no permite/);
    expect(await stateOf(person)).toBe('confirmed');
  });

  it('when a case of another customer is asked for, then it answers exactly as one that nobody has (T-DSR-7)', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const { number = '' } = (await person.request()) ?? {};
    const elena = aDesk(house, 'U0ELENA', 'T0CLINICA', clinica);
    const theirs = textOf(await elena.says(`en qué está la ${number}`));
    expect(theirs).toBe(textOf(await elena.says('en qué está la SOL-999999')).replaceAll('SOL-999999', number));
    const button = buttonOf(await paula().card(person), 'Aceptar');
    expect(textOf(await elena.presses(button))).toMatch(/botón ya no sirve/);
    expect(await stateOf(person)).toBe('confirmed');
  });

  it('when an old button is pressed after the decision, then it says so and does nothing', async () => {
    const person = await whoAsks(house, 'borren mis datos');
    const card = await paula().card(person);
    await paula().fills(await paula().opens('Rechazar', card), { ground: 'contract', facts });
    expect(textOf(await paula().presses('Aceptar', card))).toMatch(/ya avanzó/);
    expect((await person.request())?.outcome).toBe('denied');
  });
});

describe('standing instructions', () => {
  const card = async () => {
    const posts = await house.posts(andina);
    return posts.findLast((post) => post.card === 'standing-instructions/all')?.content;
  };

  it('when the privacy role signs, then what is asked from then on is done at once; taken back, it waits again', async () => {
    expect(textOf(await paula().says('instrucciones permanentes'))).toMatch(/sin firmar.*sin firmar/s);
    const form = await paula().opens('Firmar el borrado', (await card()) ?? { text: '' });
    expect(form.intro).toMatch(/Eliminen de inmediato/);
    expect(wrongIn(await paula().fills(form, { agree: 'no' }))).toEqual({ agree: expect.any(String) });
    expect(saidIn(await paula().fills(form, { agree: 'yes' }))).toMatch(/Firmada/);
    const person = await whoAsks(house, 'borren mis datos');
    await eventually(async () =>
      expect(['accepted', 'executing', 'answered', 'closed', undefined]).toContain(await stateOf(person)),
    );
    await gets(house, person, /eliminamos|eliminados/i);
    await paula().presses('Quitar el borrado', await card());
    const other = await whoAsks(house, 'borren mis datos');
    expect(await stateOf(other)).toBe('confirmed');
  });

  it('when somebody without that role would sign or take back, then they can’t', async () => {
    const shown = textOf(await paula().says('instrucciones permanentes'));
    expect(shown).toMatch(/sin firmar/);
    for (const user of ['U0CAMILA', 'U0VICTOR'])
      expect(textOf(await colleague(house, user).presses('Firmar el borrado', await card()))).toMatch(
        /Tu rol no permite/,
      );
  });
});
