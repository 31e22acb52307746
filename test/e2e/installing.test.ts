import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { type Member, Outside, type SlackMessage, spoken } from '../tour/outside';

jest.setTimeout(240_000);
let system: System;
let outside: Outside;
beforeAll(async () => {
  system = await startSystem({ within: 240_000 });
  outside = new Outside(system.worldUrl, () => {});
}, 300_000);
afterAll(() => system?.close());

const rosa: Member = { team: 'T0LIRIO', user: 'U0ROSA', name: 'Rosa Tapia' };
const gaspar: Member = { team: 'T0LIRIO', user: 'U0GASPAR', name: 'Gaspar Ríos' };
const ivan: Member = { team: 'T0LIRIO', user: 'U0IVAN', name: 'Iván Soto' };
const number = '106540352242944';
/** The version of the words by which her people permit it. */
let wording = '';

/** A browser: it follows where it is sent, and keeps what it is given. */
function aBrowser() {
  let cookie = '';
  return async (url: string): Promise<{ status: number; location: string; text: string }> => {
    const answer = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} });
    const given = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
    if (given.length > 0) cookie = given.join('; ');
    return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() };
  };
}
type Browser = ReturnType<typeof aBrowser>;

/** From the link to the page that says how it went. */
async function installs(browser: Browser, member: Member, link = `${system.productUrl}/slack/install`) {
  const { location: authorize } = await browser(link);
  const { team, user } = member;
  const { location } = await outside.post<{ location: string }>('/__sim/slack/install', { authorize, team, user });
  return { page: await browser(location), location };
}
/** Of cards that say the same, the one whose buttons are still to be pressed. */
const reads = (member: Member, fits: RegExp): Promise<SlackMessage> =>
  outside.reads(member, 'dm', (message) => message.buttons.length > 0 && fits.test(spoken(message)));
const says = (member: Member, text: string, fits: RegExp): Promise<SlackMessage> =>
  outside.writes(member, text, (message) => fits.test(spoken(message)));

/** Presses a button that opens a form, and fills it in. */
async function fills(member: Member, message: SlackMessage, label: RegExp, values: Record<string, string>) {
  await outside.presses(member, message, label);
  await outside.fills(member, 'pin' in values ? 'Registrar el número' : 'Token de Meta', values);
}
/** The code that Rosa gets for somebody who is to have this role. */
async function invites(role: RegExp): Promise<string> {
  await outside.presses(rosa, await says(rosa, 'equipo', /elige qué va a hacer/), role);
  const said = await outside.reads(rosa, 'dm', (one) => /Este código sirve una vez/.test(spoken(one)));
  return /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(spoken(said))?.[0] ?? '';
}

