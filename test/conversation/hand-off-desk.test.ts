import type { Content } from '../../src/channel';
import { aDesk, saidIn } from './desk';
import { type House, OPENING_MS, openHouse } from './house';
import { labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const diego = () => aDesk(house, 'U0DIEGO');
const listed = async (desk = paula()): Promise<Content> =>
  (await desk.says('conversaciones abiertas'))[0]?.content as Content;

describe('when the team is there', () => {
  it('when the owner says the hours, then whoever answers reads them and can’t change them', async () => {
    expect(whole(await listed())).toMatch(/Horario de atención:\* nadie lo ha puesto/);
    const form = await diego().opens('Horario', await listed(diego()));
    const filled = { days: 'week', opens: '9:00', closes: '18:00', holidays: 'no', words: 'Estamos en terreno.' };
    expect(saidIn(await diego().fills(form, filled))).toMatch(/de 09:00 a 18:00, menos los feriados/);
    expect(whole(await listed())).toMatch(
      /lunes a viernes, de 09:00 a 18:00, menos los feriados\. A otra hora se dice: «Estamos en terreno\.»/,
    );
    expect(labels(await listed())).not.toContain('Horario');
  });

  it('when somebody asks on a holiday, then they are told that the team is back on the next working day', async () => {
    house.clock.forward(7 * 24 * 60); // Tuesday 8 December, a holiday in Chile, at half past ten
    const person = someone(house);
    expect(whole((await person.says('quiero hablar con una persona'))[0])).toMatch(
      /Estamos en terreno\..*desde el miércoles 9 de diciembre, 09:00/,
    );
    const form = await diego().opens('Horario', await listed(diego()));
    expect(form.fields.find(({ id }) => id === 'holidays')?.initial).toBe('no');
    const open = { days: 'week', opens: '9:00', closes: '18:00', holidays: 'yes', words: '' };
    expect(saidIn(await diego().fills(form, open))).toMatch(/también en feriados/);
    expect(whole((await someone(house).says('quiero hablar con una persona'))[0])).not.toMatch(/no hay nadie/);
  });
});
