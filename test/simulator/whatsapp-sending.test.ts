import { eventually, silence } from '../support/eventually';
import { ana, clinica, Outside, templateTo, tienda } from './outside';

let outside: Outside;
beforeAll(async () => {
  outside = await Outside.start();
});
afterAll(() => outside.stop());
beforeEach(() => {
  outside.product.received.length = 0;
});

const special = (digits: string) => `+5690000${digits}`;
const idOf = (answer: { body: { messages: { id: string }[] } }) => answer.body.messages[0]?.id ?? '';
const statusesOf = (id: string) => outside.product.receipts(id).map(({ status }) => status);
const opened = (from: string, to = tienda) => outside.sim('POST', 'whatsapp/inbound', { from, to, text: 'hola' });

/** Lets all that is under way happen. */
const later = () => outside.sim('POST', 'clock', { advance: '10s' });

describe('the order in which Meta looks at a message', () => {
  const text = { to: ana, type: 'text', text: { body: 'hola' } };
  const message = { messaging_product: 'whatsapp', ...text };
  const code = async (path: string, body: object | string, token?: string | null) => {
    const { status, body: answer } = await outside.graph(path, body as never, token);
    return [status, answer.error?.code, answer.error?.error_subcode];
  };

  it('when nothing is right, then the token is said first, then the number, then the body', async () => {
    expect(await code('1/messages', '{broken', null)).toEqual([400, 104, undefined]);
    expect(await code('1/messages', '{broken', 'another')).toEqual([401, 190, 467]);
    expect(await code('1/messages', '{broken')).toEqual([400, 100, 33]);
    expect(await code(`${tienda}/messages`, '{broken')).toEqual([400, 100, undefined]);
    expect(await code(`${tienda}/nothing`, message)).toEqual([400, 100, 33]);
  });

  it.each([
    ['an unknown field', { ...message, surprise: 1 }, 100],
    ['no recipient', { messaging_product: 'whatsapp', type: 'text', text: { body: 'x' } }, 131008],
    ['a recipient that is no number', { ...message, to: 'Ana' }, 131009],
    ['itself as recipient', { ...message, to: '+56229384000' }, 131021],
    ['too long a text', { ...message, text: { body: 'x'.repeat(4097) } }, 131009],
    ['four buttons', withButtons(['1', '2', '3', '4']), 131009],
    ['a button that is too long', withButtons(['x'.repeat(21)]), 131009],
    ['a template nobody knows', { messaging_product: 'whatsapp', ...templateTo(ana, [], 'unknown') }, 132001],
    [
      'a template that is not approved',
      { messaging_product: 'whatsapp', ...templateTo(ana, ['Ana'], 'promo_navidad') },
      132001,
    ],
    ['a value too few', { messaging_product: 'whatsapp', ...templateTo(ana, ['Ana']) }, 132000],
    ['a line break in a value', { messaging_product: 'whatsapp', ...templateTo(ana, ['Ana', 'a\nb']) }, 132018],
    ['an empty value', { messaging_product: 'whatsapp', ...templateTo(ana, ['Ana', '']) }, 131008],
  ])('when a message has %s, then it is refused with its code', async (_, body, expected) => {
    const { body: answer } = await outside.graph(`${tienda}/messages`, body);
    expect(answer.error).toMatchObject({ code: expected, type: 'OAuthException', fbtrace_id: expect.any(String) });
  });

  it('when a message was refused, then no one got it', async () => {
    await outside.sendTemplate('+56955577700', ['solo uno']);
    const { deliveries } = await outside.sim('GET', `ledger?phone=${encodeURIComponent('+56955577700')}`);
    expect(deliveries).toEqual([]);
  });

  function withButtons(titles: string[]): Record<string, unknown> {
    const buttons = titles.map((title, at) => ({ type: 'reply', reply: { id: String(at), title } }));
    return {
      messaging_product: 'whatsapp',
      to: ana,
      type: 'interactive',
      interactive: { type: 'button', body: { text: 'x' }, action: { buttons } },
    };
  }
});