describe('a company begins with us', () => {
  it('when its owner lets us in from another browser, or twice with one answer, then nothing is installed', async () => {
    const [browser, another] = [aBrowser(), aBrowser()];
    const { location: authorize } = await browser(`${system.productUrl}/slack/install`);
    const { team, user } = rosa;
    const { location } = await outside.post<{ location: string }>('/__sim/slack/install', { authorize, team, user });
    expect(await another(location)).toMatchObject({ status: 400, text: expect.stringMatching(/ya no sirve/) });
    expect(await browser(location)).toMatchObject({ status: 400 }); // and that one is used up
  });

  it('when its owner lets us in, then they run an account of their own and are told what comes first', async () => {
    const { page, location } = await installs(aBrowser(), rosa);
    expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/Connectus está en Librería Lirio/) });
    expect((await aBrowser()(location)).status).toBe(400);
    const welcome = await reads(rosa, /Administras la cuenta de Librería Lirio/);
    expect(spoken(welcome)).toMatch(/van 0 de 8/);
    expect(welcome.buttons.map(({ label }) => label)).toEqual(['Completar los datos']);
  });

  it('when she does what each step says, then the company is named, the contract is signed by her, and the words of permission stand', async () => {
    const welcome = await reads(rosa, /Administras la cuenta de Librería Lirio/);
    await outside.presses(rosa, welcome, /^Completar los datos/);
    await outside.fills(rosa, 'Datos de la empresa', {
      ...{ legal_name: 'Librería Lirio Ltda.', rut: '12345678 5', country: 'CL' },
      contact: 'privacidad@lirio.example',
    });
    const named = await reads(rosa, /figura como Librería Lirio Ltda\., RUT 12\.345\.678-5/);
    await outside.presses(rosa, named, /^Leer el contrato/);
    const contract = await reads(rosa, /Entre Librería Lirio Ltda\., 12\.345\.678-5 y Connectus SpA/);
    expect(spoken(contract)).toMatch(
      /Qué hace Connectus.*Cuánto dura.*Para qué.*Qué datos.*De quiénes.*A qué se obliga/,
    );
    await outside.presses(rosa, contract, /^Leí y acepto/);
    const signed = await reads(rosa, /Quedó aceptado el contrato, versión 1, por Rosa Tapia/);
    await outside.presses(rosa, signed, /^Ver para qué/);
    const words = await reads(rosa, /Permiso en español: «Acepto recibir novedades y promociones de Librería Lirio/);
    await outside.presses(rosa, words, /^Confirmar promociones y texto/);
    wording = /permiso-[0-9a-f]{8}/.exec(spoken(await reads(rosa, /El texto quedó guardado como/)))?.[0] ?? '';
    const next = await reads(rosa, /van 3 de 8/);
    expect(next.buttons.map(({ label }) => label)).toEqual(['Conectar un número']);
  });

  it('when tokens are pasted that don’t do, then each says in plain words what is wrong', async () => {
    const start = await says(rosa, 'conectar', /Generar token/);
    const wrong: [string, RegExp][] = [
      ['EAALIRIO-nadie-lo-conoce-9999', /Meta no reconoce ese token/],
      ['EAALIRIO-sin-mensajes-0003', /le falta un permiso/],
      ['EAALIRIO-de-una-persona-0004', /es de una persona/],
      ['EAALIRIO-de-otra-app-0005', /es de otra aplicación de Meta/],
    ];
    let card = start;
    for (const [token, words] of wrong) {
      await fills(rosa, card, /token/, { token });
      card = await reads(rosa, words);
    }
    await fills(rosa, card, /^Otro token/, { token: 'EAALIRIO-vence-en-diciembre-0002' });
    expect(spoken(await reads(rosa, /¿Qué número conectamos/))).toMatch(/vence el/);
  });

  it('when the right one comes, then its number is registered, subscribed, tried from a phone, and ours', async () => {
    await fills(rosa, await says(rosa, 'conectar', /¿Qué número conectamos/), /^Otro token/, {
      token: 'EAALIRIO-sistema-no-vence-0001',
    });
    const card = await reads(rosa, /no vence/);
    expect(spoken(card)).toMatch(/6000.*falta registrarlo.*6001.*falta confirmar en Meta/);
    expect(card.buttons.map(({ label }) => label)).toEqual([
      expect.stringMatching(/^Registrar \+56/),
      'Revisar de nuevo',
      'Otro token',
    ]);
    await fills(rosa, card, /^Registrar/, { pin: '111111' });
    const refused = await reads(rosa, /Ese PIN no es/);
    await fills(rosa, refused, /^Otro token/, { token: 'EAALIRIO-sistema-no-vence-0001' });
    await fills(rosa, await reads(rosa, /¿Qué número conectamos/), /^Registrar/, { pin: '246810' });
    await outside.presses(rosa, await reads(rosa, /falta tu permiso/), /^Autorizar Meta/);
    const ready = await reads(rosa, /desde tu propio teléfono/);
    expect(spoken(ready)).toMatch(/conectado en Meta; la prueba dirá/);
    await outside.post('/__sim/whatsapp/inbound', { from: '+56987654321', to: number, text: 'hola' });
    expect(spoken(await reads(rosa, /funciona/))).toMatch(/salió la respuesta.*\[Sumar personas\]/);
    expect(spoken(await says(rosa, 'plantillas', /novedades/))).toMatch(/novedades/);
    expect((await outside.world()).whatsapp.numbers.map(({ id }) => id)).toContain(number);
  });

  it('when she brings her people and somebody who approves, then her first campaign leaves, and the steps are over', async () => {
    await outside.presses(rosa, await says(rosa, 'primeros pasos', /Librería Lirio: 5 de 8/), /^Sumar personas/);
    await reads(rosa, /Arrastra aquí un archivo CSV/);
    await outside.drops(rosa, 'socios.csv', 'telefono,nombre\n+56981112233,Benjamin Soto\n+56982223344,Carla Munoz\n');
    await outside.presses(rosa, await reads(rosa, /socios\.csv · 2 filas/), /^Dar fe/);
    await outside.fills(rosa, 'Dar fe del permiso', {
      ...{ text: `${wording}/es`, channels: 'whatsapp', place: 'Mesón de la librería', when: '20-11-2026' },
      ...{ how: 'Firmaron al hacerse socios.', vouch: 'yes' },
    });
    await reads(rosa, /lista adentro/);
    await outside.presses(rosa, await says(rosa, 'primeros pasos', /Librería Lirio: 6 de 8/), /^Invitar a mi equipo/);
    await says(ivan, `vincular ${await invites(/^Aprobación/)}`, /Ya eres parte de Librería Lirio/);
    const ready = await says(rosa, 'primeros pasos', /Librería Lirio: 7 de 8/);
    expect(ready.buttons.map(({ label }) => label)).toEqual(['Preparar la primera campaña']);
    const draft = await says(rosa, 'manda novedades lirio a todos', /novedades lirio.*Personas: 2 de/);
    await outside.presses(rosa, draft, /^Pedir aprobación/);
    await outside.presses(ivan, await reads(ivan, /novedades lirio/), /^Aprobar/);
    const got = await outside.receives('+56981112233', number, ({ text }) => /llegaron libros nuevos/.test(text));
    expect(got.text).toMatch(/BAJA/);
    await says(rosa, 'primeros pasos', /ya envió su primera campaña/);
  });

  it('when somebody unknown opens our page, then they read how to come in, in the language of their Slack', async () => {
    const reads = async (member: Member, words: RegExp) => {
      const { team, user } = member;
      await outside.post('/__sim/slack/home', { team, user });
      await eventually(
        async () => {
          const page = await outside.get(`/__sim/slack/home?team=${team}&user=${user}`);
          expect(JSON.stringify(page)).toMatch(words);
        },
        { within: 30_000, every: 200 },
      );
    };
    await reads(gaspar, /I don't know you yet/);
    await reads(ivan, /Librería Lirio/);
  });

  it('when a guest holds a code, then it makes no member of them; somebody of the team it does', async () => {
    await says(gaspar, `vincular ${await invites(/^Solo mirar/)}`, /no a invitadas ni de otras empresas/);
    await outside.post('/__sim/slack/standing', { team: ivan.team, user: ivan.user, standing: 'guest' });
    // That and his words come by two ways: whichever is heard first.
    await eventually(
      async () => {
        await outside.post('/__sim/slack/dm', { team: ivan.team, user: ivan.user, text: 'equipo' });
        const seen = await outside.direct(ivan);
        expect(seen.some((message) => message.bot && /Aún no te conozco/.test(spoken(message)))).toBe(true);
      },
      { within: 60_000, every: 1_000 },
    );
  });

  it('when the token nears its end, then it is renewed and we go on; when we are removed, then it is destroyed', async () => {
    await outside.post('/__sim/clock', { advance: '11h' });
    await eventually(async () => expect(await renewals()).toBeGreaterThan(0), { within: 90_000, every: 500 });
    await says(rosa, 'equipo', /elige qué va a hacer/);
    await outside.post('/__sim/clock', { advance: '3h' }); // past the end of the first
    await says(rosa, 'equipo', /elige qué va a hacer/);
    await outside.post('/__sim/slack/uninstall', { team: rosa.team });
    await installs(aBrowser(), rosa);
    await says(rosa, 'equipo', /elige qué va a hacer/);
  });

  const renewals = async (): Promise<number> => {
    const { calls } = await outside.get<{ calls: { body: { grant_type?: string }; status: number }[] }>(
      '/__sim/calls?api=slack&method=oauth.v2.access',
    );
    return calls.filter(({ body, status }) => body.grant_type === 'refresh_token' && status === 200).length;
  };
});
