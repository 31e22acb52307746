import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const draftOf = (posts: readonly Post[]): string => whole(cardOf(posts, 'send-campaign/author'));

describe('a moment that is not clear', () => {
  it.each([
    ['mañana a las 3', 'de la tarde', /miércoles 2 de diciembre, 15:00/],
    ['el viernes', 'a las 9', /viernes 4 de diciembre, 09:00/],
    ['el viernes en la tarde', 'a las 4', /viernes 4 de diciembre, 16:00/],
    ['hoy a las 9', 'mañana', /miércoles 2 de diciembre, 09:00/],
  ])('when it is «%s», then it is asked, and «%s» is enough', async (moment, rest, pattern) => {
    const asked = await camila().says(`manda la promo cyber a clientes RM ${moment}`);
    expect(told(asked)).toMatch(/¿Cuándo la mando\?/);
    expect(draftOf(await camila().says(rest))).toMatch(pattern);
  });

  it('when the people are missing too, then both are asked, and neither is left out', async () => {
    expect(told(await camila().says('manda la promo cyber el viernes'))).toMatch(/¿Cuándo la mando\?/);
    await camila().says('a las 9');
    expect(draftOf(await camila().says('clientes RM'))).toMatch(/clientes RM.*viernes 4 de diciembre, 09:00/);
  });

  it('when it is put right while the people are asked for, then the day said last counts', async () => {
    await camila().says('manda la promo cyber mañana a las 10');
    await camila().says('mañana no, pasado');
    expect(draftOf(await camila().says('clientes RM'))).toMatch(/jueves 3 de diciembre, 10:00/);
  });

  it('when the first minute of a day is meant, then that day is said', async () => {
    const words = 'manda la promo cyber a clientes RM el 2027-03-02 00:00';
    expect(draftOf(await camila().says(words))).toMatch(/martes 2 de marzo, 00:00/);
  });
});

describe('what can’t be taken as said', () => {
  it.each([
    ['el 31 de febrero a las 10', /Ese día no existe\. ¿Cuándo la mando\?/],
    ['hoy a las 25', /Esa hora no existe ese día\. ¿Cuándo la mando\?/],
    ['ayer a las 5', /Ese momento ya pasó\. ¿Cuándo la mando\?/],
  ])('when the moment is «%s», then it is said why it is asked', async (moment, why) => {
    expect(told(await camila().says(`manda la promo cyber a clientes RM ${moment}`))).toMatch(why);
    await camila().says('déjalo');
  });

  it('when the answer has passed, then that is said too', async () => {
    await camila().says('manda la promo cyber a clientes RM el 31 de febrero a las 10');
    expect(told(await camila().says('ayer a las 5'))).toMatch(/Ese momento ya pasó/);
    await camila().says('déjalo');
  });

  it.each([
    ['manda novedades verano a clientes Marte mañana a las 10', /No conozco «clientes Marte»\. ¿A qué grupo\?/],
    ['manda la promo inexistente a clientes RM', /No conozco «promo inexistente»\. ¿Qué plantilla mando\?/],
    ['manda una campaña a clientes RM', /^¿Qué plantilla mando\?/],
    ['manda la promo cyber', /^¿A qué grupo\?/],
  ])('when somebody says «%s», then a name that nothing has is named, and no other', async (words, asked) => {
    expect(told(await camila().says(words))).toMatch(asked);
    await camila().says('déjalo');
  });
});

describe('a campaign without its name', () => {
  it('when it was just shown, then "esa" is that one and no newer one', async () => {
    await camila().says('manda la promo cyber a clientes RM mañana a las 10');
    const [older] = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 1, house.clock.now()));
    await camila().says('manda novedades verano a clientes Biobío mañana a las 12');
    await camila().says(`cómo va la ${older?.number}`);
    expect(told(await camila().says('cómo va esa'))).toContain(older?.number);
  });
});
