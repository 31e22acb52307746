import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, 2 * OPENING_MS);
afterAll(() => house?.close());

const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const camila = () => colleague(house, 'U0CAMILA');
const paula = () => colleague(house, 'U0PAULA');
const diego = () => colleague(house, 'U0DIEGO');
const victor = () => colleague(house, 'U0VICTOR');
const sofia = () => colleague(house, 'U0SOFIA', 'T0CONNECTUS');
const card = async (name: string) => (await house.posts(andina)).filter((post) => post.card === name).at(-1);

describe('A25, A31: who else gets the data', () => {
  it('when somebody asks, then each is told with country, fields, contract, ground and since when; only whoever decides has buttons', async () => {
    const seen = await camila().says('subencargados');
    expect(told(seen)).toMatch(
      /Meta Platforms.*Estados Unidos.*número de teléfono.*ENC-2026-01.*vigente.*cláusulas contractuales \(RAEX202503748\).*autorizado/,
    );
    expect(told(seen)).toMatch(/Evaluación de impacto:\* EIPD-1/);
    expect(labels(seen[0]?.content)).toEqual([]);
    expect(labels((await paula().says('subencargados'))[0]?.content)).toContain('Quitar Meta Platforms, Inc.');
  });

  it('when the privacy role takes one back, then nothing goes that way, and given again it does', async () => {
    const [list] = await paula().says('subencargados');
    const [gone] = await paula().presses('Quitar Proveedor de correo', list?.content);
    expect(whole(gone?.content)).toMatch(/ya no está autorizado/);
    const [again] = await paula().presses('Autorizar otra vez', gone?.content);
    expect(whole(again?.content)).toMatch(/queda autorizado/);
  });

  it('A23: when somebody wants the people exported to advertising, then it is refused with the reason', async () => {
    expect(told(await camila().says('exporta los clientes a audiencias de facebook'))).toMatch(
      /No hago eso: .*no se venden ni se usan para publicidad/,
    );
  });
});

describe('A19: an authority', () => {
  it('when support writes a request down, then two others approve it by its card, and its own writer can’t', async () => {
    const rosa = someone(house);
    await rosa.says('hola');
    const [list] = await sofia().says('autoridad');
    expect(whole(list?.content)).toMatch(/No hay ninguno registrado/);
    await sofia().presses('Registrar', list?.content, 'V1');
    const values = {
      ...{ authority: 'Fiscalía Centro Norte', basis: 'CPP art. 180', document: 'Oficio 77', field: 'phone' },
      ...{ addresses: rosa.identity.phone ?? '', since: '2026-11-01', until: '2026-12-01' },
    };
    await sofia().submits(house.edge.forms.at(-1)?.action ?? '', values);
    const shown = await card('authority/request');
    expect(whole(shown?.content)).toMatch(
      /AUT-000001.*espera dos aprobaciones.*Fiscalía Centro Norte.*teléfono, de 1 persona/,
    );
    expect(told(await sofia().presses('Aprobar', shown?.content))).toMatch(/Tu rol no permite/);
    expect(told(await paula().presses('Aprobar', shown?.content))).toMatch(/falta otra persona/);
    expect(told(await paula().presses('Aprobar', shown?.content))).toMatch(/Tiene que aprobarlo otra persona/);
    expect(told(await diego().presses('Aprobar', shown?.content))).toMatch(/tiene las dos aprobaciones/);
    expect(labels((await card('authority/request'))?.content)).not.toContain('Aprobar');
    expect(told(await camila().says('autoridad'))).toMatch(/Tu rol no permite/);
  });
});

