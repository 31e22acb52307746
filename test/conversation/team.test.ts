import { join } from 'node:path';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { buttonOf, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const victor = () => colleague(house, 'U0VICTOR');
const elena = () => colleague(house, 'U0ELENA', 'T0CLINICA', clinica);
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const drafted = async (words = 'manda la promo cyber a clientes RM mañana a las 10') =>
  cardOf(await camila().says(words), 'send-campaign/author');

describe('the phrases that everybody tries, said alone', () => {
  it('when «send campaign» is said, then it is asked what and to whom, by buttons, until a draft stands', async () => {
    const [what] = await camila().says('send campaign');
    expect(labels(what?.content)).toContain('promo cyber');
    expect(labels(what?.content)).not.toContain('promo navidad'); // Meta has not approved it
    const [whom] = await camila().presses('promo cyber', what?.content);
    expect(labels(whom?.content)).toContain('clientes RM');
    const draft = cardOf(await camila().presses('clientes RM', whom?.content), 'send-campaign/author');
    expect(whole(draft)).toMatch(/C-\d+ · promo cyber/);
  });

  it('when «show delivery report» is said before anything has left, then it is where the newest campaign stands', async () => {
    const draft = await drafted();
    const number = /C-\d+/.exec(whole(draft))?.[0] ?? '?';
    expect(told(await diego().says('show delivery report'))).toMatch(new RegExp(`${number}.*The draft is ready`));
  });

  it('when «delete my data» and «opt out» are said, then they do what they say, in English', async () => {
    const person = someone(house);
    expect(labels((await person.says('delete my data'))[0])).toEqual(['Yes, erase', 'No']);
    const other = someone(house);
    expect(whole((await other.says('opt out'))[0])).toMatch(/will no longer send you promotions/);
    expect(await other.promotions()).toBe('stop');
  });
});

describe('a campaign from words', () => {
  it('when it was said with its hour, then the draft has it; when it is approved by a second person, then it is scheduled and seen in its channel', async () => {
    const draft = await drafted();
    expect(whole(draft)).toMatch(/miércoles 2 de diciembre, 10:00.*sin prueba de consentimiento/);
    const asked = await camila().presses('Pedir aprobación', draft);
    expect(told(asked)).toMatch(/avisé a 1 persona/);
    const approved = await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    expect(told(approved)).toMatch(/aprobada. Sale: miércoles 2 de diciembre, 10:00/);
    expect(approved.find((post) => post.card === 'send-campaign/progress')?.place.channel).toBe('C0CAMPANAS');
    const again = await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    expect(told(again)).toMatch(/ya está aprobada por Diego/);
  });

  it('when there is nobody in the group to write to, then it is said, and no approval can be asked for', async () => {
    await house.inside(andina, (tx) =>
      house.rooms.audience.addSegment(tx, { name: 'clientes Aysén', key: 'region', value: 'Aysén' }, house.clock.now()),
    );
    const draft = await drafted('manda la promo cyber a clientes Aysén');
    expect(whole(draft)).toMatch(/No hay a quién escribirle en clientes Aysén/);
    expect(labels(draft)).toContain('Descartar');
    expect(labels(draft)).not.toContain('Pedir aprobación');
  });

  it('when one is asked for by no name, then it is one that has begun, not the newest draft', async () => {
    const martin = colleague(house, 'U0MARTIN', 'T0CLINICA', clinica);
    const wish = 'manda control anual a pacientes';
    const begun = cardOf(await martin.says(wish), 'send-campaign/author');
    const asked = await martin.presses('Pedir aprobación', begun);
    await elena().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    const number = /C-\d+/.exec(whole(begun))?.[0] ?? '?';
    await eventually(async () => expect(told(await martin.says(`cómo va ${number}`))).toMatch(/enviado/));
    expect(whole(cardOf(await martin.says(wish), 'send-campaign/author'))).not.toMatch(new RegExp(`^${number}`));
    expect(told(await martin.says('¿cómo va la campaña?'))).toContain(number);
    expect(told(await martin.says('reporte'))).toContain(number);
  });

  it('when its hour is past or unclear, then it is asked and never left out', async () => {
    for (const words of [
      'manda la promo cyber a clientes RM hoy a las 9',
      'manda la promo cyber a clientes RM mañana a las 3',
    ]) {
      const said = await camila().says(words);
      expect(told(said)).toMatch(/¿Cuándo la mando\?/);
      expect(told(await camila().says('ayer'))).toMatch(/¿Cuándo la mando\?/);
      expect(whole(cardOf(await camila().says('mañana a las 15:00'), 'send-campaign/author'))).toMatch(
        /miércoles 2 de diciembre, 15:00/,
      );
    }
  });

  it('when an answer says more than was asked, then the rest is not lost', async () => {
    await camila().says('enviar campaña');
    const draft = cardOf(await camila().says('promo cyber a clientes RM mañana a las 10'), 'send-campaign/author');
    expect(whole(draft)).toMatch(/clientes RM.*miércoles 2 de diciembre, 10:00/);
  });

  it('when changes are asked for, then the author reads them on the draft', async () => {
    const asked = await camila().presses('Pedir aprobación', await drafted());
    const card = cardOf(asked, 'send-campaign/approval');
    await diego().presses('Pedir cambios', card, 'V1');
    const action = house.edge.forms.at(-1)?.action ?? '';
    expect(told(await diego().submits(action, { comment: 'mejor el jueves' }))).toMatch(/Le devolví/);
    const posts = await house.posts(andina);
    expect(whole(cardOf(posts, 'send-campaign/author'))).toMatch(/Te pidieron cambios:\* mejor el jueves/);
  });

  it('when the template is still in review, then the draft says that it waits for it', async () => {
    expect(told(await camila().says('manda la promo navidad a clientes RM'))).toMatch(
      /Meta todavía revisa la plantilla/,
    );
  });

  it('when something else is ordered while a choice is open, then it is done, and not taken for the answer', async () => {
    const martin = colleague(house, 'U0MARTIN', 'T0CLINICA', clinica);
    const orders = async (hour: number) =>
      whole(cardOf(await martin.says(`manda control anual a pacientes mañana a las ${hour}`), 'send-campaign/author'));
    const numbers = [await orders(9), await orders(10)].map((draft) => /C-\d+/.exec(draft)?.[0]);
    const [which] = await martin.says('cancela control anual');
    expect(labels(which?.content)).toEqual(expect.arrayContaining(numbers.map((one) => `${one} · control anual`)));
    expect(await orders(11)).toMatch(/11:00/);
  });

  it('when the language of the words changes, then answers and cards follow it', async () => {
    const draft = cardOf(
      await camila().says('please send the promo cyber to clientes RM tomorrow at 10'),
      'send-campaign/author',
    );
    expect(whole(draft)).toMatch(/The draft is ready.*Wednesday, December 2, 10:00/);
    expect(told(await camila().says('¿cómo va la campaña de la promo cyber?'))).toMatch(
      /Borrador listo|¿Cuál de estas\?/,
    );
  });
});

describe('holding, going on, cancelling', () => {
  it('when an operator says to stop the running campaign, then the one that is meant pauses at once; going on and cancelling ask first', async () => {
    const draft = await drafted('manda novedades verano a clientes Biobío ahora');
    const asked = await camila().presses('Pedir aprobación', draft);
    await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    const { number, name } = await running();
    const [paused] = await camila().says('stop the running campaign');
    expect(whole(paused?.content)).toMatch(/is on hold/);
    expect(whole(paused?.content)).toContain(`${number} · ${name}`);
    expect(await running()).toMatchObject({ state: 'paused' });
    const [question] = await camila().says('resume');
    expect(labels(question?.content)).toEqual(['Yes, resume', 'Not yet']);
    await camila().presses('Not yet', question?.content);
    expect(await running()).toMatchObject({ state: 'paused' });
    const [sure] = await camila().says(`cancela la campaña ${number} para siempre`);
    expect(labels(sure?.content)).toEqual(['Sí, cancelar', 'No']);
    expect(await running()).toMatchObject({ state: 'paused' });
    await camila().says('sí');
    expect(await running()).toMatchObject({ state: 'cancelled' });
  });

  const running = async () => {
    const [newest] = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 1, house.clock.now()));
    if (!newest) throw new Error('no campaign');
    return newest;
  };
});

