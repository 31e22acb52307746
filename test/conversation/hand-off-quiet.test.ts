import type { Content } from '../../src/channel';
import { referenceOf } from '../../src/domain/delivery/reference';
import { eventually } from '../support/eventually';
import { aDesk, headOf } from './desk';
import { andina, type House, numbers, OPENING_MS, openHouse } from './house';
import { labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const paula = () => aDesk(house);
const days = (count: number) => house.clock.forward(count * 24 * 60);
const sweep = () => house.inside(andina, (tx) => house.rooms.quietTalks.sweep(tx, house.clock.now()));
const head = (person: Someone): Promise<Content> => headOf(house, person);
/** Somebody whose talk Paula has. */
const taken = async (): Promise<Someone> => {
  const person = someone(house);
  await person.says('quiero hablar con una persona');
  await paula().presses('Tomar', await head(person));
  return person;
};

describe('a talk that nobody ends', () => {
  it('when three days pass without a word, then whoever has it is reminded once, and after a week it is over by itself and its thread told', async () => {
    const person = await taken();
    await sweep();
    days(3.5);
    const before = await house.postIds(andina);
    await sweep();
    await sweep();
    const told = await house.posts(andina, before);
    expect(told.map(({ place }) => place.user)).toEqual(['U0PAULA', 'U0PAULA']);
    expect(whole(told[0]?.content)).toMatch(/nadie escribe desde hace 3 días.*se cierra sola a los 7 días/);
    expect(labels(told[1]?.content)).toContain('Resuelto');
    days(4);
    const then = await house.postIds(andina);
    await sweep();
    expect((await house.posts(andina, then)).map(({ card, content }) => [card, whole(content)])).toEqual([
      ['hand-off/lapsed', expect.stringMatching(/Nadie escribió en 7 días.*se cerró sola/)],
    ]);
    expect(whole(await head(person))).toMatch(/conversación cerrada sola/);
    expect(whole((await person.says('hola'))[0])).toMatch(/¡Hola!/);
  });

  it('when it was over by itself, then it can be taken up again', async () => {
    const person = await taken();
    days(8);
    await sweep();
    await paula().presses('Reabrir', await head(person));
    expect(await person.says('sigo aquí')).toEqual([]);
    await paula().presses('Resuelto', await head(person));
    expect(whole(await head(person))).toMatch(/La cerró Paula Reyes/);
  });

  it('when the person writes meanwhile, then the days begin anew', async () => {
    const person = await taken();
    days(5);
    await person.says('¿y?');
    days(5);
    await sweep();
    expect(whole(await head(person))).toMatch(/pide hablar con una persona/);
    const [list] = await paula().says('conversaciones abiertas');
    const label = 'Cerrar 1 sin mensajes hace 3 días';
    expect(labels(list?.content)).toContain(label);
    const [done] = await paula().presses(label, list?.content);
    expect(whole(done?.content)).toMatch(/cerré 1 conversación/);
    expect(whole(await head(person))).toMatch(/La cerró Paula Reyes/);
  });
});

describe('how far an answer came', () => {
  it('when it arrives and is read, then its line says so', async () => {
    const person = await taken();
    const form = await paula().opens('Responder', await head(person));
    await paula().fills(form, { text: 'Hola, soy Paula.' });
    const [answer] = await eventually(async () => {
      const rows = await house.inside(andina, (tx) =>
        tx.query<{ seq: string; wanted: number }>(
          "SELECT a.seq, p.wanted FROM hand_off_answer a JOIN slack_post p ON p.topic = 'answer:' || a.seq JOIN message m ON m.batch_id = 0 AND m.seq = a.seq AND m.state = 'accepted' ORDER BY a.at DESC LIMIT 1",
        ),
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    const seq = answer?.seq ?? '';
    const line = async () =>
      (await house.posts(andina))
        .map(({ content }) => whole(content))
        .find((one) => one.startsWith('Hola, soy Paula.'));
    const comes = async (status: 'delivered' | 'read') => {
      const reference = await house.inside(andina, async (tx) =>
        referenceOf(await house.keys.of(tx), { batch: '0', seq }),
      );
      const of = { channel: 'whatsapp', app: 'default', sender: numbers[andina] ?? '', id: `${status}-${seq}` };
      await house.edge.receive([
        { ...of, at: house.clock.now(), kind: 'receipt', providerId: of.id, status, reference },
      ]);
    };
    await comes('delivered');
    await eventually(async () => expect(await line()).toMatch(/a la persona · .* · entregado$/));
    const drawn = await house.inside(andina, (tx) =>
      tx.query<{ wanted: number }>('SELECT wanted FROM slack_post WHERE topic = $1', [`answer:${seq}`]),
    );
    expect(Number(drawn[0]?.wanted)).toBe(Number(answer?.wanted) + 1); // it is drawn again in Slack, too
    await comes('read');
    await eventually(async () => expect(await line()).toMatch(/a la persona · .* · leído$/));
  });
});