describe('what becomes of a message', () => {
  it('when a template is taken, then it is sent, delivered, and kept in the ledger with its reference', async () => {
    const answer = await outside.send({ ...templateTo(ana, ['Ana', '30 %']), biz_opaque_callback_data: '7.1.mac' });
    expect(answer.body).toMatchObject({
      contacts: [{ input: ana, wa_id: '56987654321' }],
      messages: [{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }],
    });
    await later();
    await eventually(() => expect(statusesOf(idOf(answer))).toEqual(['sent', 'delivered']));
    const [receipt] = outside.product.receipts(idOf(answer));
    expect(receipt).toMatchObject({
      recipient_id: '56987654321',
      biz_opaque_callback_data: '7.1.mac',
      pricing: { category: 'marketing' },
    });
    const { deliveries } = await outside.sim('GET', 'ledger?campaign=7');
    expect(deliveries).toMatchObject([{ to: ana, number: tienda, template: 'promo_cyber', reference: '7.1.mac' }]);
    expect(deliveries[0].text).toContain('Hola Ana, esta semana Cyber');
    expect(deliveries[0].statuses.map(({ status }: { status: string }) => status)).toEqual([
      'accepted',
      'sent',
      'delivered',
    ]);
  });

  it('when the person opens the chat, then everything in it becomes read', async () => {
    const answer = await outside.sendTemplate('+56981112233');
    await outside.sim('POST', `whatsapp/phones/${encodeURIComponent('+56981112233')}/read`, { number: tienda });
    await later();
    await eventually(() => expect(statusesOf(idOf(answer))).toEqual(['sent', 'delivered', 'read']));
  });

  it('when the person has been silent for a day, then free text fails with a receipt, and not before', async () => {
    const phone = '+56955566601';
    const free = { to: phone, type: 'text', text: { body: 'hola' } };
    await opened(phone);
    const inTime = await outside.send(free);
    await outside.sim('POST', 'clock', { advance: '25h' });
    const late = await outside.send(free);
    await later();
    await eventually(() => expect(statusesOf(idOf(late))).toEqual(['failed']));
    expect(outside.product.receipts(idOf(late))[0].errors[0].code).toBe(131047);
    expect(statusesOf(idOf(inTime))).not.toContain('failed');
  });

  it('when a template is paused by Meta, then a webhook says so and sending it is refused until it is approved', async () => {
    await outside.sim('POST', 'whatsapp/templates/novedades_verano', { number: tienda, status: 'PAUSED' });
    await eventually(() =>
      expect(
        outside.product.changes().find(({ field }) => field === 'message_template_status_update')?.value,
      ).toMatchObject({
        event: 'PAUSED',
        message_template_name: 'novedades_verano',
      }),
    );
    const refused = await outside.sendTemplate(ana, ['Ana'], 'novedades_verano');
    await outside.sim('POST', 'whatsapp/templates/novedades_verano', { number: tienda, status: 'APPROVED' });
    const taken = await outside.sendTemplate(ana, ['Ana'], 'novedades_verano');
    expect([refused.body.error.code, taken.status]).toEqual([132015, 200]);
  });

  it('when the person stopped promotions in WhatsApp, then promotions fail and other messages do not', async () => {
    const phone = '+56955566602';
    await outside.sim('POST', 'whatsapp/preference', { from: phone, to: tienda, value: 'stop' });
    const [promotion, notice] = [
      await outside.sendTemplate(phone),
      await outside.sendTemplate(phone, ['A', 'B'], 'aviso_despacho'),
    ];
    await later();
    await eventually(() => expect(outside.product.receipts(idOf(promotion))[0]?.errors[0].code).toBe(131050));
    await eventually(() => expect(statusesOf(idOf(notice))).toContain('delivered'));
    const told = outside.product.changes().find(({ field }) => field === 'user_preferences');
    expect(told?.value.user_preferences[0]).toMatchObject({
      wa_id: '56955566602',
      value: 'stop',
      timestamp: expect.any(Number),
    });
  });
});

