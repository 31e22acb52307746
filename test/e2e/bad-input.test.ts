import { type System, startSystem } from '../support/system';
import { Outside } from '../tour/outside';
import { castOf, type Tour } from '../tour/steps';

let system: System;
let tour: Tour;
let people = 0;

beforeAll(async () => {
  system = await startSystem();
  tour = await castOf(new Outside(system.worldUrl, () => {}));
}, 300_000);
afterAll(() => system?.close());

/** A number that nobody has written from. */
const somebody = (): string => `+5697999${String(1_000 + people++)}`;

/** One update as Meta would send it. */
const update = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field, value: { messaging_product: 'whatsapp', metadata: metadata(), ...value } }] }],
});
const metadata = () => ({ display_phone_number: '56229384000', phone_number_id: tour.number });
const at = '1796131800';
let count = 0;
const message = (from: string, more: object) =>
  update({
    contacts: [{ wa_id: from.slice(1), profile: { name: 'Eva' } }],
    messages: [{ from: from.slice(1), id: `wamid.bad${++count}`, timestamp: at, ...more }],
  });

async function sent(body: object | string, more: object = {}): Promise<number> {
  return (await tour.outside.post<{ status: number }>('/__sim/whatsapp/webhook', { body, ...more })).status;
}

/** Whatever came before: the next message of this person is answered. */
async function isStillHeard(person: string): Promise<void> {
  const answer = await tour.outside.answers(person, tour.number, 'hola');
  expect(answer.text).not.toBe('');
}

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('what nobody should send', () => {
  const texts: [string, string][] = [
    ['an empty text', ''],
    ['sixty-four kilobytes of text', 'a'.repeat(65_536)],
    ['emoji only', '🎉🎉🎉'],
    ['a text of marks and spaces', ' \u200b\u202e … '],
    ['a text with markup in it', '<script>alert(1)</script> <@U0DIEGO> *x* {name} {{1}}'],
  ];
  it.each(texts)('when it is %s, then it is taken and the next message is handled', async (_what, body) => {
    const person = somebody();
    expect(await sent(message(person, { type: 'text', text: { body } }))).toBe(200);
    await isStillHeard(person);
  });

  it('when a text holds NUL and half a surrogate pair, then the rest of it is heard', async () => {
    const person = somebody();
    const body = JSON.stringify(message(person, { type: 'text', text: { body: 'PUT' } })).replace(
      'PUT',
      'BA\\u0000JA \\ud83d',
    );
    expect(await sent(body)).toBe(200);
    const answer = await tour.outside.receives(person, tour.number, () => true);
    expect(answer.text).toMatch(/no te enviará/);
    await isStillHeard(person);
  });

  const kinds: [string, object][] = [
    ['a kind that does not exist yet', { type: 'hologram', hologram: { id: '1' } }],
    ['no kind at all', {}],
    ['a picture', { type: 'image', image: { id: '77', mime_type: 'image/jpeg', sha256: 'x' } }],
    ['a voice note', { type: 'audio', audio: { id: '78', mime_type: 'audio/ogg', voice: true } }],
    ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.none', emoji: '👍' } }],
    ['a text whose body is a number', { type: 'text', text: { body: 42 } }],
    ['unknown fields everywhere', { type: 'text', text: { body: 'hola', mood: {} }, referral: { x: [] }, zz: null }],
    [
      'an answer to a message we never sent',
      { type: 'text', text: { body: 'ok' }, context: { id: 'wamid.none', from: '1' } },
    ],
    [
      'a button that is not ours',
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'x', title: 'x' } } },
    ],
  ];
  it.each(kinds)('when it is %s, then it is taken and the next message is handled', async (_what, more) => {
    const person = somebody();
    expect(await sent(message(person, more))).toBe(200);
    await isStillHeard(person);
  });

  it('when a message is edited or deleted, then the next one is handled', async () => {
    const person = somebody();
    const { id } = await tour.outside.post<{ id: string }>('/__sim/whatsapp/inbound', {
      from: person,
      to: tour.number,
      text: 'hola',
    });
    await tour.outside.receives(person, tour.number, () => true);
    for (const type of ['edit', 'revoke'])
      await tour.outside.post('/__sim/whatsapp/inbound', {
        from: person,
        to: tour.number,
        type,
        messageId: id,
        text: 'chao',
      });
    await isStillHeard(person);
  });

  it('when a receipt is for a message that was never sent, then nothing changes', async () => {
    const statuses = [{ id: 'wamid.never', status: 'delivered', timestamp: at, recipient_id: '56979991000' }];
    expect(await sent(update({ statuses }))).toBe(200);
    await isStillHeard(somebody());
  });

  it('when a signed body is nested a thousand deep, then it is refused in words and the door stays open', async () => {
    expect(await sent(nested(1_000))).toBe(400);
    await isStillHeard(somebody());
  });

  it('when a body is over the limit, then it is refused as too large', async () => {
    expect(await sent(`{"object":"${'a'.repeat(4_000_000)}"}`)).toBe(413);
    await isStillHeard(somebody());
  });

  it('when it is not JSON, then it is refused', async () => {
    expect(await sent('{"object":')).toBe(400);
  });

  it('when the signature is wrong or missing, then 401, and nothing is stored', async () => {
    const person = somebody();
    const body = message(person, { type: 'text', text: { body: 'BAJA' } });
    expect([await sent(body, { signature: 'wrong' }), await sent(body, { signature: 'none' })]).toEqual([401, 401]);
    await isStillHeard(person);
    const chat = await tour.outside.chat(person, tour.number);
    expect(chat.filter((one) => one.direction === 'out')).toHaveLength(1);
  });

  it('when Slack’s door gets stale, future or forged requests, then 401', async () => {
    const body = { type: 'event_callback', team_id: 'T0ANDINA', event: { type: 'message' } };
    for (const signature of ['wrong', 'none', 'stale', 'future']) {
      const { status } = await tour.outside.post<{ status: number }>('/__sim/slack/events', { body, signature });
      expect([signature, status]).toEqual([signature, 401]);
    }
  });

  it('when a batch mixes two companies and comes twice, then each person is answered once by their own', async () => {
    const person = somebody();
    const other = { display_phone_number: '56412245000', phone_number_id: '106540352242933' };
    const text = (id: string) => ({ from: person.slice(1), id, timestamp: at, type: 'text', text: { body: 'hola' } });
    const changes = [
      {
        field: 'messages',
        value: { messaging_product: 'whatsapp', metadata: metadata(), messages: [text(`wamid.mix${++count}`)] },
      },
      {
        field: 'messages',
        value: { messaging_product: 'whatsapp', metadata: other, messages: [text(`wamid.mix${++count}`)] },
      },
    ];
    const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] };
    expect(await sent(body, { times: 2 })).toBe(200);
    for (const number of [tour.number, other.phone_number_id]) {
      await tour.outside.receives(person, number, () => true);
      const out = (await tour.outside.chat(person, number)).filter((one) => one.direction === 'out');
      expect([number, out.length]).toEqual([number, 1]);
    }
  });
});
