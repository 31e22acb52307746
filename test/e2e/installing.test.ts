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
    expect(welcome.buttons.map(({ label }) => label)).toEqual(['Pegar el token', 'Invitar a mi equipo']);
  });

  it('when tokens are pasted that don’t do, then each says in plain words what is wrong', async () => {
    const start = await says(rosa, 'conectar', /Generar token/);
    const wrong: [string, RegExp][] = [
      ['EAALIRIO-nadie-lo-conoce-9999', /Meta no reconoce ese token/],
      ['EAALIRIO-sin-mensajes-0003', /le falta un permiso/],
      ['EAALIRIO-de-una-persona-0004', /es de una persona/],
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
    expect(spoken(await reads(rosa, /funciona/))).toMatch(/salió la respuesta/);
    expect(spoken(await says(rosa, 'plantillas', /novedades/))).toMatch(/novedades/);
    expect((await outside.world()).whatsapp.numbers.map(({ id }) => id)).toContain(number);
  });

  it('when a guest holds a code, then it makes no member of them; somebody of the team it does', async () => {
    const team = await says(rosa, 'equipo', /elige qué va a hacer/);
    await outside.presses(rosa, team, /^Solo mirar/);
    const code =
      /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(
        spoken(await outside.reads(rosa, 'dm', (one) => /Este código sirve una vez/.test(spoken(one)))),
      )?.[0] ?? '';
    await says(gaspar, `vincular ${code}`, /no a invitadas ni de otras empresas/);
    await says(ivan, `vincular ${code}`, /Ya eres parte de Librería Lirio/);
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
