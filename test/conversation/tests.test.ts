import type { Content } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, colleague, labels, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
/** The newest draft, as its author sees it now. */
const draft = async (): Promise<Content> => cardOf(await house.posts(andina), 'send-campaign/author');
const presses = async (who = camila()): Promise<string> =>
  whole((await who.presses('Enviarme una prueba', await draft()))[0]?.content);
const codeIn = (said: string): string => /PRUEBA (\d{6})/.exec(said)?.[1] ?? '';
const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const testsTo = async (phone: string, text = 'promo_cyber') =>
  house.edge.sent.filter((one) => one.to === phone && one.text === text).length;
const arrive = (phone: string, count: number) => eventually(async () => expect(await testsTo(phone)).toBe(count));
/** Single messages of this purpose, by state. */
const rows = () =>
  house.inside(andina, (tx) =>
    tx.query<{ state: string; reason: string | null; batch: string }>(
      "SELECT state, reason, batch_id::text AS batch FROM message WHERE purpose = 'test' ORDER BY seq",
    ),
  );

describe('a campaign on the phone of whoever prepares it', () => {
  const phone = aPhone();
  const own = () => someone(house, { phone });

  it('when no phone is proved yet, then a code is shown, and what it proves gets the very message', async () => {
    await camila().says('manda promo cyber a clientes RM mañana a las 10');
    await eventually(async () => expect(labels(await draft())).toContain('Enviarme una prueba'));
    const said = await presses();
    expect(said).toMatch(/escribe por WhatsApp \*PRUEBA \d{6}\* a \+56 2 2938 4000/);
    expect(await rows()).toEqual([]);
    const [answer] = await own().says(`Prueba ${codeIn(said)}.`);
    expect(whole(answer)).toMatch(/este es tu teléfono de pruebas\. Ahí va la campaña/);
    await arrive(phone, 1);
    expect(await rows()).toEqual([{ state: 'accepted', reason: null, batch: '0' }]);
  });

  it('when the phone is proved, then a test leaves at once, is on record, and the campaign has no figure of it', async () => {
    expect(await presses()).toMatch(/Ya va la prueba de C-\d+/);
    await arrive(phone, 2);
    const acts = await house.inside(andina, (tx) => tx.query<{ act: string }>('SELECT act FROM audit'));
    expect(acts.filter(({ act }) => act === 'campaign.test_sent')).toHaveLength(2);
    const counted = await house.inside(andina, (tx) =>
      tx.query("SELECT 1 AS one FROM campaign c JOIN message m ON m.batch_id = c.batch_id WHERE m.purpose = 'test'"),
    );
    expect(counted).toEqual([]);
  });

  it('when somebody guesses all day, then even the right code is not looked at any more', async () => {
    const diego = colleague(house, 'U0DIEGO');
    const code = codeIn(await presses(diego));
    const guesser = someone(house);
    for (let i = 0; i < 5; i++) await guesser.says(`TEST ${another(code)}`);
    await guesser.says(`TEST ${code}`);
    expect(await testsTo(guesser.identity.phone ?? '')).toBe(0);
    expect(await presses(diego)).toMatch(/PRUEBA \d{6}/);
  });

  it('when a code was used, is wrong or too old, then it proves nobody’s phone', async () => {
    const diego = colleague(house, 'U0DIEGO');
    const code = codeIn(await presses(diego));
    const stranger = someone(house);
    await stranger.says(`PRUEBA ${another(code)}`);
    house.clock.forward(16);
    await stranger.says(`PRUEBA ${code}`);
    const fresh = codeIn(await presses(diego));
    const first = someone(house);
    await first.says(`prueba ${fresh}`);
    await stranger.says(`prueba ${fresh}`);
    await arrive(first.identity.phone ?? '', 1);
    expect(await testsTo(stranger.identity.phone ?? '')).toBe(0);
  });

  it('when its five of the day are gone, then no more leave until tomorrow', async () => {
    for (let i = 3; i <= 5; i++) await presses();
    await arrive(phone, 5);
    expect(await presses()).toMatch(/todas las pruebas que puedo/);
    house.clock.forward(24 * 60);
    expect(await testsTo(phone)).toBe(5);
  });

  it('when that phone left promotions, then it is said and nothing is sent', async () => {
    await own().says('BAJA');
    expect(await presses()).toMatch(/pidieron no recibir promociones/);
    expect(await testsTo(phone)).toBe(5);
  });

  it('when a number may have another holder by the time it would leave, then it does not, and the phone is proved anew', async () => {
    const diego = colleague(house, 'U0DIEGO');
    const before = (await rows()).length;
    await house.inside(andina, async (tx) => {
      const [one] = await tx.query<{ contact: string; sender: string; test: string }>(
        `SELECT m.contact_id AS contact, m.sender_id AS sender, t.id AS test FROM member_test_address a JOIN member d ON d.id = a.member_id
         JOIN campaign_test t ON t.member_id = d.id JOIN message m ON m.bound_to = t.id WHERE d.slack_user = 'U0DIEGO'`,
      );
      const { contact = '', sender = '', test = '' } = one ?? {};
      await tx.query('UPDATE contact SET holder_epoch = holder_epoch + 1 WHERE id = $1', [contact]);
      const single = { contact, sender, channel: 'whatsapp', purpose: 'test', boundTo: test } as const;
      await house.rooms.outbox.enqueue(tx, single, { kind: 'text', text: 'never' }, house.clock.now());
    });
    await eventually(async () => expect((await rows())[before]).toMatchObject({ state: 'failed', reason: 'UNBOUND' }));
    expect(house.edge.sent.map(({ text }) => text)).not.toContain('never');
    expect(await presses(diego)).toMatch(/PRUEBA \d{6}/);
  });

  it('when everything is stopped after it was asked for, then the claim asks again and nothing leaves', async () => {
    const diego = colleague(house, 'U0DIEGO');
    const own = someone(house);
    const [, last] = [await own.says(`PRUEBA ${codeIn(await presses(diego))}`), await rows()];
    await arrive(own.identity.phone ?? '', 1);
    await house.inside(andina, async (tx) => {
      const [one] = await tx.query<{ contact: string; sender: string; test: string }>(
        "SELECT contact_id AS contact, sender_id AS sender, bound_to AS test FROM message WHERE purpose = 'test' ORDER BY seq DESC LIMIT 1",
      );
      const { contact = '', sender = '', test = '' } = one ?? {};
      await tx.query(
        "INSERT INTO sending_stop (tenant_id, scope, what, stopped_by, stopped_at) SELECT id, 'company', '', id, $2 FROM (SELECT $1::uuid AS id) x",
        [andina, house.clock.now()],
      );
      const single = { contact, sender, channel: 'whatsapp', purpose: 'test', boundTo: test } as const;
      await house.rooms.outbox.enqueue(tx, single, { kind: 'text', text: 'never' }, house.clock.now());
    });
    await eventually(async () =>
      expect((await rows())[last.length]).toMatchObject({ state: 'failed', reason: 'COMPANY_STOPPED' }),
    );
    expect(await presses(diego)).toMatch(/no salió/);
  });
});
