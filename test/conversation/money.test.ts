import type { AddressInfo } from 'node:net';
import { Gateway } from '../../simulator/payments/gateway';
import { Router, serve } from '../../simulator/server';
import { newId } from '../../src/data/ids';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, labels, someone, whole } from './people';

let house: House;
let outside = '';
const gateway = new Gateway(() => outside);
const router = new Router();
gateway.mount(router);
const server = serve(router);

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { PAYMENT_URL: `${outside}/pay/api`, PAYMENT_KEY: 'sim-pay-key', PAYMENT_SECRET: 'sim-pay-secret' };
  house = await openHouse({ settings });
}, 2 * OPENING_MS);
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await house?.close();
});

const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const diego = () => colleague(house, 'U0DIEGO');
const camila = () => colleague(house, 'U0CAMILA');
const paula = () => colleague(house, 'U0PAULA');
const card = async (name: string) => (await house.posts(andina)).filter((post) => post.card === name).at(-1);
const sql = (text: string, ...bind: unknown[]) =>
  house.inside(andina, (tx) => tx.query<Record<string, unknown>>(text, bind));

describe('A08: what a company pays', () => {
  it.each([
    ['saldo', /\*Saldo:\* \$ 2\.000\.000, con IVA/],
    ['balance', /\*Credit:\* CLP 2,000,000, tax included/],
    ['recarregar', /\*Saldo:\* CLP 2\.000\.000,? ?.*com imposto/],
  ])('when somebody writes «%s», then what is left is said to them alone', async (words, expected) => {
    const [said] = await diego().says(words);
    expect(whole(said?.content).replace(/\u00a0/g, ' ')).toMatch(expected);
    expect(said?.place.private).toBe(true);
  });

  it('when prices are asked for, then each kind has one, at home and elsewhere', async () => {
    const [said] = await diego().says('saldo');
    const [prices] = await diego().presses('Tarifas', said?.content);
    expect(whole(prices?.content)).toMatch(
      /WhatsApp, Promociones:\* 14 CLP por mensaje \(25 a otros países\).*SMS:\* \d+ CLP por parte.*correo:\* 0,5 CLP por mensaje/s,
    );
  });

  it('when the owner tops up, then a link comes to them, is paid at the gateway, and the same card says so; pressed twice it is one payment', async () => {
    const [said] = await diego().says('saldo');
    const [amounts] = await diego().presses('Recargar saldo', said?.content);
    const label = labels(amounts?.content)[0] ?? '';
    expect(label.replace(/\u00a0/g, ' ')).toBe('$ 100.000');
    await Promise.all([diego().presses(label, amounts?.content), diego().presses(label, amounts?.content)]);
    await eventually(async () =>
      expect((await card('usage-billing/payment'))?.content.buttons?.[0]?.link).toContain('/pay/checkout?token='),
    );
    expect(gateway.orders.items).toHaveLength(1);
    const [order] = gateway.orders.items;
    expect(order).toMatchObject({ amount: 100_000, currency: 'CLP', email: 'pagos@tienda-andina.example' });
    expect((await card('usage-billing/payment'))?.place.user).toBe('U0DIEGO');
    if (order) order.state = 'paid';
    const body = new URLSearchParams({ token: order?.token ?? '' });
    expect((await fetch(`${house.url}/webhooks/payments`, { method: 'POST', body })).status).toBe(200);
    await eventually(async () =>
      expect(whole((await card('usage-billing/payment'))?.content)).toMatch(/^Pago recibido/),
    );
    expect(told(await diego().says('saldo')).replace(/\u00a0/g, ' ')).toContain('$ 2.100.000');
  });

  it('when a token is nobody’s, then the gateway’s door says the same and nothing changes; the page that payers come back to knows nobody', async () => {
    const before = await sql('SELECT count(*)::int AS n FROM account_entry');
    const answer = await fetch(`${house.url}/webhooks/payments`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x' }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    expect(await sql('SELECT count(*)::int AS n FROM account_entry')).toEqual(before);
    const back = await fetch(`${house.url}/payment?lang=en`, { method: 'POST', body: 'token=x' });
    expect(await back.text()).toMatch(/Thank you.*Nothing of your card is kept/s);
  });

  it('when somebody who does not run the account wants to pay, then no link is made', async () => {
    const [said] = await camila().says('recargar saldo');
    expect(labels(said?.content)).not.toContain('Recargar saldo');
    expect(told(await paula().says('recargar saldo'))).toMatch(/rol/);
  });

  it('when another amount is no number, then the form stays with what was wrong; «150.000» is taken', async () => {
    const [said] = await diego().says('saldo');
    const [amounts] = await diego().presses('Recargar saldo', said?.content);
    await diego().presses('Otro monto', amounts?.content, 'V1');
    await diego().submits(house.edge.forms.at(-1)?.action ?? '', { amount: 'mucho' }, 'V1');
    expect(house.edge.forms.at(-1)?.fields[0]).toMatchObject({
      initial: 'mucho',
      error: 'Escribe solo números, por ejemplo 150000.',
    });
    await diego().submits(house.edge.forms.at(-1)?.action ?? '', { amount: '$ 150.000' }, 'V1');
    await eventually(() => expect(gateway.orders.items.at(-1)?.amount).toBe(150_000));
  });
});

describe('A08: what stopped for lack of credit', () => {
  /** Camila's, approved by Diego, and held since so many days. */
  async function aHeld(days: number): Promise<string> {
    const [draft] = await camila().says('manda la promo cyber a clientes RM');
    expect(draft?.card).toBe('send-campaign/author');
    const at = new Date(house.clock.now().getTime() - days * 86_400_000);
    const [row] = await sql(
      `UPDATE campaign SET state = 'held', held_why = 'CREDIT_USED_UP', held_at = $1,
         approver_id = (SELECT id FROM member WHERE slack_user = 'U0DIEGO') WHERE number = (SELECT max(number) FROM campaign) RETURNING 'C-' || number AS number`,
      at,
    );
    return String(row?.number);
  }
  const pays = () =>
    house.inside(andina, (tx) =>
      house.rooms.credit.enter(tx, { kind: 'grant', amount: 100, by: 'system:test' }, house.clock.now()),
    );

  it('when credit comes on the same day, then it goes on by itself, and its author and whoever approved it are told', async () => {
    const number = await aHeld(0);
    const before = await house.postIds(andina);
    await pays();
    const news = (await house.posts(andina, before)).filter((post) => post.card === 'send-campaign/wentOn');
    expect(await sql("SELECT act FROM audit WHERE actor = 'system:credit'")).toEqual([{ act: 'campaign.resume' }]);
    expect(news.map(({ place }) => place.user).sort()).toEqual(['U0CAMILA', 'U0DIEGO']);
    expect(whole(news[0]?.content)).toMatch(new RegExp(`${number}.*Entró saldo, así que sigue sola`));
  });

  it('when it comes on a later day, then the two are asked once, and one of them lets it go on', async () => {
    const number = await aHeld(2);
    const before = await house.postIds(andina);
    await pays();
    await pays();
    const asked = await house.posts(andina, before);
    expect(asked.map(({ card, place }) => [card, place.user]).sort()).toEqual([
      ['send-campaign/author', 'U0CAMILA'],
      ['send-campaign/author', 'U0DIEGO'],
    ]);
    expect(whole(asked[0]?.content)).toMatch(/Ya hay saldo.*decide tú si continúa/);
    const seen = asked.find(({ place }) => place.user === 'U0DIEGO')?.content;
    expect(told(await diego().presses('Reanudar', seen))).toContain(`${number} sigue su curso`);
  });
});

describe('A06: the company on paper', () => {
  it('when the owner writes a tax number whose check digit is wrong, then the form says so and keeps the rest; right, it is kept with its dots and on record', async () => {
    const [profile] = await diego().says('perfil de la empresa');
    expect(whole(profile?.content)).toMatch(/RUT:\* 76\.123\.456-0.*Giro:\* Venta de vestuario/);
    await diego().presses('Cambiar datos', profile?.content, 'V2');
    const form = house.edge.forms.at(-1);
    const values = Object.fromEntries((form?.fields ?? []).map(({ id, initial = '' }) => [id, initial]));
    await diego().submits(form?.action ?? '', { ...values, rut: '76.123.456-1', district: 'Ñuñoa' }, 'V2');
    const again = house.edge.forms.at(-1);
    expect(again?.fields.find(({ id }) => id === 'rut')?.error).toMatch(/Ese RUT no existe/);
    expect(again?.fields.find(({ id }) => id === 'district')?.initial).toBe('Ñuñoa');
    await diego().submits(again?.action ?? '', { ...values, rut: '76517351 5', district: 'Ñuñoa' }, 'V2');
    expect(told(await camila().says('perfil de la empresa'))).toMatch(/RUT:\* 76\.517\.351-5.*Comuna:\* Ñuñoa/);
    expect(await sql("SELECT count(*)::int AS n FROM audit WHERE act = 'company.edited'")).toEqual([{ n: 1 }]);
  });

  it('when somebody else reads it, then nothing can be changed', async () => {
    const [profile] = await camila().says('perfil de la empresa');
    expect(labels(profile?.content)).toEqual([]);
    expect(whole(profile?.content)).not.toContain('pagos@');
  });
});

describe('A29: the number of a card', () => {
  it('when a member writes one, then it is refused, nothing is done, and no store holds it', async () => {
    for (const words of [
      'paga el saldo con 4111 1111 1111 1111',
      'my card is 5555555555554444',
      'cartão 4111-1111-1111-1111',
    ])
      expect(told(await diego().says(words))).toMatch(/no lo guardé|did not keep|não guardei/i);
    expect(gateway.orders.items).toHaveLength(2);
    const rows = await house.inside(andina, async (tx) => {
      const keys = await house.keys.of(tx);
      const all = await tx.query<{ id: string; sealed: Buffer }>(
        'SELECT id, sealed FROM inbox WHERE sealed IS NOT NULL',
      );
      return all.map(({ id, sealed }) => keys.open(sealed, `inbox|${id}`).toString());
    });
    expect(rows.join()).not.toMatch(/4111[ -]?1111[ -]?1111|5555555555554444/);
    expect(rows.join()).toContain('•••• 1111');
  });

  it('when a member fills one into a form, then the form’s answer is that refusal', async () => {
    const [profile] = await diego().says('perfil de la empresa');
    await diego().presses('Cambiar datos', profile?.content, 'V3');
    const form = house.edge.forms.at(-1);
    await diego().submits(form?.action ?? '', { legal_name: '4111 1111 1111 1111', rut: '76.517.351-5' }, 'V3');
    expect(JSON.stringify(house.edge.forms.at(-1))).toMatch(/tarjeta/);
    expect(await sql("SELECT count(*)::int AS n FROM audit WHERE act = 'company.edited'")).toEqual([{ n: 1 }]);
  });

  it('when a person on WhatsApp writes one beside their wish, then they are told, and the wish is done', async () => {
    const rosa = someone(house);
    const said = await rosa.says('BAJA, y devuelvan la plata a 4111 1111 1111 1111');
    expect(said.map((one) => whole(one)).join(' | ')).toMatch(/no lo leí ni lo guardé/);
    const stopped = someone(house);
    await stopped.says('BAJA 4111111111111111');
    expect(await stopped.promotions()).toMatch(/stop|hold/);
  });
});

describe('A08: a month’s statement in Slack', () => {
  it('when there is none, then it is said where invoices come from; once made, the owner is told, and takes its paper and sheet', async () => {
    expect(told(await camila().says('factura'))).toMatch(/Todavía no hay estados de cuenta/);
    await house.inside(andina, async (tx) => {
      await tx.query("INSERT INTO usage_day VALUES ($1, '2026-12-05', 'whatsapp', 'MARKETING', 'CL', 1000, 1000)", [
        andina,
      ]);
      await house.rooms.statements.close(tx, new Date('2027-01-20T15:00:00Z'));
    });
    const shown = cardOf(await house.posts(andina), 'invoice/statement');
    expect(whole(shown).replace(/\u00a0/g, ' ')).toMatch(
      /Estado de cuenta — prefactura · diciembre de 2026.*Documento no tributario.*WhatsApp, Promociones, Chile: 1\.000 × 14 = \$ 14\.000.*Neto:\* \$ 14\.000.*IVA 19 %:\* \$ 2\.660.*Total:\* \$ 16\.660/,
    );
    const [list] = await camila().says('estados de cuenta');
    expect(whole(list?.content).replace(/\u00a0/g, ' ')).toMatch(/diciembre de 2026:\* \$ 16\.660/);
    await camila().presses('diciembre de 2026', list?.content);
    const own = (await house.posts(andina)).filter((post) => post.card === 'invoice/statement').at(-1);
    expect(own?.place.user).toBe('U0CAMILA');
    await camila().presses('CSV', own?.content);
    await eventually(() => expect(house.edge.put.at(-1)?.text).toMatch(/Documento no tributario/));
    expect(house.edge.put.at(-1)?.name).toMatch(/^2026-12-.*\.csv$/);
    expect(told(await paula().says('estados de cuenta'))).toMatch(/rol/);
    expect(labels(shown)).toEqual(['PDF', 'CSV']); // paid from the credit
  });

  it('when a company pays by contract, then a statement is paid by a link, again where it was refused, and nothing goes into a credit', async () => {
    const [said] = await diego().says('saldo');
    await sql('UPDATE account SET prepaid = false');
    expect(told(await diego().presses('Recargar saldo', said?.content))).toMatch(/paga por contrato/);
    const [list] = await diego().says('estados de cuenta');
    await diego().presses('diciembre de 2026', list?.content);
    const own = (await house.posts(andina)).filter((post) => post.card === 'invoice/statement').at(-1);
    await diego().presses('Pagar', own?.content);
    await eventually(() => expect(gateway.orders.items.at(-1)?.amount).toBe(16_660));
    const order = gateway.orders.items.at(-1);
    const theCard = async () =>
      (await house.posts(andina)).find(
        (post) => post.card === 'usage-billing/payment' && whole(post.content).includes('16.660'),
      )?.content;
    await eventually(async () => expect(labels(await theCard())).toEqual(['Ir a pagar']));
    if (order) order.state = 'refused';
    const body = new URLSearchParams({ token: order?.token ?? '' });
    await fetch(`${house.url}/webhooks/payments`, { method: 'POST', body });
    await eventually(async () => expect(labels(await theCard())).toEqual(['Pagar de nuevo']));
    const before = gateway.orders.items.length;
    await diego().presses('Pagar de nuevo', await theCard());
    await eventually(() => expect(gateway.orders.items).toHaveLength(before + 1));
    expect(gateway.orders.items.at(-1)?.amount).toBe(16_660);
    await sql('UPDATE account SET prepaid = true');
  });
});

describe('A49: notices of ours', () => {
  it('when one is published, then those with its roles are told once, each in their language, and who read it is counted', async () => {
    const say = (title: string) => ({ title, text: `${title} el sábado de 2 a 4.` });
    const notice = {
      ...{ id: newId(), roles: ['owner', 'operator'] as ('owner' | 'operator')[] },
      words: { es: say('Mantención'), en: say('Maintenance'), pt: say('Manutenção') },
    };
    const sweep = () => house.inside(andina, (tx) => house.rooms.serviceNotices.sweep(tx, house.clock.now()));
    const publish = () =>
      house.inside(andina, (tx) => house.rooms.serviceNotices.publish(tx, notice, 'system:test', house.clock.now()));
    expect([await publish(), await publish()]).toEqual([true, false]);
    const both = await Promise.all([sweep(), sweep()]);
    expect([both[0] + both[1], await sweep()]).toEqual([2, 0]);
    const posts = (await house.posts(andina)).filter((post) => post.card === 'service-notices/notice');
    expect(posts.map(({ place }) => place.user).sort()).toEqual(['U0CAMILA', 'U0DIEGO']);
    const mine = posts.find(({ place }) => place.user === 'U0CAMILA');
    expect(whole(mine?.content)).toMatch(/Mantención el sábado.*Nadie lo ha marcado/);
    expect(told(await camila().says('avisos de connectus'))).toMatch(
      /1 aviso de Connectus sin leer.*Sin leer:\* Mantención/,
    );
    expect(told(await camila().presses('Leído', mine?.content))).toMatch(/Anotado/);
    expect(whole((await card('service-notices/notice'))?.content)).toMatch(/Lo leyó 1 de 2/);
    expect(told(await paula().says('avisos de connectus'))).toMatch(/No hay avisos/);
    expect(told(await paula().presses('Leído', mine?.content))).toMatch(/No encuentro ese aviso/);
  });
});
