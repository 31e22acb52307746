import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const draftOf = (posts: readonly Post[]) => cardOf(posts, 'send-campaign/author');
const newest = async () => {
  const [campaign] = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 1, house.clock.now()));
  if (!campaign) throw new Error('no campaign');
  return campaign;
};
const drafted = async () => {
  const draft = draftOf(await camila().says('manda la promo cyber a clientes RM mañana a las 10'));
  return { draft, ...(await newest()) };
};

describe('a draft that was just shown', () => {
  it.each([
    ['no, el viernes', /viernes 4 de diciembre, 10:00/],
    ['mejor a las 11', /miércoles 2 de diciembre, 11:00/],
    ['a las 11', /miércoles 2 de diciembre, 11:00/],
    ['perdón, el jueves a las 9', /jueves 3 de diciembre, 09:00/],
    ['a clientes RM no, a todos', /todos los clientes.*miércoles 2 de diciembre, 10:00/],
    ['me equivoqué, era el viernes', /viernes 4 de diciembre, 10:00/],
    ['no a clientes RM, a clientes Biobío', /clientes Biobío.*miércoles 2 de diciembre, 10:00/],
    ['mejor a clientes Biobío', /clientes Biobío/],
    ['mejor la de novedades verano', /novedades verano.*clientes RM/],
  ])('when its author says «%s», then it is the same campaign, said otherwise', async (words, pattern) => {
    const { number, version } = await drafted();
    const changed = draftOf(await camila().says(words));
    expect(whole(changed)).toMatch(pattern);
    expect(whole(changed)).toContain(number);
    expect(await newest()).toMatchObject({ number, state: 'draft', version: version + 1 });
  });

  it('when it is said otherwise again and again, then each builds on the last', async () => {
    await drafted();
    await camila().says('no, el viernes');
    await camila().says('mejor a las 11');
    expect(whole(draftOf(await camila().says('a clientes Biobío')))).toMatch(
      /clientes Biobío.*viernes 4 de diciembre, 11:00/,
    );
  });

  it('when the better hour is unclear, then it is asked, and the same campaign has it', async () => {
    const { number } = await drafted();
    expect(told(await camila().says('mejor a las 3'))).toMatch(/¿Cuándo la mando\?/);
    const changed = draftOf(await camila().says('mañana a las 15:00'));
    expect(whole(changed)).toMatch(/miércoles 2 de diciembre, 15:00/);
    expect(whole(changed)).toContain(number);
  });

  it('when approval was asked for meanwhile, then the change voids it', async () => {
    const { draft } = await drafted();
    const asked = await camila().presses('Pedir aprobación', draft);
    const approval = cardOf(asked, 'send-campaign/approval');
    const changed = draftOf(await camila().says('mejor a las 11'));
    expect(labels(changed)).toContain('Pedir aprobación');
    expect(told(await diego().presses('Aprobar', approval))).toMatch(/cambió después de esta tarjeta/);
    expect((await newest()).state).toBe('draft');
  });

  it('when it is approved already, then it stays as it is', async () => {
    const { draft } = await drafted();
    const asked = await camila().presses('Pedir aprobación', draft);
    await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    const before = await newest();
    await camila().says('mejor a las 11');
    expect(await newest()).toMatchObject({ state: 'scheduled', at: before.at, version: before.version });
  });

  it.each([
    ['somebody else says it', () => diego().says('mejor a las 11')],
    ['it is said in another talk', () => camila().says('mejor a las 11', { channel: 'C0CAMPANAS' })],
    [
      'a quarter of an hour has passed',
      () => {
        house.clock.forward(16);
        return camila().says('mejor a las 11');
      },
    ],
    [
      'it was dropped before',
      async () => {
        await camila().says('mejor no');
        return camila().says('a las 11');
      },
    ],
  ])('when %s, then nothing changes', async (_what, says) => {
    const before = await drafted();
    await says();
    expect(await newest()).toMatchObject({ number: before.number, at: before.at, version: before.version });
  });

  it.each(['no, muéstrame el reporte de la promo cyber', 'no, no mandes la promo cyber todavía'])(
    'when «%s» is another wish, then that is heard, and the draft stays',
    async (words) => {
      const before = await drafted();
      await camila().says(words);
      expect(await newest()).toMatchObject({ number: before.number, state: 'draft', version: before.version });
    },
  );

  it('when another campaign is ordered, then it is another one', async () => {
    const { number } = await drafted();
    const other = draftOf(await camila().says('manda novedades verano a clientes Biobío el viernes a las 12'));
    expect(whole(other)).not.toContain(number);
  });
});