describe('who may do what', () => {
  const catalogue = loadCatalogue(join(__dirname, '..', '..', 'intents'));
  /** One way to say each thing, complete enough to be done. */
  const phrases: Readonly<Record<string, string>> = {
    'send-campaign': 'manda novedades verano a clientes Biobío mañana a las 10',
    'campaign-status': '¿cómo va la campaña?',
    'delivery-report': 'reporte',
    'pause-campaign': 'pausa la campaña C-999',
    'resume-campaign': 'reanudar',
    'cancel-campaign': 'cancelar campaña',
    'list-templates': 'plantillas',
    'list-segments': 'grupos',
    'message-status': 'estado del mensaje a +56 9 8111 2233',
    'recipient-history': 'historia de +56 9 8111 2233',
    'privacy-requests': 'solicitudes',
  };
  const team = {
    U0CAMILA: ['operator'],
    U0DIEGO: ['owner', 'approver'],
    U0PAULA: ['privacy', 'agent'],
    U0VICTOR: ['viewer'],
  };

  it.each(Object.entries(team))('when %s speaks (%s), then only what that role may do is done', async (user, roles) => {
    for (const [id, words] of Object.entries(phrases)) {
      const may = catalogue.get(id)?.roles.some((role) => roles.includes(role)) ?? false;
      const said = told(await colleague(house, user).says(words));
      expect([id, /Tu rol no permite/.test(said)]).toEqual([id, !may]);
    }
  });

  it('when help is asked for, then each reads what they may say, and buttons that begin it', async () => {
    expect(told(await victor().says('ayuda'))).not.toMatch(/Enviar:|Privacidad:/);
    const [help] = await camila().says('ayuda');
    expect(whole(help?.content)).toMatch(/Enviar:.*«crea un QR», «sube esta lista».*Detener:.*«¿por qué no le llegó a/);
    const support = colleague(house, 'U0SOFIA', 'T0CONNECTUS');
    expect(told(await support.says('ayuda'))).toMatch(
      /«¿por qué no le llegó a \+56.*«prueba de consentimiento de \+56/,
    );
    expect(told(await support.says('ayuda'))).not.toMatch(/QR/);
    const [what] = await camila().presses('Enviar campaña', help?.content);
    expect(whole(what?.content)).toMatch(/¿Qué plantilla mando\?/);
  });

  it('when help gives an example, then with a template of one’s own, and it works', async () => {
    const martin = colleague(house, 'U0MARTIN', 'T0CLINICA', clinica);
    expect(told(await martin.says('ayuda'))).toMatch(/«envía la campaña control anual»/);
    expect(told(await martin.says('envía la campaña control anual'))).toMatch(/¿A qué grupo\?/);
    expect(told(await camila().says('ayuda'))).not.toMatch(/control anual/);
  });

  it('when our own staff’s grant ends, then they are strangers', async () => {
    const sofia = colleague(house, 'U0SOFIA', 'T0CONNECTUS');
    expect(told(await sofia.says('estado del mensaje a +56 9 8111 2233'))).not.toMatch(/no te conozco/);
    const member = await house.inside(andina, (tx) =>
      house.rooms.members.find(tx, 'T0CONNECTUS', 'U0SOFIA', house.clock.now()),
    );
    await house.inside(andina, (tx) =>
      house.rooms.members.grant(tx, member?.id ?? '', house.clock.now(), 'test:end', house.clock.now()),
    );
    expect(told(await sofia.says('estado del mensaje a +56 9 8111 2233'))).toMatch(/Aún no te conozco/);
  });

  it('when a button of another customer is pressed, or its campaign or person asked for, then nobody learns that it exists', async () => {
    const foreign = buttonOf(await drafted(), 'Pedir aprobación');
    expect(told(await elena().presses(foreign))).toMatch(/Ese botón ya no sirve/);
    const ask = async (words: string) => told(await elena().says(words));
    expect(await ask('estado del mensaje a +56 9 8111 2233')).toBe(await ask('estado del mensaje a +56 9 8111 9999'));
    expect(await ask('historia de +56 9 8111 2233')).toBe(await ask('historia de +56 9 8111 9999'));
    expect(await ask('reporte de C-101')).toBe(await ask('reporte de C-998'));
  });
});

