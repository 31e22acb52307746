import type { Content } from '../../src/channel';
import { ask, theEngine } from '../understanding/engine';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { aPhone, colleague, type Someone, someone, whole } from './people';

let house: House;
/** A sentence broken off where nobody can be sure of it; which one, the product says itself as it learns. */
let vague: string;
beforeAll(async () => {
  house = await openHouse();
  const engine = await theEngine();
  const beginnings = engine.intents
    .filter(({ audience }) => audience === 'recipient')
    .flatMap(({ phrases }) => phrases.es.examples.recipient.map((line) => line.split(' ').slice(0, 3).join(' ')));
  const isVague = (text: string) => {
    const { intent, confirm, language, because } = ask(engine, text);
    if (language !== 'es' || !confirm) return false;
    return !['opt-out', 'delete-data'].includes(intent) && because.includes('classifier-maybe');
  };
  vague = beginnings.find(isVague) ?? '';
}, OPENING_MS);
const isAskedBack = (content: Content | undefined) => /¿Es alguna de estas|¿Quieres esto/.test(whole(content));
afterAll(() => house?.close());

const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');

describe('a recipient who is not understood', () => {
  it('when it happens twice in a row, then a person takes over, and it is said', async () => {
    const person = someone(house);
    expect(isAskedBack((await person.says(vague))[0])).toBe(true);
    expect(whole((await person.says(vague))[0])).toMatch(/te paso con una persona/);
    expect(await person.says('mi pedido no llega')).toEqual([]);
  });

  it.each([
    ['something was understood in between', (person: Someone) => person.says('privacidad')],
    ['a day has passed', async () => house.clock.forward(25 * 60)],
  ])('when %s, then it is asked again as the first time', async (_what, between) => {
    const person = someone(house);
    await person.says(vague);
    await between(person);
    expect(isAskedBack((await person.says(vague))[0])).toBe(true);
  });

  it('when there is nobody to take over, then it says where to write', async () => {
    await house.inside(clinica, (tx) => tx.query("DELETE FROM place WHERE purpose = 'support'"));
    const person = someone(house, { phone: aPhone() }, clinica);
    await person.says(vague);
    expect(whole((await person.says(vague))[0])).toMatch(/Puedes escribir a/);
  });

  it('when they were asked whether to erase and then not understood, then a later yes erases nothing', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    await person.says(vague);
    await person.says('sí');
    expect(
      (await house.inside(andina, (tx) => house.rooms.privacy.list(tx, house.clock.now()))).map((one) => one.state),
    ).not.toContain('confirmed');
  });
});

describe('a member who is not understood', () => {
  it('when it happens twice in a row, then they read what can be said, and whom to ask', async () => {
    const camila = colleague(house, 'U0CAMILA');
    expect(told(await camila.says('la luna es de queso'))).toMatch(/No te entendí/);
    expect(told(await camila.says('el sol también parece'))).toMatch(/pregúntale a Diego.*Enviar:/);
    expect(told(await camila.says('la luna es de queso'))).toMatch(/No te entendí/);
    await camila.says('ayuda');
    expect(told(await camila.says('la luna es de queso'))).toMatch(/No te entendí/);
  });

  it('when a member asks to be erased, then they read that recipients ask for that themselves', async () => {
    expect(told(await colleague(house, 'U0PAULA').says('borren mis datos'))).toMatch(/desde su propio teléfono/);
    const [newest] = await house.inside(andina, (tx) => house.rooms.privacy.list(tx, house.clock.now()));
    expect(newest?.right === 'erase' && newest.state === 'confirmed').toBe(false);
  });
});