describe('numbers with a behaviour of their own', () => {
  it.each([
    ['0001', ['sent', 'delivered', 'read'], undefined],
    ['0002', ['sent', 'delivered'], undefined],
    ['0003', ['sent', 'read'], undefined],
    ['0004', ['failed'], 131026],
    ['0005', ['failed'], 131049],
    ['0006', ['failed'], 131050],
    ['0007', ['failed'], 132015],
    ['0010', ['read', 'delivered', 'sent'], undefined],
  ])('when a promotion goes to …%s, then its receipts are %j', async (digits, statuses, code) => {
    const answer = await outside.sendTemplate(special(digits));
    await later();
    await eventually(() => expect(statusesOf(idOf(answer))).toEqual(statuses));
    expect(outside.product.receipts(idOf(answer))[0].errors?.[0].code).toBe(code);
  });

  it('when the template is held for …0007, then the answer says so', async () => {
    const { body } = await outside.sendTemplate(special('0007'));
    expect(body.messages[0].message_status).toBe('held_for_quality_assessment');
  });

  it('when …0008 is written to, then it is refused at once', async () => {
    const { status, body } = await outside.sendTemplate(special('0008'));
    expect([status, body.error.code]).toEqual([400, 131056]);
  });

  it('when …0009 is written to, then no answer comes, but the message and its receipts do', async () => {
    const patience = new AbortController();
    const body = JSON.stringify({ messaging_product: 'whatsapp', ...templateTo(special('0009'), ['Ana', '1']) });
    const headers = { authorization: 'Bearer graph-token' };
    const call = fetch(`${outside.running.url}/v25.0/${tienda}/messages`, {
      method: 'POST',
      headers,
      body,
      signal: patience.signal,
    });
    const { deliveries } = await eventually(async () => {
      const ledger = await outside.sim('GET', `ledger?phone=${encodeURIComponent(special('0009'))}`);
      expect(ledger.deliveries).toHaveLength(1);
      return ledger;
    });
    expect(await Promise.race([call, silence()])).toBe('silence');
    patience.abort();
    await expect(call).rejects.toThrow();
    await later();
    await eventually(() => expect(statusesOf(deliveries[0].id)).toEqual(['sent', 'delivered']));
  });

  it('when …0011 is told about, then every webhook comes twice', async () => {
    const answer = await outside.sendTemplate(special('0011'));
    await later();
    await eventually(() => expect(statusesOf(idOf(answer)).sort()).toEqual(['delivered', 'delivered', 'sent', 'sent']));
  });

  it('when …0012 is written to, then their id is not the number dialled', async () => {
    const { body } = await outside.sendTemplate(special('0012'));
    expect(body.contacts[0].wa_id).toBe('5600000012');
  });

  it('when …0013 has replied, then their phone is told no more', async () => {
    await opened(special('0013'));
    await opened(special('0013'));
    await eventually(() => expect(outside.product.messages()).toHaveLength(2));
    const [first, second] = outside.product.messages();
    expect(first.from).toBe('56900000013');
    expect(second).not.toHaveProperty('from');
    expect(second.from_user_id).toBe(first.from_user_id);
  });
});

