import type { NumberStanding } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { aPhone, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const sofia = (tenant = andina) => colleague(house, 'U0SOFIA', 'T0CONNECTUS', tenant);
const diego = () => colleague(house, 'U0DIEGO');
const paula = () => colleague(house, 'U0PAULA');
const camila = () => colleague(house, 'U0CAMILA');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const of = (posts: readonly Post[], card: string): Post | undefined => posts.findLast((post) => post.card === card);
const digits = (phone: string): string => phone.replace(/\D/g, '').slice(-8);
const writer = async (words = '¿tienen talla 42?') => {
  const person = someone(house);
  await person.says(words);
  return { ...person, phone: person.identity.phone ?? '' };
};

describe('behind the mask', () => {
  it('when support wants to read a conversation, then it is hidden until they say why; privacy is told; after a quarter of an hour it is gone', async () => {
    const person = await writer('mi pedido es el 7731 y no llega');
    const [history] = await sofia().says(`muéstrame la conversación con el ${person.phone}`);
    expect(whole(history?.content)).toMatch(/la persona escribió/);
    expect(whole(history?.content)).not.toMatch(/7731/);
    expect(whole(history?.content)).not.toContain(digits(person.phone));
    expect(labels(history?.content)).toEqual(['Ver por un reclamo', 'Ver por posible fraude', 'La persona lo pidió']);

    const posts = await sofia().presses('Ver por un reclamo', history?.content);
    const shown = of(posts, 'recipient-lookup/shown');
    expect(shown?.place).toMatchObject({ team: 'T0CONNECTUS', user: 'U0SOFIA' });
    expect(shown?.place.channel).toBeUndefined();
    expect(whole(shown?.content)).toMatch(/mi pedido es el 7731/);
    const seen = of(posts, 'recipient-lookup/seen');
    expect(seen?.place).toMatchObject({ team: 'T0ANDINA', channel: 'C0PRIVACIDAD' });
    expect(whole(seen?.content)).toMatch(
      /Sofía Pérez \(de Connectus\) vio lo que se conversó con \+56 9 •••• •\d{3}.*reclamo/,
    );
    expect(told(await diego().says(`quién ha visto los datos del ${person.phone}`))).toMatch(
      /Sofía Pérez: leyó lo conversado con una persona/,
    );

    house.clock.forward(16);
    const later = of(await house.posts(andina), 'recipient-lookup/shown');
    expect(whole(later?.content)).toMatch(/Esto ya se ocultó/);
    expect(whole(later?.content)).not.toMatch(/7731/);
    await eventually(async () =>
      expect(
        await house.inside(andina, (tx) => tx.query('SELECT 1 AS one FROM reveal WHERE hidden_at IS NULL')),
      ).toHaveLength(0),
    );
  });

  it('when somebody is looked up by the number of their request, then it is them; the whole number takes a reason, and can be hidden at once', async () => {
    const person = await writer('borren mis datos');
    await person.says('sí');
    const { number = '' } = (await person.request()) ?? {};
    expect(told(await paula().says('ficha de cliente'))).toMatch(/solicitud \(SOL-000123\)/);
    const [found] = await paula().says(number);
    expect(whole(found?.content)).toContain(person.phone.slice(-3));
    expect(whole(found?.content)).not.toContain(digits(person.phone));
    const [why] = await paula().presses('Ver datos completos', found?.content);
    expect(labels(why?.content)).toContain('Por posible fraude');
    const opened = await paula().presses('Por posible fraude', why?.content);
    const shown = of(opened, 'recipient-lookup/shown');
    expect(whole(shown?.content)).toContain(person.phone);
    await paula().presses('Ocultar ya', shown?.content);
    expect(whole(of(await house.posts(andina), 'recipient-lookup/shown')?.content)).not.toContain(person.phone);
  });

  it('when an operator presses somebody else’s button for it, then nothing is shown', async () => {
    const person = await writer();
    const [found] = await paula().says(`quién es el ${person.phone}`);
    const [why] = await paula().presses('Ver datos completos', found?.content);
    expect(labels((await camila().says(`quién es el ${person.phone}`))[0]?.content)).toEqual(['Sus mensajes']);
    const posts = await camila().presses('Por un reclamo', why?.content);
    expect(told(posts)).toMatch(/Tu rol no permite/);
    expect(of(posts, 'recipient-lookup/shown')).toBeUndefined();
  });

  it('when a member has seen many people in a day, then no more that day', async () => {
    const person = await writer();
    const [found] = await diego().says(`quién es el ${person.phone}`);
    const [why] = await diego().presses('Ver datos completos', found?.content);
    let said = '';
    for (let n = 0; n < 21; n += 1) said = told(await diego().presses('Lo exige la ley', why?.content));
    expect(said).toMatch(/Ya viste los datos de muchas personas hoy/);
  });

  it('when the buttons of a person are drawn, then no number is in them', async () => {
    const person = await writer();
    const [found] = await sofia().says(`quién es el ${person.phone}`);
    const carried = (found?.content.buttons ?? []).map(({ id }) =>
      Buffer.from(id.split('.')[3] ?? '', 'base64url').toString(),
    );
    expect(carried.join()).not.toContain(digits(person.phone));
    expect(told(await sofia().presses('Su historia', found?.content))).toMatch(/Historia de \+56 9 •••• •\d{3}/);
  });
});

describe('what happened with one person', () => {
  it('when it is long, then a page at a time, from the newest back', async () => {
    const person = await writer('hola');
    for (let n = 0; n < 12; n += 1) {
      house.clock.forward(1);
      await person.says('¿tienen talla 42?');
    }
    const [newest] = await sofia().says(`historia de ${person.phone}`);
    expect(labels(newest?.content)[0]).toBe('Lo anterior');
    const [earlier] = await sofia().presses('Lo anterior', newest?.content);
    expect(whole(earlier?.content)).toMatch(/la persona escribió/);
    const facts = [...(newest?.content.facts ?? []), ...(earlier?.content.facts ?? [])];
    expect(facts.filter((fact) => /la persona escribió/.test(fact))).toHaveLength(13);
  });
});

describe('why many failed', () => {
  it('when nothing failed, then that is said; nobody but whoever may ask is told', async () => {
    expect(told(await sofia().says('por qué fallaron tantos mensajes hoy'))).toMatch(/no falló ningún mensaje/);
    expect(told(await colleague(house, 'U0VICTOR').says('por qué fallaron tantos mensajes hoy'))).toMatch(
      /Tu rol no permite/,
    );
  });

  it('when answers and a campaign’s messages failed, then each reason comes with how many and what to do', async () => {
    const person = await writer();
    await house.inside(andina, (tx) =>
      tx.query(
        "UPDATE message SET state = 'failed', reason = 'WHATSAPP_131026' WHERE batch_id = 0 AND contact_id = (SELECT contact_id FROM message WHERE batch_id = 0 ORDER BY seq DESC LIMIT 1)",
      ),
    );
    const said = told(await sofia().says('por qué fallaron tantos mensajes hoy'));
    expect(said).toMatch(/\d+ respuestas?:\* .*WhatsApp/);
    const both = told(await sofia().says(`por qué fallaron estos: ${person.phone}, ${aPhone()}`));
    expect(both).toMatch(/\+56 9 •••• •\d{3}.*falló.*WhatsApp.*A 1 de las personas nombradas no le hemos escrito/);
    expect(both).not.toContain(digits(person.phone));
  });
});

describe('how the channel is', () => {
  const tells = async (standing: Partial<NumberStanding>) => {
    house.edge.standings.whatsapp = { ...house.edge.standings.whatsapp, ...standing } as NumberStanding;
    const common = { channel: 'whatsapp', app: 'default', sender: '208840352242901', at: house.clock.now() };
    const id = `q${Math.random()}`;
    await house.edge.receive([{ ...common, id, kind: 'account', field: 'phone_number_quality_update', value: {} }]);
  };

  it('when the provider says that a number changed, then it is asked, shown, and a number that can’t send is told of in the campaigns’ channel, and that it is over', async () => {
    await tells({ quality: 'YELLOW', limit: 2_000, throughput: 80 });
    await eventually(async () =>
      expect(told(await sofia().says('cómo está el canal de whatsapp'))).toMatch(
        /\+56 2 2938 4000 · .*Calidad amarilla · conectado · puede enviar.*Hasta 2\.000 personas nuevas al día · hasta 80 mensajes por segundo/,
      ),
    );
    const before = await house.postIds(andina);
    await tells({ quality: 'RED', canSend: 'BLOCKED', problems: ['WHATSAPP_131042'] });
    const post = await eventually(async () => {
      const found = of(await house.posts(andina, before), 'channel-health/standing');
      expect(whole(found?.content)).toMatch(/tiene problemas.*Calidad roja · conectado · no puede enviar/);
      return found;
    });
    expect(post?.place).toMatchObject({ channel: 'C0CAMPANAS' });
    expect(told(await sofia().says('cómo está el canal de whatsapp'))).toMatch(/Hay un número con problemas/);
    await tells({ quality: 'GREEN', canSend: 'AVAILABLE', problems: [] });
    await eventually(async () =>
      expect(whole(of(await house.posts(andina), 'channel-health/standing')?.content)).toMatch(/está bien/),
    );
  });

  it('when somebody wrote, then it is said when the provider was last heard', async () => {
    await writer();
    await eventually(async () =>
      expect(told(await sofia().says('último webhook recibido'))).toMatch(/Último aviso del proveedor/),
    );
  });
});

describe('Connectus sees a customer by its grant alone', () => {
  it('when an owner ends it, then at once; given again, for as long; all of it is on record', async () => {
    const [list] = await diego().says('quién de connectus puede vernos');
    expect(whole(list?.content)).toMatch(/Sofía Pérez:\* puede mirar hasta/);
    const before = await house.postIds(andina);
    await sofia().says('canales');
    const [card] = (await house.posts(andina, before)).filter(({ place }) => place.user === 'U0SOFIA');
    expect(card).toBeDefined();
    expect(told(await diego().presses('Quitar acceso a Sofía Pérez', list?.content))).toMatch(/ya no ve nada/);
    expect((await house.posts(andina)).map(({ id }) => id)).not.toContain(card?.id);
    expect(told(await sofia().says('canales'))).toMatch(/Aún no te conozco/);
    house.clock.forward(1);
    const given = await diego().presses('Sofía Pérez: 1 día', list?.content);
    expect(of(given, 'support-access/granted')?.place).toMatchObject({ team: 'T0CONNECTUS', user: 'U0SOFIA' });
    expect(told(await sofia().says('canales'))).toMatch(/Los envíos|Hay un número/);
    const mine = async () =>
      (await house.posts(andina)).filter(({ place }) => place.user === 'U0SOFIA').map(({ id }) => id);
    const shown = await mine();
    expect(shown.length).toBeGreaterThan(1);
    house.clock.forward(25 * 60);
    // What she was shown goes by itself, in whichever way it came to her direct messages.
    await eventually(async () => expect(await mine()).toEqual([]), { within: 20_000 });
    expect(told(await sofia().says('canales'))).toMatch(/Aún no te conozco/);
    expect(told(await diego().says('muéstrame el registro de auditoría'))).toMatch(
      /Diego Fuentes: dio acceso a soporte.*Diego Fuentes: quitó el acceso a soporte/,
    );
    await diego().presses('Sofía Pérez: 7 días', list?.content);
  });

  it('when somebody who is no owner asks for it, then it is refused', async () => {
    expect(told(await camila().says('dale acceso a connectus por un día'))).toMatch(/Tu rol no permite/);
    const [list] = await diego().says('quién de connectus puede vernos');
    expect(told(await paula().presses('Sofía Pérez: 7 días', list?.content))).toMatch(/Tu rol no permite/);
  });

  it('when another customer lets the same person in by a code, then it works in Connectus’ workspace alone, and they choose of which company they speak', async () => {
    const elena = colleague(house, 'U0ELENA', 'T0CLINICA', clinica);
    const [list] = await elena.says('quién de connectus puede vernos');
    expect(whole(list?.content)).toMatch(/Ahora nadie de Connectus puede ver/);
    const [offer] = await elena.presses('Otra persona, 1 día', list?.content);
    const code = /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(whole(offer?.content))?.[0] ?? '';
    const outsider = colleague(house, 'U0NADIE');
    expect(told(await outsider.says(`vincular ${code}`))).not.toMatch(/Listo/);
    expect(told(await sofia().says(`vincular ${code}`))).toMatch(/Clínica Sur/);

    expect(told(await sofia(clinica).says('de qué empresa estamos hablando'))).toMatch(/Ahora hablamos de Clínica Sur/);
    const theirs = someone(house, undefined, clinica);
    await theirs.says('hola');
    expect(told(await sofia(clinica).says(`quién es el ${theirs.identity.phone}`))).toMatch(/•••• •\d{3}/);
    expect(told(await sofia(clinica).says('cambiar de empresa a Tienda Andina'))).toMatch(
      /desde ahora hablamos de Tienda Andina/,
    );
    expect(told(await sofia().says(`quién es el ${theirs.identity.phone}`))).toMatch(/No hay nadie/);
    house.clock.forward(25 * 60);
    expect(told(await sofia().says('cambiar de empresa'))).toMatch(/Solo Tienda Andina te da acceso/);
    // The workspace is the other customer's: this one may take down what stands there, for a day, and nothing else.
    const workspace = (minutes: number) =>
      house.inside(clinica, (tx) => {
        const at = new Date(house.clock.now().getTime() + minutes * 60_000);
        return house.rooms.senders.workspace(tx, 'T0CONNECTUS', at);
      });
    await eventually(async () => expect(await workspace(25 * 60)).toBeUndefined());
    expect(await workspace(0)).toBeDefined();
  });
});
