import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  const people = [
    { region: 'Valparaíso', comuna: 'Viña del Mar', compras: '5', ultima_compra: '2026-11-12' },
    { region: 'Valparaíso', comuna: 'Viña del Mar', compras: '1', ultima_compra: '2026-10-02' },
    { region: 'Valparaíso', comuna: 'Quilpué', compras: '8', ultima_compra: '2026-11-30' },
    { region: 'Maule', comuna: 'Talca', compras: '4', ultima_compra: '2026-11-03' },
  ];
  await house.inside(andina, async (tx) => {
    for (const [at, attributes] of people.entries())
      await house.rooms.audience.importPerson(tx, { identity: { phone: `+5697654100${at}` }, attributes }, {
        source: 'import:test',
        now: house.clock.now(),
      } as never);
  });
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const saved = () => house.inside(andina, (tx) => house.rooms.segments.list(tx));
const formOf = () => {
  const form = house.edge.forms.pop();
  if (!form) throw new Error('no form was opened');
  return form;
};
/** What is shown to be looked at, saved under this name. */
async function save(shown: readonly Post[], name: string): Promise<Post[]> {
  await camila().presses('Guardar', shown[0]?.content, 'V1');
  return camila().submits(formOf().action, { name });
}

/** A segment's version, and those that campaigns were frozen with. */
const versions = (name: string) =>
  house.inside(andina, async (tx) => {
    const segment = (await house.rooms.segments.list(tx)).find((one) => one.name === name);
    const rows = await tx.query<{ version: number }>(
      'SELECT segment_version AS version FROM campaign WHERE segment_id = $1 AND segment_version IS NOT NULL',
      [segment?.id],
    );
    return { now: segment?.version, frozen: rows.map(({ version }) => version) };
  });

