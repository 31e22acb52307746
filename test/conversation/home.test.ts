import type { Content } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { buttonOf, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const paula = () => colleague(house, 'U0PAULA');
const all = (page: Content | undefined): string =>
  [page, ...(page?.parts ?? [])].map(whole).filter(Boolean).join(' | ');
const pages = (user: string): Content[] =>
  house.edge.homes.filter((one) => one.user === user).map(({ content }) => content);
const page = (user: string): Content | undefined => pages(user).at(-1);
/** The part of somebody's page that says this. @throws when there is none */
function part(user: string, words: RegExp): Content {
  const found = page(user)?.parts?.find((one) => words.test(whole(one)));
  if (!found) throw new Error(`nothing says ${words} in ${all(page(user))}`);
  return found;
}
/** They look at it, and it was drawn. */
async function opened(who: ReturnType<typeof colleague>, user: string): Promise<string> {
  const before = pages(user).length;
  await who.opens();
  await eventually(async () => expect(pages(user).length).toBeGreaterThan(before));
  return all(page(user));
}
const saysSoon = (user: string, words: RegExp) => eventually(async () => expect(all(page(user))).toMatch(words));
const asked = async () => {
  const draft = cardOf(await camila().says('manda la promo cyber a clientes RM'), 'send-campaign/author');
  await camila().presses('Pedir aprobación', draft);
  return /C-\d+/.exec(whole(draft))?.[0] ?? '?';
};

describe('a page for each', () => {
  it('when a new customer’s operator looks, then it is what a first campaign still needs, and how to begin it', async () => {
    const said = await opened(camila(), 'U0CAMILA');
    expect(said).toMatch(/Hola, Camila · \*Tienda Andina\* · 1 de diciembre de 2026/);
    expect(said).toMatch(/Para empezar · 7 de 8.*✓ Listo · Personas.*○ Falta · La primera campaña/);
    expect(said).toMatch(
      /Espera por ti · Nada por ahora.*Canales · WhatsApp .*: funciona.*Saldo · Quedan \$.*Tus ajustes/,
    );
    expect(labels(page('U0CAMILA'))).toEqual(expect.arrayContaining(['Nueva campaña', 'Reporte', 'Ayuda']));
    expect(buttonOf(page('U0CAMILA'), 'Nueva campaña').form).toBe(true);
    expect(said).not.toMatch(/SOL-/);
  });

  it('when somebody asks for it in words, then the same comes as an answer for them alone', async () => {
    const [said] = await camila().says('¿qué tengo pendiente?');
    expect(all(said?.content)).toMatch(/Hola, Camila.*Para empezar.*Tus ajustes/);
    const [english] = await camila().says('open my home page');
    expect(all(english?.content)).toMatch(/Hello, Camila.*To begin.*Your settings/);
    await camila().says('ábreme el inicio');
  });

  it('when it is another customer’s member, then it is their own customer’s page', async () => {
    const said = await opened(colleague(house, 'U0ELENA', 'T0CLINICA', clinica), 'U0ELENA');
    expect(said).toContain('Clínica');
    expect(said).not.toContain('Andina');
  });

  it('when nobody knows them, then they read how to come in, and nothing else', async () => {
    await colleague(house, 'U0NEWCOMER').opens();
    await saysSoon('U0NEWCOMER', /Aún no te conozco/);
    expect(all(page('U0NEWCOMER'))).not.toContain('Andina');
    const told = await house.inside(andina, (tx) =>
      tx.query("SELECT 1 FROM slack_post WHERE place->>'user' = 'U0NEWCOMER'"),
    );
    expect(told).toEqual([]); // whoever only looks is not written to
  });
});

describe('a page that is looked at', () => {
  it('when a campaign waits for an approval, then the approver sees it without looking again, and a press there brings the card that approves it', async () => {
    await opened(diego(), 'U0DIEGO');
    await opened(camila(), 'U0CAMILA');
    const number = await asked();
    await saysSoon(
      'U0DIEGO',
      new RegExp(`${number} · promo cyber\\* espera tu aprobación: \\d+ personas de clientes RM`),
    );
    await saysSoon(
      'U0CAMILA',
      new RegExp(`Espera por ti · Nada.*${number} · promo cyber\\* para clientes RM: esperando`),
    );
    const shown = await diego().presses('Revisar', part('U0DIEGO', new RegExp(`${number}.*espera tu`)));
    await diego().presses('Aprobar', cardOf(shown, 'send-campaign/approval'));
    await saysSoon(
      'U0DIEGO',
      new RegExp(`Espera por ti · Nada.*${number} · promo cyber\\* para clientes RM: (enviándose|terminada)`),
    );
    await saysSoon('U0CAMILA', /[1-9]\d* de \d+ enviados/);
    expect(all(page('U0CAMILA'))).not.toContain('Para empezar'); // a first campaign has gone out
  });

  it('when many things change at once, then it is drawn a time or two, not as often', async () => {
    await opened(diego(), 'U0DIEGO');
    const before = pages('U0DIEGO').length;
    for (let at = 0; at < 30; at++) await house.inside(andina, (tx) => house.rooms.posts.refresh(tx, `campaign:${at}`));
    await camila().says('detén todos los envíos');
    await saysSoon('U0DIEGO', /Detenidas todas las promociones/);
    expect(pages('U0DIEGO').length - before).toBeLessThan(5);
    await diego().says('reanuda los envíos');
  });

  it('when a person asks for something, then whoever decides sees until when, and others nothing of it', async () => {
    await opened(paula(), 'U0PAULA');
    await someone(house).says('quiero ver mis datos');
    await saysSoon('U0PAULA', /SOL-\d{6} · .*: quedan \d+ días, vence el \d+ de \w+ de 20\d\d/);
    const shown = await paula().presses('Revisar', part('U0PAULA', /SOL-/));
    expect(whole(cardOf(shown, 'privacy-requests/case'))).toMatch(/SOL-/);
    expect(await opened(camila(), 'U0CAMILA')).not.toContain('SOL-');
  });

  it('when somebody wants to talk with a person, then whoever attends them sees who waits, until it is taken', async () => {
    await opened(paula(), 'U0PAULA');
    await someone(house).says('quiero hablar con una persona');
    await saysSoon('U0PAULA', /•\d{3}\* pidió hablar con una persona.*Nadie ha tomado la conversación/);
    const [card] = await paula().presses('Revisar', part('U0PAULA', /pidió hablar con una persona/));
    expect(card?.card).toBe('hand-off/talk');
    expect(await opened(camila(), 'U0CAMILA')).not.toContain('pidió hablar');
  });

  it('when a button of it is pressed by somebody whose role is gone, then nothing happens, and the page is no longer theirs', async () => {
    const now = house.clock.now();
    const vera = { team: 'T0ANDINA', user: 'U0VERA', name: 'Vera Lagos' };
    await house.inside(andina, (tx) => house.rooms.members.join(tx, vera, ['approver'], now));
    await opened(colleague(house, 'U0VERA'), 'U0VERA');
    await asked();
    await saysSoon('U0VERA', /espera tu aprobación/);
    const button = buttonOf(part('U0VERA', /espera tu aprobación/), 'Revisar');
    await house.inside(andina, async (tx) => {
      const member = await house.rooms.members.find(tx, 'T0ANDINA', 'U0VERA', now);
      await house.rooms.members.leave(tx, member?.id ?? '', 'system:test', now);
    });
    await saysSoon('U0VERA', /Aún no te conozco/);
    const posts = await colleague(house, 'U0VERA').presses(button);
    expect(posts.map(({ content }) => all(content)).join()).not.toMatch(/promo cyber/);
    const kept = () => house.inside(andina, (tx) => tx.query("SELECT 1 FROM slack_home WHERE slack_user = 'U0VERA'"));
    await eventually(async () => expect(await kept()).toEqual([]));
  });
});

describe('what is left to be spent', () => {
  const enters = (amount: number) =>
    house.inside(andina, (tx) =>
      house.rooms.credit.enter(tx, { kind: 'correction', amount, by: 'system:test' }, house.clock.now()),
    );

  it('when little is left of the last payment, then the page says so without being asked, and so does it when there is nothing', async () => {
    expect(await opened(diego(), 'U0DIEGO')).toMatch(/Saldo · Quedan \$/);
    const { left } = (await house.inside(andina, (tx) => house.rooms.credit.state(tx))) ?? {};
    const most = left?.amount ?? 0;
    await enters(-Math.floor(most * 0.85));
    await saysSoon('U0DIEGO', /Va quedando poco/);
    await enters(-Math.floor(most * 0.2));
    await saysSoon('U0DIEGO', /Se acabó: no sale ninguna promoción hasta que entre un pago/);
    await enters(most);
    await saysSoon('U0DIEGO', /Quedan \$\s[\d.]+, con IVA\.(?! \*)/);
  });
});

describe('what everybody chooses for themselves', () => {
  const settle = async (values: Record<string, string>) => {
    await opened(diego(), 'U0DIEGO');
    await diego().presses('Cambiar', part('U0DIEGO', /Tus ajustes|Your settings/), 'V0FORM');
    await eventually(async () =>
      expect(house.edge.forms.at(-1)).toMatchObject({ fields: [{ id: 'language' }, { id: 'zone' }, { id: 'alerts' }] }),
    );
    await diego().submits(house.edge.forms.at(-1)?.action ?? '', values, 'V0FORM');
  };

  it('when somebody is elsewhere, then hours are said to them as their clock shows them, and to nobody else', async () => {
    await settle({ language: 'es', zone: 'Europe/Madrid', alerts: 'all' });
    await saysSoon('U0DIEGO', /con la hora de Madrid/);
    const wish = 'manda la promo cyber a clientes RM mañana a las 10';
    const number = /C-\d+/.exec(whole(cardOf(await camila().says(wish), 'send-campaign/author')))?.[0] ?? '?';
    expect((await diego().says('campañas')).map(({ content }) => whole(content)).join()).toMatch(
      new RegExp(`${number}.*2 de diciembre, 14:00`),
    );
    expect((await camila().says('campañas')).map(({ content }) => whole(content)).join()).toMatch(
      new RegExp(`${number}.*2 de diciembre, 10:00`),
    );
  });

  it('when a zone that is none is sent, then nothing is changed', async () => {
    await settle({ language: 'es', zone: 'Mars/Olympus', alerts: 'all' });
    expect(await opened(diego(), 'U0DIEGO')).toMatch(/con la hora de Madrid/);
  });

  it('when somebody wants it quiet, then what can wait is on their page alone, and what stopped is told them all the same', async () => {
    await settle({ language: 'es', zone: 'company', alerts: 'quiet' });
    await saysSoon('U0DIEGO', /Avisos silenciosos/);
    const before = await house.postIds(andina);
    const number = await asked();
    await saysSoon('U0DIEGO', new RegExp(`${number}.*espera tu aprobación`));
    const isTold = async (card: string) =>
      (await house.posts(andina, before)).some((post) => post.card === card && post.place.user === 'U0DIEGO');
    await house.inside(andina, async (tx) => {
      const [campaign] = await house.rooms.campaigns.list(tx, 1, house.clock.now());
      const member = await house.rooms.members.find(tx, 'T0ANDINA', 'U0DIEGO', house.clock.now());
      const author = { id: campaign?.authorId ?? '', roles: ['approver'] };
      const handed = { version: campaign?.version ?? 0, to: member?.id ?? '' };
      await house.rooms.campaigns.delegate(tx, campaign?.id ?? '', handed, author, house.clock.now());
    });
    expect(await isTold('send-campaign/approval')).toBe(false);
  });
});