describe('A38: an incident', () => {
  it('when it is put on record, then the company’s channel has its card: how many, whom to tell, until when, and its letters', async () => {
    const [list] = await paula().says('incidente');
    await paula().presses('Registrar', list?.content, 'V1');
    await paula().submits(house.edge.forms.at(-1)?.action ?? '', {
      ...{ nature: 'leak', what: 'Se envió la lista a quien no era', scope: 'everybody', category: 'sensitive' },
      ...{ since: '2026-12-01', until: '2026-12-01', effects: 'Llamadas', measures: 'Se pidió borrarla' },
    });
    const shown = await card('incident/incident');
    expect(whole(shown?.content)).toMatch(
      /INC-000001.*Personas afectadas, contadas en los datos:\* \d+.*Avisar a cada persona:\* sí.*a más tardar el viernes 4 de diciembre/,
    );
    await paula().presses('Borradores', shown?.content, 'V1');
    const draft = await paula().submits(house.edge.forms.at(-1)?.action ?? '', { to: 'people', language: 'pt' });
    expect(told(draft)).toMatch(/Comercial Tienda Andina SpA informa que em [\s\S]*dados sensíveis/);
    expect(told(await paula().presses('Cerrar', shown?.content))).toMatch(/Todavía no se puede cerrar/);
  });
});

describe('A04: a member’s own data, of which Connectus is the controller', () => {
  it('when they ask, then they are told theirs and who answers for it; nothing of the people the company writes to, nor the other way round', async () => {
    const rosa = someone(house);
    await rosa.says('hola');
    const own = told(await camila().says('mis datos'));
    expect(own).toMatch(/De estos datos responde Connectus, no Tienda Andina.*Camila Rojas.*operator/);
    expect(own).not.toContain((rosa.identity.phone ?? '').slice(-8));
    const theirs = (await rosa.says('DATOS')).map(whole).join(' ');
    for (const member of ['Camila', 'Paula', 'Diego', 'U0CAMILA']) expect(theirs).not.toContain(member);
    expect(told(await camila().says('mi actividad'))).toMatch(/Tu actividad|No hay nada tuyo/);
  });

  it('when they want their account gone, then it is asked first; a no keeps it, a yes ends it at once, and the last owner can’t', async () => {
    const [asked] = await victor().says('borra mi cuenta');
    expect(whole(asked?.content)).toMatch(/No se puede deshacer/);
    expect(told(await victor().says('no'))).toMatch(/no borré nada/);
    const [again] = await victor().says('borra mi cuenta');
    await victor().presses('Sí, borrar', again?.content);
    const members = await house.inside(andina, (tx) => house.rooms.members.list(tx, house.clock.now()));
    expect(members.map(({ name }) => name)).not.toContain('Víctor Lagos');
    const [left] = await house.inside(andina, (tx) =>
      tx.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM slack_post WHERE place->>'user' = 'U0VICTOR' AND NOT (place ? 'channel') AND state NOT IN ('removing', 'deleted')",
      ),
    );
    expect(left?.n).toBe(0);
    const [last] = await diego().says('borra mi cuenta');
    expect(told(await diego().presses('Sí, borrar', last?.content))).toMatch(/quedaría sin nadie que la administre/);
  });
});

describe('A01, A49: the policy', () => {
  it('when it is asked for, then version, date and link are those of the web; whoever reads it is no longer on the list of those who have not', async () => {
    const seen = await camila().says('política');
    expect(told(seen)).toMatch(
      /La versión que rige es la 1\.0.*\/privacy\?lang=es.*Condiciones firmadas:\* versión 1.*Faltan por leerla:\* .*Camila Rojas/,
    );
    expect(told(await camila().presses('Leído', seen[0]?.content))).toMatch(/Anotado, la leíste/);
    expect(told(await paula().says('política'))).not.toMatch(/Faltan por leerla:\* .*Camila Rojas/);
    const announced = await house.inside(andina, (tx) => house.rooms.policyNotices.announce(tx, house.clock.now()));
    expect(announced).toBeGreaterThan(1);
    const notice = await card('policy-versions/notice');
    expect(labels(notice?.content)).toEqual(['Leído']);
    expect(await house.inside(andina, (tx) => house.rooms.policyNotices.announce(tx, house.clock.now()))).toBe(0);
  });

  it('when a person asks on WhatsApp, then three lines, the right company, the version and the link', async () => {
    const said = (await someone(house).says('privacidad')).map(whole).join(' ');
    expect(said).toMatch(
      /Comercial Tienda Andina SpA responde por tus datos.*no se venden.*versión 1\.0 del 1 de diciembre de 2026: https:\/\/connectus\.example\/privacy\//,
    );
  });
});
