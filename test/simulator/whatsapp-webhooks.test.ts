import { metaJson, signature } from '../../simulator/whatsapp/signing';
import { eventually } from '../support/eventually';
import { ana, clinica, hmac, Outside, secrets, tienda } from './outside';

let outside: Outside;
beforeAll(async () => {
  outside = await Outside.start();
});
afterAll(() => outside.stop());
beforeEach(() => {
  outside.product.received.length = 0;
});

const inbound = (more: object) => outside.sim('POST', 'whatsapp/inbound', { from: ana, to: tienda, ...more });
const received = () => outside.product.received.filter(({ path }) => path === '/webhooks/whatsapp');

describe('what Meta tells the product', () => {
  it('when a person writes with accents and emoji, then the escaped bytes are what was signed', async () => {
    await inbound({ text: '¡Baja! 🛑 a/b' });
    const [webhook] = await eventually(() => {
      expect(received()).toHaveLength(1);
      return received();
    });
    expect(webhook?.body).toContain('\\u00a1Baja! \\ud83d\\uded1 a\\/b');
    expect(webhook?.headers['content-type']).toBe('application/json');
    expect(webhook?.headers['x-hub-signature-256']).toBe(`sha256=${hmac(secrets.appSecret, webhook?.body ?? '')}`);
    const [message] = outside.product.messages();
    expect(message).toMatchObject({ from: '56987654321', type: 'text', text: { body: '¡Baja! 🛑 a/b' } });
    expect(message.from_user_id).toMatch(/^CL\.\d{16}$/);
  });

  it('when a body is signed, then it is the published vector', () => {
    const text = { type: 'text', text: { body: 'Ünsubscribe 🛑 a/b' } };
    const entry = [{ id: '100', changes: [{ field: 'messages', value: { messages: [text] } }] }];
    const body = metaJson({ object: 'whatsapp_business_account', entry });
    expect(signature('test-app-secret', body)).toBe(
      'sha256=c37beefc685e8a7a1581f832083ec703bcab38810e7f3cb6abbaaabaf394aa6f',
    );
  });

  it('when the product fails twice, then the same bytes come until it answers 200', async () => {
    outside.product.statuses = [503, 500];
    await inbound({ text: 'otra vez' });
    await eventually(() => expect(received()).toHaveLength(1));
    await outside.sim('POST', 'clock', { advance: '1m' });
    await eventually(() => expect(received()).toHaveLength(2));
    await outside.sim('POST', 'clock', { advance: '1m' });
    await eventually(() => expect(received()).toHaveLength(3));
    expect(new Set(received().map(({ body }) => body)).size).toBe(1);
    await outside.sim('POST', 'clock', { advance: '1d' });
    expect((await outside.sim('GET', 'whatsapp/delivery')).again).toBe(0);
    expect(
      (await outside.sim('GET', 'webhooks?limit=3')).webhooks.map((one: { attempt: number }) => one.attempt),
    ).toEqual([1, 2, 3]);
  });

  it('when the product has taken a message, then its writer sees that it was delivered, not before', async () => {
    const ticks = async (id: string) => {
      const { chats } = await outside.sim('GET', `whatsapp/phones/${encodeURIComponent(ana)}`);
      const messages: { id: string; status?: string }[] = chats.flatMap(
        (chat: { messages: unknown[] }) => chat.messages,
      );
      return messages.find((message) => message.id === id)?.status;
    };
    await outside.sim('POST', 'whatsapp/webhooks/hold');
    const { id } = await inbound({ text: 'dos ticks' });
    expect(await ticks(id)).toBeUndefined();
    await outside.sim('POST', 'whatsapp/webhooks/release');
    await eventually(async () => expect(await ticks(id)).toBe('delivered'));
  });

  it('when a webhook is asked for three times, then three equal ones come', async () => {
    await inbound({ text: 'tres', copies: 3 });
    await eventually(() => expect(received()).toHaveLength(3));
    expect(new Set(outside.product.messages().map(({ id }) => id)).size).toBe(1);
  });

  it('when webhooks are held and released in batches, then one mixes companies and nothing is lost', async () => {
    await outside.sim('POST', 'whatsapp/delivery', { batch: 50, shuffle: true });
    await outside.sim('POST', 'whatsapp/webhooks/hold');
    for (const to of [tienda, clinica]) await inbound({ to, text: 'hola', count: 20 });
    expect(received()).toHaveLength(0);
    await outside.sim('POST', 'whatsapp/webhooks/release');
    await eventually(() => expect(new Set(outside.product.messages().map(({ id }) => id)).size).toBe(40));
    expect(received().length).toBeLessThan(40);
    const wabas = received().map(({ body }) => JSON.parse(body).entry.length);
    expect(Math.max(...wabas)).toBe(2);
    await outside.sim('POST', 'whatsapp/delivery', { batch: 0, shuffle: false });
  });

  it('when somebody writes three times in a row, then no webhook overtakes another', async () => {
    await inbound({ text: 'uno' });
    await inbound({ text: 'dos' });
    await inbound({ text: 'tres' });
    await eventually(() => expect(outside.product.messages()).toHaveLength(3));
    expect(outside.product.messages().map(({ text }) => text.body)).toEqual(['uno', 'dos', 'tres']);
  });

  it('when a webhook is forged, then it arrives with the wrong signature and the answer is reported', async () => {
    outside.product.statuses = [401, 401];
    const wrong = await outside.sim('POST', 'whatsapp/webhook', { body: { object: 'x' }, signature: 'wrong' });
    const none = await outside.sim('POST', 'whatsapp/webhook', {
      body: '{"broken',
      signature: 'none',
      path: '/webhooks/whatsapp/other',
    });
    expect([wrong.status, none.status]).toEqual([401, 401]);
    const [first, second] = outside.product.received;
    expect(first?.headers['x-hub-signature-256']).not.toBe(`sha256=${hmac(secrets.appSecret, first?.body ?? '')}`);
    expect(second).toMatchObject({ path: '/webhooks/whatsapp/other', body: '{"broken' });
    expect(second?.headers['x-hub-signature-256']).toBeUndefined();
  });

  it('when Meta subscribes, then the challenge is only echoed to the agreed word', async () => {
    const { isVerified } = await outside.sim('POST', 'whatsapp/handshake', {});
    expect(isVerified).toBe(true);
  });
});