describe('a group of people in words', () => {
  it('when whom they mean is understood, then it is said back with its people and why some can’t be written to; only its button saves it, once, on record', async () => {
    const before = (await saved()).length;
    const shown = await camila().says('crea un segmento con los de Valparaíso o Maule con más de 3 compras');
    expect(told(shown)).toMatch(/region es uno de «Valparaíso», «Maule» y compras más de 3/);
    expect(told(shown)).toMatch(/Personas:\* 3\. Puedes escribirle a 0/);
    expect(told(shown)).toMatch(/3 sin prueba de consentimiento|consentimiento/);
    expect(await saved()).toHaveLength(before);
    expect(told(await save(shown, 'frecuentes'))).toMatch(/frecuentes.*versión 1.*3 personas/);
    expect(await saved()).toHaveLength(before + 1);
    const draft = cardOf(
      await camila().says('manda la promo cyber a frecuentes mañana a las 10'),
      'send-campaign/author',
    );
    expect(whole(draft)).toMatch(/de 3 \(frecuentes\)/);
    const acts = await house.inside(andina, (tx) => tx.query("SELECT actor FROM audit WHERE act = 'segment.created'"));
    expect(acts).toHaveLength(1);
  });

  it('when a word is not known, then it is asked about with what there is, and the answer fills its place', async () => {
    const asked = await camila().says('arma un grupo con los de Viña del Mar que tienen perro');
    expect(told(asked)).toMatch(/No sé a qué te refieres con «perro»/);
    expect(labels(asked[0]?.content)).toEqual(expect.arrayContaining(['RM', 'Dejarlo fuera', 'Cambiar']));
    const shown = await camila().presses('Dejarlo fuera', asked[0]?.content);
    expect(told(shown)).toMatch(/Esto entendí: \*comuna es «Viña del Mar»\*.*Personas:\* 2/);
    const other = await camila().presses('RM', asked[0]?.content);
    expect(told(other)).toMatch(/comuna es «Viña del Mar»/);
  });

  it('when a saved one is changed, then its next version is in force, and a campaign that was frozen keeps the one it had', async () => {
    const draft = cardOf(
      await camila().says('manda la promo cyber a clientes RM mañana a las 10'),
      'send-campaign/author',
    );
    const asked = await camila().presses('Pedir aprobación', draft);
    const people = /\d+ de \d+/.exec(whole(cardOf(asked, 'send-campaign/approval')))?.[0];
    const list = await camila().says('qué segmentos tenemos');
    expect(told(list)).toMatch(/clientes RM\* \(versión 1\): region es «RM»/);
    const card = await camila().presses('clientes RM', list[0]?.content);
    await camila().presses('Cambiar', card[0]?.content, 'V2');
    const form = formOf();
    expect(form.fields[0]?.initial).toBe('region es «RM»');
    const changed = await camila().submits(form.action, { words: 'region es «RM» y de Talca' });
    expect(told(changed)).toMatch(/Todavía no está guardado/);
    expect(await versions('clientes RM')).toEqual({ now: 1, frozen: [1] });
    expect(told(await camila().presses('Guardar', changed[0]?.content))).toMatch(/clientes RM.*versión 2.*0 personas/);
    expect(await versions('clientes RM')).toEqual({ now: 2, frozen: [1] });
    const approval = cardOf(asked, 'send-campaign/approval');
    expect(whole(approval)).toContain(people);
    const approved = await colleague(house, 'U0DIEGO').presses('Aprobar', approval);
    expect(told(approved)).toMatch(/aprobada/);
  });

  it('when nobody is named, then it is offered to begin with what people have in common, or by a form of one condition after the other', async () => {
    const [offer] = await camila().says('crear segmento');
    // what a column of the list is called is nobody's word
    expect(labels(offer?.content)).toContain('RM');
    await camila().presses('Con un formulario', offer?.content, 'V3');
    const first = formOf();
    expect(first.fields.find(({ id }) => id === 'attribute')?.options?.map(({ value }) => value)).toContain('compras');
    const shown = await camila().submits(first.action, { join: 'and', attribute: 'compras', how: 'least', value: '4' });
    expect(told(shown)).toMatch(/compras al menos 4.*Personas:\* 3/);
    await camila().presses('Agregar condición', shown[0]?.content, 'V4');
    const more = await camila().submits(formOf().action, {
      join: 'not',
      attribute: 'region',
      how: 'is',
      value: 'maule',
    });
    expect(told(more)).toMatch(/compras al menos 4 y no \(region es «Maule»\).*Personas:\* 2/);
    expect(told(await camila().presses('Descartar', more[0]?.content))).toMatch(/no guardé nada/);
  });

  it('when a campaign is for people who are described, then its draft has them, unsaved; a word that is not known is not guessed', async () => {
    const before = (await saved()).length;
    const said = await camila().says('manda la promo cyber a los de Viña del Mar con más de 3 compras mañana a las 10');
    const draft = whole(cardOf(said, 'send-campaign/author'));
    expect(draft).toMatch(/de 1 \(comuna es «Viña del Mar» y compras más de 3\)/);
    expect(draft).toMatch(/miércoles 2 de diciembre, 10:00/);
    expect(await saved()).toHaveLength(before);
    expect(told(await camila().says('manda la promo cyber a los que tienen perro mañana a las 10'))).toMatch(
      /No conozco «los que tienen perro»\. ¿A qué grupo\?/,
    );
    const answered = await camila().says('los que compraron en noviembre');
    expect(whole(cardOf(answered, 'send-campaign/author'))).toMatch(/de 3 \(ultima compra entre el 1 de noviembre/);
  });

  it('when a name is taken or a viewer asks, then it is said, and nothing is made', async () => {
    const shown = await camila().says('crea un segmento con los de Talca');
    await camila().presses('Guardar', shown[0]?.content, 'V8');
    await camila().submits(formOf().action, { name: 'CLIENTES RM' }, 'V8');
    await eventually(() => expect(formOf().fields[0]?.error).toMatch(/Ya hay un grupo con ese nombre/));
    expect(told(await colleague(house, 'U0VICTOR').says('crear segmento'))).toMatch(/Tu rol no permite/);
  });
});