describe('while a choice is open', () => {
  it('when what was said before is corrected, then the choice stays open and the rest is kept', async () => {
    await camila().says('manda la promo cyber mañana a las 10');
    const [again] = await camila().says('no, el viernes');
    expect(labels(again?.content)).toContain('clientes RM');
    expect(whole(draftOf(await camila().says('clientes RM')))).toMatch(/promo cyber.*viernes 4 de diciembre, 10:00/);
  });

  it.each(['mejor no', 'déjalo', 'cancelar', 'no, olvídalo', 'cancela', 'never mind'])(
    'when «%s» is said, then the question is dropped, and no campaign is',
    async (words) => {
      const { number } = await drafted();
      await camila().says('manda la promo cyber');
      expect(told(await camila().says(words))).toMatch(/no hago nada|I'll do nothing/);
      expect(told(await camila().says('clientes RM'))).not.toMatch(/Borrador listo/);
      expect(await newest()).toMatchObject({ number, state: 'draft' });
    },
  );

  it('when it is asked whether to cancel for good, then «cancelar» alone is no answer, and «déjalo» drops it', async () => {
    const { number } = await drafted();
    await camila().says(`cancela la campaña ${number} para siempre`);
    await camila().says('cancelar');
    expect((await newest()).state).toBe('draft');
    await camila().says('déjalo');
    await camila().says('sí');
    expect((await newest()).state).toBe('draft');
  });

  it('when the answer comes a quarter of an hour later, then it is no answer any more; its buttons live on', async () => {
    const { number } = await drafted();
    const [question] = await camila().says('manda la promo cyber mañana a las 10');
    house.clock.forward(16);
    await camila().says('clientes RM');
    expect((await newest()).number).toBe(number);
    expect(whole(draftOf(await camila().presses('clientes RM', question?.content)))).toMatch(/2 de diciembre, 10:00/);
  });

  it.each([
    ['ayuda', /Enviar:/],
    ['plantillas', /promo navidad/],
    ['¿cómo va la campaña?', /C-\d+/],
    ['grupos', /clientes Biobío/],
  ])(
    'when «%s» is asked, then it is answered, what was asked is asked again, and the answer still counts',
    async (words, pattern) => {
      await drafted();
      await camila().says('manda la promo cyber mañana a las 10');
      const said = await camila().says(words);
      expect(told(said)).toMatch(pattern);
      expect(labels(said.at(-1)?.content)).toContain('clientes RM');
      expect(whole(draftOf(await camila().says('clientes RM')))).toMatch(/miércoles 2 de diciembre, 10:00/);
    },
  );
});

describe('what waits for an approval', () => {
  it.each(['qué tengo que aprobar', '¿hay algo por aprobar?'])(
    'when an approver asks «%s», then each is listed, and its card can be had from there',
    async (words) => {
      const { draft, number } = await drafted();
      await camila().presses('Pedir aprobación', draft);
      const [list] = await diego().says(words);
      expect(whole(list?.content)).toContain(number);
      const button = list?.content.buttons?.find(({ label }) => label.includes(number));
      const card = cardOf(await diego().presses(button ?? '', list?.content), 'send-campaign/approval');
      expect(whole(card)).toContain(number);
      expect(labels(card)).toContain('Aprobar');
    },
  );
});