describe('what people do with their phones', () => {
  it('when the phone is hidden, then neither phone nor empty fields are told', async () => {
    await outside.sim('POST', 'whatsapp/inbound', { from: 'CL.9900887766', to: tienda, text: 'BAJA' });
    await eventually(() => expect(outside.product.messages()).toHaveLength(1));
    const value = outside.product.changes()[0]?.value;
    expect(value.messages[0]).toMatchObject({ from_user_id: 'CL.9900887766' });
    expect(value.messages[0]).not.toHaveProperty('from');
    expect(value.contacts).toEqual([{ profile: { name: 'Lucía' }, user_id: 'CL.9900887766' }]);
  });

  it('when a person presses a button, then its id comes with the message that showed it', async () => {
    await inbound({ text: 'hola' });
    const buttons = [{ type: 'reply', reply: { id: 'signed-id', title: 'Sí, borrar' } }];
    const interactive = { type: 'button', body: { text: '¿Seguro?' }, action: { buttons } };
    const sent = await outside.send({ to: ana, type: 'interactive', interactive });
    await inbound({ button: { title: 'Sí, borrar' } });
    const pressed = await eventually(() => {
      const found = outside.product.messages().find(({ type }) => type === 'interactive');
      expect(found).toBeDefined();
      return found;
    });
    expect(pressed.interactive).toEqual({
      type: 'button_reply',
      button_reply: { id: 'signed-id', title: 'Sí, borrar' },
    });
    expect(pressed.context.id).toBe(sent.body.messages[0].id);
  });

  it('when a person changes number, then a system message names the old and the new ids', async () => {
    const from = '+56955500001';
    await outside.sim('POST', 'whatsapp/inbound', { from, to: tienda, text: 'hola' });
    await outside.sim('POST', 'whatsapp/identity', { from, to: tienda, newPhone: '+56955500002' });
    await eventually(() => expect(outside.product.messages()).toHaveLength(2));
    const [before, system] = outside.product.messages();
    expect(system).toMatchObject({ from: '56955500001', type: 'system' });
    expect(system.system).toMatchObject({ wa_id: '56955500002', previous_user_id: before.from_user_id });
    expect(system.system.user_id).not.toBe(before.from_user_id);
    const { chats } = await outside.sim('GET', 'whatsapp/phones/+56955500002');
    expect(chats[0].messages).toHaveLength(1);
  });

  it.each([
    ['image', { text: 'mira' }, { image: expect.objectContaining({ mime_type: 'image/jpeg', caption: 'mira' }) }],
    ['audio', {}, { audio: expect.objectContaining({ voice: true }) }],
    ['reaction', { emoji: '👍', messageId: 'wamid.X' }, { reaction: { message_id: 'wamid.X', emoji: '👍' } }],
    [
      'edit',
      { text: 'BAJA', messageId: 'wamid.X' },
      { edit: { original_message_id: 'wamid.X', message: { type: 'text', text: { body: 'BAJA' } } } },
    ],
    ['revoke', { messageId: 'wamid.X' }, { revoke: { original_message_id: 'wamid.X' } }],
    ['unsupported', {}, { unsupported: { type: 'poll_creation' } }],
    ['order', { extra: { order: { catalog_id: '1' } } }, { order: { catalog_id: '1' } }],
  ])('when a person sends a message of type %s, then it has the body of that type', async (type, given, body) => {
    await inbound({ type, ...given });
    await eventually(() => expect(outside.product.messages()).toHaveLength(1));
    expect(outside.product.messages()[0]).toMatchObject({ type, ...body });
  });
});
