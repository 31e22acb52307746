import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const owner = () => colleague(house, 'U0DIEGO');
const viewer = () => colleague(house, 'U0VICTOR');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const last = (posts: readonly Post[]) => {
  const post = posts.at(-1);
  if (!post) throw new Error('nothing was said');
  return post.content;
};
const stopped = () =>
  house.inside(andina, async (tx) => {
    const rows = await tx.query<{ scope: string; what: string }>('SELECT scope, what FROM sending_stop ORDER BY 1, 2');
    return rows.map(({ scope, what }) => `${scope} ${what}`.trim());
  });

describe('stopping what leaves, by words', () => {
  it.each([
    ['detén todo', 'company', /Detuve todos los envíos.*Las respuestas a personas siguen/],
    ['para el SMS', 'channel sms', /Detuve los envíos por SMS/],
    ['¡detén el whatsapp!', 'channel whatsapp', /Detuve los envíos por WhatsApp/],
    ['stop all emails', 'channel email', /I stopped sending by email/],
    ['pare os envios', 'company', /Parei todos os envios/],
  ])('when somebody writes “%s”, then %s is stopped at once, and the owner lets it go on', async (words, key, said) => {
    const posts = await camila().says(words);
    expect(told(posts)).toMatch(said);
    expect(await stopped()).toEqual([key]);
    const [label = ''] = labels(last(posts));
    await owner().presses(label, last(posts));
    expect(await stopped()).toEqual([]);
  });

  it('when it is stopped already, then that is said; when an operator wants it to go on, then another person is needed', async () => {
    await camila().says('detén todo');
    expect(told(await camila().says('detén todo'))).toMatch(/ya estaban detenidos/);
    const shown = await camila().says('reanudar envíos');
    expect(told(shown)).toMatch(/Todos los envíos\* desde: martes 1 de diciembre/);
    expect(told(await camila().presses('Reanudar todo', last(shown)))).toMatch(/Falta otra persona/);
    expect(told(await camila().presses('Reanudar todo', last(shown)))).toMatch(/Tú ya dijiste que siga/);
    expect(await stopped()).toEqual(['company']);
    expect(told(await owner().presses('Reanudar todo', last(shown)))).toMatch(/Los envíos siguen/);
    expect(told(await owner().presses('Reanudar todo', last(shown)))).toMatch(/ya no está detenido/);
    expect(told(await camila().says('qué está detenido'))).toMatch(/No hay nada detenido/);
  });

  it('when a viewer says it, then it is refused; when it is a campaign that is meant, then that is paused and nothing else', async () => {
    expect(told(await viewer().says('detén todo'))).toMatch(/Tu rol no permite hacer esto/);
    await camila().says('detén la campaña de vinos');
    expect(await stopped()).toEqual([]);
  });
});

describe('what the month costs', () => {
  it('when it is asked, then it is said in the company’s money', async () => {
    await house.inside(andina, (tx) =>
      tx.query(
        'INSERT INTO sending_limit (tenant_id, cost_a_month) VALUES ($1, 500000) ON CONFLICT (tenant_id) DO UPDATE SET cost_a_month = 500000',
        [andina],
      ),
    );
    const said = told(await camila().says('cuánto hemos gastado en mensajes este mes')).replace(/\u00a0/g, ' ');
    expect(said).toMatch(/Costo:\* \$ 0/);
    expect(said).toMatch(/Tope del mes:\* \$ 500\.000/);
  });
});
