import type { Content } from '../../src/channel';
import { listMisunderstood } from '../../src/conversation/misunderstood.table';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, colleague, type Someone, someone, whole } from './people';

let house: House;
/** Words that are not sure today, with what tells who wrote them; the better the product hears, the fewer remain. */
let vague: { said: string; kept: string };
const isAsked = (said: Content[]) => /¿Es alguna de estas|¿Quieres esto/.test(whole(said[0]));
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
beforeAll(async () => {
  for (const text of ['mi número', 'quién', 'de dónde', 'mis datos', 'lo de mis datos', 'sobre mis datos', 'promos'])
    for (const tells of ['12.345.678-k', 'r@x.cl', '+56987654321', 'Quilapan']) {
      if (vague || !isAsked(await named().says(`${text} ${tells}`))) continue;
      vague = { said: `${text} ${tells}`, kept: `${text} «…»` };
    }
  if (!vague) throw new Error('everything is understood: find words that are not');
});
afterAll(() => house?.close());

const named = () => someone(house, { phone: aPhone(), name: 'Rosaura Quilapán' });
const kept = async (person: Someone) => {
  const contact = await person.contact();
  return house.inside(andina, async (tx) => {
    const mine = await tx.query<{ id: string }>('SELECT id FROM misunderstood WHERE contact_id = $1', [contact]);
    const lines = await listMisunderstood(tx, house.keys, { limit: 1000 });
    return lines.filter(({ id }) => mine.some((one) => one.id === id));
  });
};
describe('a line that was not understood', () => {
  it('when it is asked back, then the line is kept without what tells who wrote it', async () => {
    const person = named();
    expect(isAsked(await person.says(vague.said))).toBe(true);
    expect(await kept(person)).toEqual([
      expect.objectContaining({ text: vague.kept, audience: 'recipient', language: 'es' }),
    ]);
    expect((await kept(person))[0]?.candidates.length).toBeGreaterThan(0);
  });

  it('when it is talk with the shop, or understood, then nothing is kept', async () => {
    const person = named();
    for (const text of ['tienen zapatillas en talla 40?', 'gracias!', 'no me escriban más']) await person.says(text);
    expect(await kept(person)).toEqual([]);
  });

  it('when one person goes on and on, then no more than five a day are kept, and others again the day after', async () => {
    const person = named();
    for (let said = 0; said < 7; said++) {
      await person.says('privacidad'); // understood, so that nobody takes over
      await person.says(vague.said);
    }
    expect(await kept(person)).toHaveLength(5);
    house.clock.forward(25 * 60);
    await person.says(vague.said);
    expect(await kept(person)).toHaveLength(6);
  });

  it('when a member is handed on to a colleague, then that line is kept, without their name', async () => {
    const camila = colleague(house, 'U0CAMILA');
    await camila.says('la luna es de queso');
    await camila.says('y el sol de camila tambien');
    const lines = await house.inside(andina, (tx) => listMisunderstood(tx, house.keys, { limit: 1000 }));
    expect(lines.filter(({ audience }) => audience === 'operator').map(({ text }) => text)).toEqual([
      'y el sol de «…» tambien',
    ]);
  });

  it('when the person is erased, then it is gone', async () => {
    const person = named();
    await person.says(vague.said);
    const contact = await person.contact();
    const count = () =>
      house.inside(andina, (tx) => tx.query('SELECT 1 AS one FROM misunderstood WHERE contact_id = $1', [contact]));
    expect(await count()).toHaveLength(1);
    const [question] = await person.says('borren mis datos');
    await person.taps('Sí, borrar', question);
    const { number = '?' } = (await person.request()) ?? {};
    const cards = (await house.posts(andina)).filter((post) => whole(post.content).includes(number));
    await colleague(house, 'U0PAULA').presses('Aceptar', cardOf(cards, 'privacy-requests/case'));
    await eventually(async () => expect(await count()).toEqual([]));
  });
});