describe('coming in', () => {
  const invited = async (role: string): Promise<string> => {
    const [offer] = await diego().says('equipo');
    const [code] = await diego().presses(role, offer?.content);
    expect(code?.place.private).toBe(true);
    return /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(whole(code?.content))?.[0] ?? '';
  };

  it('when nobody knows a Slack user, then they can only link', async () => {
    const stranger = colleague(house, 'U0STRANGER');
    for (const words of ['hola', 'ayuda', 'manda la promo cyber a clientes RM', 'solicitudes', 'vincular'])
      expect(told(await stranger.says(words))).toMatch(/Aún no te conozco.*vincular CÓDIGO/);
    const draft = await drafted();
    expect(told(await stranger.presses('Pedir aprobación', draft))).toMatch(/Aún no te conozco/);
  });

  it('when a code is used, then it makes one member once, with its role', async () => {
    const code = await invited('Aprobación');
    const nadia = colleague(house, 'U0NADIA');
    const other = colleague(house, 'U0OTHER');
    expect(told(await nadia.says(`vincular ${code.toLowerCase()}`))).toMatch(
      /Ya eres parte de Tienda Andina \(aprobación\)/,
    );
    expect(told(await other.says(`vincular ${code}`))).toMatch(/no sirve o ya venció/);
    expect(told(await nadia.says(`vincular ${code}`))).toMatch(/Ya eres parte de Tienda Andina/);
    expect(told(await nadia.says('equipo'))).toMatch(/aprueba lo que preparan otros/);
  });

  it('when the author of a campaign presses its approval, then it is refused; an approver who is nothing else may', async () => {
    const code = await invited('Aprobación');
    const nora = colleague(house, 'U0NORA');
    await nora.says(`vincular ${code}`);
    const draft = cardOf(
      await diego().says('manda novedades verano a clientes Biobío mañana a las 10'),
      'send-campaign/author',
    );
    const card = cardOf(await diego().presses('Pedir aprobación', draft), 'send-campaign/approval');
    expect(told(await diego().presses('Aprobar', card))).toMatch(/tiene que ser otra persona/);
    expect(told(await nora.presses('Aprobar', card))).toMatch(/aprobada/);
  });

  it('when wrong codes are tried, then they are counted, and on that day not even the right one helps', async () => {
    const code = await invited('Solo mirar');
    const guesser = colleague(house, 'U0GUESSER');
    for (let tries = 0; tries < 10; tries++)
      expect(told(await guesser.says(`vincular AAAA${tries}-BBBBB`))).toMatch(/no sirve o ya venció/);
    expect(told(await guesser.says(`vincular ${code}`))).toMatch(/no sirve o ya venció/);
    expect(told(await colleague(house, 'U0HONEST').says(`vincular ${code}`))).toMatch(/Ya eres parte/);
  });
});

