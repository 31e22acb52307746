import { aDesk, saidIn, wrongIn } from './desk';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { aPhone, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const camila = () => colleague(house, 'U0CAMILA');
const elena = () => colleague(house, 'U0ELENA', 'T0CLINICA', clinica);
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const audited = (act: string) =>
  house.inside(andina, (tx) => tx.query<{ actor: string }>('SELECT actor FROM audit WHERE act = $1', [act]));

const order = { authority: '2º Juzgado Civil, rol C-123-2026', reason: 'Demanda por cobro indebido', months: '6' };

describe('a legal hold in Slack', () => {
  it('when the privacy team holds a person by words and form, then it stands on a card in their channel, and a yes releases it', async () => {
    const person = someone(house);
    await person.says('hola');
    const [said] = await paula().says(`retención legal para ${person.identity.phone}`);
    expect(told(said ? [said] : [])).toMatch(/no está bajo retención legal.*registrada/);
    expect(told(said ? [said] : [])).not.toContain(person.identity.phone);
    const form = await paula().opens('Retener sus datos', (said as Post).content);
    expect(saidIn(await paula().fills(form, order))).toMatch(/RET-\d{6} está vigente desde ahora/);
    const card = cardOf(await house.posts(andina), 'legal-hold/hold');
    expect(whole(card)).toMatch(
      /Retención legal RET-\d{6}.*•\d{3}.*rol C-123-2026.*Demanda por cobro indebido.*Paula Reyes/s,
    );
    expect(whole(card)).not.toContain(person.identity.phone);
    expect(await audited('hold.set')).toHaveLength(1);
    const contact = await house.inside(andina, (tx) =>
      house.rooms.audience.findByAddress(tx, person.identity.phone ?? ''),
    );
    const covering = () => house.inside(andina, (tx) => house.rooms.holds.covering(tx, contact ?? '', 'messages'));
    expect(await covering()).toBeDefined();

    const asked = await paula().presses('Levantar', card);
    expect(told(asked)).toMatch(/¿Levanto RET-\d{6}\?.*no se puede deshacer/);
    expect(await covering()).toBeDefined();
    expect(told(await paula().says('sí'))).toMatch(/levantada/);
    expect(await covering()).toBeUndefined();
    expect(await audited('hold.released')).toHaveLength(1);
    expect(labels(cardOf(await house.posts(andina), 'legal-hold/hold'))).toEqual([]);
  });

  it('when a campaign or a time is held, then a day that is none is said before anything stands', async () => {
    const before = (await house.inside(andina, (tx) => house.rooms.holds.list(tx, { member: 'x', roles: ['privacy'] })))
      .length;
    const [said] = await paula().says('retención legal');
    const form = await paula().opens('Retener', (said as Post).content);
    const wrong = await paula().fills(form, { ...order, since: '31 de febrero' });
    expect(wrongIn(wrong)).toEqual({ since: expect.stringContaining('2026-11-30') });
    await paula().fills(wrong, { ...order, since: '2026-11-01', until: '30/11/2026' });
    const holds = await house.inside(andina, (tx) => house.rooms.holds.list(tx, { member: 'x', roles: ['privacy'] }));
    expect(holds).toHaveLength(before + 1);
    expect(holds.at(-1)).toMatchObject({ since: new Date('2026-11-01'), until: new Date('2026-12-01') });
  });

  it('when somebody without the role asks, then they hear who may; when it is another customer’s, then it is unknown', async () => {
    expect(told(await camila().says(`retención legal para ${aPhone()}`))).toMatch(/quien tiene el rol de privacidad/);
    const [hold] = await house.inside(andina, (tx) => house.rooms.holds.list(tx, { member: 'x', roles: ['privacy'] }));
    const card = cardOf(await house.posts(andina), 'legal-hold/hold');
    const button = card.buttons?.[0];
    if (button) expect(told(await camila().presses(button))).not.toMatch(/Levanto/);
    await expect(house.inside(clinica, (tx) => house.rooms.holds.get(tx, hold?.id ?? ''))).rejects.toMatchObject({
      code: 'HOLD_NOT_FOUND',
    });
    const theirs = someone(house);
    await theirs.says('hola');
    expect(told(await elena().says(`retención legal para ${theirs.identity.phone}`))).toMatch(/No encuentro a nadie/);
  });

  it.each([
    ['legal hold', /There is one legal hold|legal holds/],
    ['retenção judicial', /retenção legal vigente|retenções legais/],
  ])('when it is said «%s», then it is answered in that language', async (words, answer) => {
    expect(told(await paula().says(words))).toMatch(answer);
    await paula().says('háblame en español');
  });
});

describe('how long things are kept, in Slack', () => {
  it('when anybody asks, then the periods are told as the rules have them', async () => {
    const said = told(await camila().says('retención'));
    expect(said).toMatch(/90 días/);
    expect(said).toMatch(/13 meses; después quedan solo sumas/);
    expect(said).toMatch(/5 años desde que termina el permiso/);
  });

  it('when the privacy team chooses the days, then those count, within the limits, and the next asking says so', async () => {
    const [said] = await paula().says('retención');
    const form = await paula().opens('Cambiar los días', (said as Post).content);
    const wrong = await paula().fills(form, { days: '400' });
    expect(wrongIn(wrong)).toEqual({ days: expect.stringContaining('rango') });
    expect(saidIn(await paula().fills(wrong, { days: '45' }))).toMatch(/45 días/);
    expect(told(await camila().says('retención'))).toMatch(/45 días \(lo eligieron ustedes\)/);
    expect(await audited('retention.set')).toHaveLength(1);
  });

  it('when tonight is simulated, then it says what would go and touches nothing', async () => {
    expect(told(await paula().says('retencion simular'))).toMatch(/no se iría nada|Esto se iría esta noche/);
    expect(told(await camila().says('retencion simular'))).not.toMatch(/se iría/);
    const rows = await house.inside(andina, (tx) => tx.query('SELECT 1 FROM inbox'));
    house.clock.forward(60 * 24 * 60);
    expect(told(await paula().says('retención simular'))).toMatch(/Esto se iría esta noche.*se va/s);
    expect((await house.inside(andina, (tx) => tx.query('SELECT 1 FROM inbox'))).length).toBeGreaterThanOrEqual(
      rows.length,
    );
  });
});

describe('the audit, checked from Slack', () => {
  it('when nothing was touched, then it is whole, and that it was checked is in it', async () => {
    expect(told(await paula().says('auditoria verificar'))).toMatch(/La auditoría está íntegra: \d+ entradas/);
    expect(told(await paula().says('auditoria verificar'))).toMatch(/íntegra/);
    expect((await audited('audit.verified')).length).toBeGreaterThan(0);
  });

  it('when somebody without the role asks, then they are refused', async () => {
    expect(told(await camila().says('auditoria verificar'))).not.toMatch(/íntegra/);
  });
});
