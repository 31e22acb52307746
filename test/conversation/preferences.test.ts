import { readLink } from '../../src/data/links';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

/** Whom the link in a reply opens the page of. */
async function opens(text: string): Promise<string | undefined> {
  const link = /https:\/\/connectus\.example\/preferences\/([\w.-]+)/.exec(text)?.[1] ?? '';
  return house.inside(
    andina,
    async (tx) => (await house.rooms.links.open(tx, link, 'preferences', house.clock.now()))?.contact,
  );
}

it.each([
  ['ELEGIR', 'es', /8 de diciembre/],
  ['preferencias', 'es', /8 de diciembre/],
  ['quiero elegir por dónde me escriben', 'es', /8 de diciembre/],
  ['CHOOSE', 'en', /December 8/],
  ['ESCOLHER', 'pt', /8 de dezembro/],
])(
  'when somebody writes «%s», then they get a link to their own page, in %s, and are told how long it works',
  async (text, _language, until) => {
    const person = someone(house);
    const [said, ...more] = await person.says(text);
    expect([more, labels(said)]).toEqual([[], [expect.stringMatching(/^Paus/)]]);
    expect(whole(said)).toMatch(until);
    expect(await opens(whole(said))).toBe(await person.contact());
    expect(await person.promotions()).toBeUndefined();
  },
);

it('when somebody leaves, then they are offered to choose, and the button brings the link; they stay out', async () => {
  const person = someone(house);
  const [left] = await person.says('ya po, no me manden más');
  expect(labels(left)).toEqual(['Elegir qué recibo']);
  const [said] = await person.taps('Elegir qué recibo', left);
  expect(labels(said)).toEqual([]);
  expect(await opens(whole(said))).toBe(await person.contact());
  expect(await person.promotions()).toBe('stop');
});

it('when they press to pause, then no promotions for a month, said once, and a second press changes nothing', async () => {
  const person = someone(house);
  const [said] = await person.says('me voy de viaje, pausen las promos un mes porfa');
  const [paused] = await person.taps('Pausar un mes', said);
  expect(whole(paused)).toMatch(/hasta el 1 de enero de 2027/);
  house.clock.forward(60);
  expect(whole((await person.taps('Pausar un mes', said))[0])).toMatch(/1 de enero de 2027/);
  const contact = (await person.contact()) ?? '';
  const view = await house.inside(andina, (tx) => house.rooms.preferences.view(tx, contact, house.clock.now()));
  expect(view.pausedUntil).toEqual(new Date('2027-01-01T13:30:00Z'));
});

it('when the number gets another holder, then the link that went to the first opens nothing of theirs', async () => {
  const phone = aPhone();
  const person = someone(house, { phone });
  const [said] = await person.says('ELEGIR');
  const before = await person.contact();
  expect(await opens(whole(said))).toBe(before);
  const [one, other] = ['CL.7700000001', 'CL.7700000002'];
  await someone(house, { phone, bsuid: one }).says('hola');
  await someone(house, { phone, bsuid: other }).says('hola');
  expect(await opens(whole(said))).toBeUndefined();
});

it('when the team talks with somebody, then the word still brings the link', async () => {
  const person = someone(house);
  await person.says('PERSONA');
  expect(whole((await person.says('ELEGIR'))[0])).toContain('/preferences/');
});

it('when a link is taken apart, then it says nothing of the person', async () => {
  const person = someone(house);
  const [said] = await person.says('ELEGIR');
  const link = /preferences\/([\w.-]+)/.exec(whole(said))?.[1] ?? '';
  const keys = await house.inside(andina, (tx) => house.keys.of(tx));
  expect(link).not.toContain((person.identity.phone ?? '').slice(-8));
  expect(readLink(keys, link, 'unsubscribe', house.clock.now())).toBeUndefined();
});