describe('a person who asks for a person', () => {
  it('when they do, then the team sees the talk, the bot keeps quiet, and what a member answers reaches them', async () => {
    const person = someone(house);
    await person.says('¿tienen talla 42?');
    const before = cardOf(await house.posts(andina), 'hand-off/talk');
    expect(whole(before)).toMatch(/^Mensaje de \+56 9 •••• •\d{3}.*español.*talla 42/);
    expect(labels(before)).toEqual(['Responder', 'Tomar', 'Invitar a novedades']); // nobody has asked them yet
    await person.says('quiero hablar con una persona');
    expect(await person.says('mi pedido no llega')).toEqual([]);
    const card = cardOf(await house.posts(andina), 'hand-off/talk');
    expect(whole(card)).toMatch(/pide hablar con una persona.*mi pedido no llega/);
    const paula = colleague(house, 'U0PAULA');
    await paula.presses('Responder', card, 'V1');
    await paula.submits(house.edge.forms.at(-1)?.action ?? '', { text: 'Hola, lo reviso ahora.' });
    expect(whole(cardOf(await house.posts(andina), 'hand-off/talk'))).toMatch(/nosotros: Hola, lo reviso/);
    await paula.presses('Resuelto', card);
    expect(whole((await person.says('hola'))[0])).toMatch(/¡Hola!/);
  });

  it('when the team answers a day too late, then the member is told so, and nothing is promised', async () => {
    const person = someone(house);
    await person.says('quiero hablar con una persona');
    const card = cardOf(await house.posts(andina), 'hand-off/talk');
    house.clock.forward(24 * 60);
    const paula = colleague(house, 'U0PAULA');
    await paula.presses('Responder', card, 'V2');
    const posts = await paula.submits(house.edge.forms.at(-1)?.action ?? '', { text: 'Hola, recién lo veo.' });
    expect(told(posts)).toMatch(/Pasaron más de 24 horas/);
    expect(whole(cardOf(await house.posts(andina), 'hand-off/talk'))).not.toMatch(/recién lo veo/);
  });
});
