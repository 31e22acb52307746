import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const owner = () => colleague(house, 'U0DIEGO');
const sofia = () => colleague(house, 'U0SOFIA', 'T0CONNECTUS');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const author = 'send-campaign/author';
const draft = async (words: string) => cardOf(await camila().says(words), author);
const newest = async () => {
  const [found] = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 1, house.clock.now()));
  if (!found) throw new Error('no campaign');
  return found;
};

describe('a campaign that the gate refuses', () => {
  it('when its hour is closed, then the draft says which rule and whose, and its next allowed moment is a button', async () => {
    const card = await draft('manda la promo cyber a clientes RM el domingo a las 12');
    expect(whole(card)).toMatch(/Así no sale:\* .*no es hora de enviar.*Sale sola.*regla de la empresa: T-CAMP-2/);
    expect(labels(card)).toEqual(expect.arrayContaining(['Pasar a lun 7, 09:00', 'Ver detalle']));
    expect(told(await camila().presses('Pasar a lun 7, 09:00', card))).toMatch(
      /queda para: lunes 7 de diciembre, 09:00/,
    );
    const moved = cardOf(await house.posts(andina), author);
    expect(whole(moved)).toMatch(/lunes 7 de diciembre, 09:00/);
    expect(whole(moved)).not.toMatch(/Así no sale/);
  });

  it('when an operator wants it sent all the same, then only the owner is offered it, and may; then the draft has nothing in its way', async () => {
    const card = await draft('manda la promo cyber a clientes RM el domingo a las 13');
    const { id, number } = await newest();
    expect(labels(card)).not.toContain('Enviar igual');
    const [mine] = await camila().presses('Ver detalle', card);
    expect(labels(mine?.content)).not.toContain('Enviar igual');
    const [theirs] = await owner().presses('Ver detalle', card);
    expect(told(await camila().presses('Enviar igual', theirs?.content))).toMatch(/Tu rol no permite hacer esto/);
    expect(told(await owner().presses('Enviar igual', theirs?.content))).toMatch(
      new RegExp(`en ${number} ya no vale esa regla`),
    );
    const { obstacles } = await house.inside(andina, (tx) => house.rooms.campaigns.get(tx, id, house.clock.now()));
    expect(obstacles).toEqual([]);
  });

  it('when the contract is missing, then no approval can be asked, no button lifts it, and the rules are told one by one', async () => {
    const contract = await house.inside(andina, (tx) =>
      tx.query<{ purpose: string }>(
        "WITH old AS (SELECT tenant_id, purpose FROM contract) UPDATE contract k SET purpose = '' FROM old RETURNING old.purpose",
      ),
    );
    const card = await draft('manda la promo cyber a clientes RM mañana a las 10');
    expect(whole(card)).toMatch(/Así no sale:\* Falta el contrato.*lee y acepta el contrato.*lo pide la ley: T-PRO-1/);
    expect(labels(card)).not.toContain('Pedir aprobación');
    expect(labels(card)).not.toContain('Enviar igual');
    const rules = told(await camila().presses('Ver detalle', card));
    expect(rules).toMatch(/✅ Envíos en marcha.*⛔ Contrato de encargo \(T-PRO-1\).*✅ Plantilla aprobada/);
    expect(rules).toMatch(/✅ Horario permitido · 09:00–20:00/);
    await house.inside(andina, (tx) => tx.query('UPDATE contract SET purpose = $1', [contract[0]?.purpose]));
    expect(labels(await draft('manda la promo cyber a clientes RM mañana a las 10'))).toContain('Pedir aprobación');
  });
});

describe('why somebody got nothing', () => {
  it('when it is asked, then the gate says so: what, whose rule, and what would make it pass', async () => {
    const person = someone(house);
    await person.says('hola');
    const asked = () => sofia().says(`por qué no le llegó la promo a ${person.identity.phone}`);
    expect(told(await asked())).toMatch(
      /Hoy no le saldría una promoción:\* No hay prueba de consentimiento.*con un QR.*lo pide la ley: T-CON-1/,
    );
    await person.says('VOLVER');
    await person.says('SÍ');
    expect(told(await asked())).toMatch(/Hoy una promoción sí le saldría/);
    await person.says('BAJA');
    expect(told(await asked())).toMatch(/Hoy no le saldría una promoción:\* La persona pidió no recibir promociones/);
  });
});