describe('what goes wrong on purpose', () => {
  afterEach(() => outside.sim('DELETE', 'whatsapp/faults'));
  const fault = (more: Record<string, unknown>) => outside.sim('POST', 'whatsapp/faults', more);

  it('when a code is provoked twice for a number, then the third message is taken and the other number never minds', async () => {
    await fault({ number: tienda, code: 130429, times: 2 });
    const other = await outside.send(templateTo(ana, ['Ana'], 'control_anual'), clinica);
    const codes = [];
    for (let at = 0; at < 3; at++) codes.push((await outside.sendTemplate(ana)).body.error?.code);
    expect(codes).toEqual([130429, 130429, undefined]);
    expect(other.status).toBe(200);
  });

  it('when a code of the later kind is provoked, then the message is taken and fails with a receipt', async () => {
    await fault({ to: ana, code: 131026, times: 1 });
    const answer = await outside.sendTemplate(ana);
    await later();
    await eventually(() => expect(statusesOf(idOf(answer))).toEqual(['failed']));
  });

  it('when the server fails, then there is no code in the answer', async () => {
    await fault({ http: 502, times: 1 });
    const headers = { authorization: 'Bearer graph-token' };
    const response = await outside.fetch(
      'POST',
      `/v25.0/${tienda}/messages`,
      JSON.stringify({ messaging_product: 'whatsapp', ...templateTo(ana, ['A', 'B']) }),
      headers,
    );
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain('code');
  });

  it('when the line is cut before Meta took it, then nobody got it', async () => {
    const phone = '+56955566603';
    await fault({ to: phone, mode: 'reset', times: 1 });
    await expect(outside.sendTemplate(phone)).rejects.toThrow();
    expect((await outside.sim('GET', `ledger?phone=${encodeURIComponent(phone)}`)).deliveries).toEqual([]);
  });

  it('when receipts are faster than the answer, then the first one comes before it', async () => {
    await fault({ to: ana, mode: 'status_first', times: 1 });
    const answer = await outside.sendTemplate(ana);
    expect(statusesOf(idOf(answer))).toEqual(['sent']);
  });

  it('when one person is written to 46 times at once, then the pair is too fast', async () => {
    const phone = '+56955566604';
    await outside.sim('POST', 'whatsapp/delivery', { throughput: 1_000 });
    const answers = await Promise.all(Array.from({ length: 46 }, () => outside.sendTemplate(phone)));
    expect(answers.filter(({ body }) => body.error?.code === 131056)).toHaveLength(1);
  });

  it('when the number is too fast, then its throughput is said, and time heals it', async () => {
    await outside.sim('POST', 'whatsapp/delivery', { throughput: 2 });
    const phones = ['+56955566605', '+56955566606', '+56955566607'];
    const answers = await Promise.all(phones.map((phone) => outside.sendTemplate(phone)));
    await later();
    const healed = await outside.sendTemplate('+56955566608');
    expect(answers.map(({ body }) => body.error?.code).filter(Boolean)).toEqual([130429]);
    expect(healed.status).toBe(200);
    await outside.sim('POST', 'whatsapp/delivery', { throughput: 80 });
  });
});

describe('what the world remembers of calls', () => {
  it('when the product has called, then the request is there without its token', async () => {
    await outside.sendTemplate(ana);
    const { calls } = await outside.sim('GET', 'calls?api=graph&method=messages&limit=1');
    expect(calls).toMatchObject([{ verb: 'POST', path: `/v25.0/${tienda}/messages`, status: 200, body: { to: ana } }]);
    expect(JSON.stringify(calls)).not.toContain('graph-token');
  });

  it('when an account is looked at, then number and templates are there, also new ones', async () => {
    const { body: number } = await outside.graph(`${tienda}?fields=id,verified_name,status`);
    expect(number).toEqual({ id: tienda, verified_name: 'Tienda Andina', status: 'CONNECTED' });
    const drawn = {
      name: 'hola_mundo',
      language: 'es_CL',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola {{1}}, ya llegó.', example: { body_text: [['Ana']] } }],
    };
    const { body: made } = await outside.graph('208840352242901/message_templates', drawn);
    expect(made.status).toBe('PENDING');
    await outside.sim('POST', 'whatsapp/templates/hola_mundo', { number: tienda, status: 'APPROVED' });
    expect((await outside.sendTemplate(ana, ['Ana'], 'hola_mundo')).status).toBe(200);
  });
});
