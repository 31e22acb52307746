import { randomBytes } from 'node:crypto';
import type { ChannelEvent, Identity } from '../../src/channel';
import { andina, type House, numbers, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const anId = (): string => `CL.${randomBytes(8).toString('hex').toUpperCase()}`;
const tells = async (what: Pick<ChannelEvent & { kind: 'preference' }, 'kind' | 'from' | 'marketing'>) => {
  house.clock.forward(1);
  const common = { channel: 'whatsapp', app: 'default', sender: numbers[andina] ?? '', id: anId() };
  await house.receive(andina, { ...common, at: house.clock.now(), ...what });
};
const switches = (from: Identity, marketing: 'stop' | 'resume') => tells({ kind: 'preference', from, marketing });

describe('the switch in WhatsApp’s own settings', () => {
  it('when promotions are stopped there and resumed there, then they go again; who left by their own words stays out', async () => {
    const person = someone(house);
    await person.says('VOLVER');
    await switches(person.identity, 'stop');
    expect(await person.promotions()).toBe('stop');
    await switches(person.identity, 'resume');
    expect(await person.promotions()).toBeUndefined();
    await switches(person.identity, 'stop');
    house.clock.forward(1);
    await person.says('BAJA');
    await switches(person.identity, 'resume');
    expect(await person.promotions()).toBe('stop');
  });
});

describe('a number that has a new holder', () => {
  it('when they only say that the number is theirs now, then promotions wait, and the number may be somebody else’s at once', async () => {
    const person = someone(house);
    await person.says('hola');
    house.clock.forward(1);
    await person.says('este número ya no es de Carla, lo compré yo ayer');
    expect(await person.promotions()).toBe('hold');
    const contact = (await person.contact()) ?? '';
    const holder = await house.inside(andina, (tx) => house.rooms.audience.holder(tx, contact));
    expect(holder).toMatchObject({ epoch: 2, confirmed: false });
  });

  it('when they say that it is the wrong number, then they are out, told once, and the team knows that the number may be somebody else’s', async () => {
    const person = someone(house);
    await person.says('hola');
    const before = await house.postIds(andina);
    house.clock.forward(1);
    const said = await person.says('número equivocado, no me escriban más');
    expect(said).toHaveLength(1);
    expect(await person.promotions()).toBe('stop');
    const card = cardOf(await house.posts(andina, before), 'recipient-history/holder');
    expect(whole(card)).toContain('puede tener otro dueño');
    expect(whole(card)).not.toContain(person.identity.phone);
    const contact = (await person.contact()) ?? '';
    const holder = await house.inside(andina, (tx) => house.rooms.audience.holder(tx, contact));
    expect(holder).toMatchObject({ epoch: 2, confirmed: false });
  });

  it('when somebody with another id writes from it and asks for their data, then nothing of whoever had it before is in the answer', async () => {
    const phone = aPhone();
    const former = someone(house, { phone, bsuid: anId() });
    for (const text of ['hola', 'tienen talla 42?', 'VOLVER', 'gracias']) await former.says(text);
    house.clock.forward(60 * 24 * 40);
    const bsuid = anId();
    const next = someone(house, { phone, bsuid });
    await next.says('qué datos tienen míos');
    const summary = await house.inside(andina, async (tx) => {
      const contact = (await house.rooms.audience.find(tx, { bsuid })) ?? '';
      return house.rooms.privacy.summary(tx, contact);
    });
    const counts = Object.fromEntries(summary.categories.map(({ category, count }) => [category, count]));
    expect(counts.consents ?? 0).toBe(0);
    expect(counts.conversations).toBeLessThanOrEqual(2); // the question itself, and what was kept of it
    expect(summary.firstSeen.getTime()).toBeGreaterThan(house.clock.now().getTime() - 3_600_000);
  });
});
