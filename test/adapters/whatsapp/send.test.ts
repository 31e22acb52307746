import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { Sending } from '../../../adapters/whatsapp/send';
import { type Button, type Identity, type OutboundContent, tooLate } from '../../../src/channel';
import { eventually } from '../../support/eventually';
import { aSender } from '../door';
import { type Asked, closedPort, hang, json, Provider, reset, words } from '../provider';

let graph: Provider;
let sending: Sending;
const settings = (baseUrl: string, deadlineMs = 10_000) => ({ baseUrl, version: 'v25.0', deadlineMs });
const taken = json(200, {
  messaging_product: 'whatsapp',
  messages: [{ id: 'wamid.T1VU', message_status: 'accepted' }],
});

beforeAll(async () => {
  graph = await Provider.start();
  sending = new Sending(settings(graph.url));
});
beforeEach(() => {
  graph.asked.length = 0;
  graph.answer = taken;
});
afterAll(async () => {
  await sending.close();
  await graph.stop();
});

const sender = aSender('whatsapp', '106540352242922');
const ana: Identity = { phone: '+56987654321', bsuid: 'CL.4400112233', name: 'Ana' };
const hello: OutboundContent = { kind: 'content', text: 'Hola' };
const promo: OutboundContent = { kind: 'template', name: 'promo_cyber', language: 'es_CL', variables: ['Ana'] };
/** Templates go past the client, all else through it; whoever calls can't tell. */
const ways: [string, OutboundContent][] = [
  ['a text', hello],
  ['a template', promo],
];
const send = (content: OutboundContent = hello, to = ana) => sending.send(sender, to, content, '7.42.mac');
const sent = async (content: OutboundContent, to = ana) => {
  expect(await send(content, to)).toEqual({ outcome: 'accepted', providerId: 'wamid.T1VU' });
  return JSON.parse(graph.asked[0]?.body ?? '');
};
const buttons = (...labels: string[]): Button[] => labels.map((label, at) => ({ id: `id-${at}`, label }));

describe.each(ways)('%s that may only leave for a while', (_way, hello) => {
  it('when its connection is ready too late, then no byte of it leaves, and the next one does', async () => {
    expect(await sending.send(sender, ana, hello, 'late', performance.now() - 1)).toEqual(tooLate);
    expect(await sending.send(sender, ana, hello, 'in time', performance.now() + 60_000)).toMatchObject({
      outcome: 'accepted',
    });
    expect(graph.asked.map((one) => JSON.parse(one.body).biz_opaque_callback_data)).toEqual(['in time']);
  });
});

describe('what is asked of the Graph API', () => {
  it('when a text is sent, then it goes from that number with its token, to the phone, with its reference', async () => {
    expect(await sent(hello)).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+56987654321',
      type: 'text',
      text: { body: 'Hola' },
      biz_opaque_callback_data: '7.42.mac',
    });
    expect(graph.asked).toMatchObject([
      { path: '/v25.0/106540352242922/messages', headers: { authorization: 'Bearer token-1' } },
    ]);
  });

  it('when the person has no phone, then it goes to their id', async () => {
    const body = await sent(hello, { bsuid: 'CL.9900887766' });
    expect(body).toMatchObject({ recipient: 'CL.9900887766' });
    expect(body).not.toHaveProperty('to');
  });

  it('when it is a template, then variables are one line each, never empty, and buttons carry what they were given', async () => {
    const variables = ['Rosa\n\tMaría', '30     %', '  '];
    const template = {
      kind: 'template',
      name: 'promo_cyber',
      language: 'es_CL',
      variables,
      header: { kind: 'document', media: '900100', name: 'carta.pdf' },
      buttons: [{ payload: 'BAJA' }, null, { suffix: 'o/77' }],
    } as const;
    const { template: asked, ...envelope } = await sent(template);
    expect(envelope).toEqual({
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: '+56987654321', type: 'template' },
      biz_opaque_callback_data: '7.42.mac',
    });
    expect(graph.asked).toMatchObject([
      { path: '/v25.0/106540352242922/messages', headers: { authorization: 'Bearer token-1' } },
    ]);
    expect(asked).toEqual({
      name: 'promo_cyber',
      language: { code: 'es_CL' },
      components: [
        { type: 'header', parameters: [{ type: 'document', document: { id: '900100', filename: 'carta.pdf' } }] },
        {
          type: 'body',
          parameters: ['Rosa María', '30 %', '-'].map((text) => ({ type: 'text', text })),
        },
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'BAJA' }] },
        { type: 'button', sub_type: 'url', index: '2', parameters: [{ type: 'text', text: 'o/77' }] },
      ],
    });
  });

  it('when a message has a title, facts and notes, then they are lines of one text', async () => {
    const content = {
      ...hello,
      title: 'Tus datos',
      facts: ['Número', 'Nombre'],
      note: 'Soy un programa\nEscribe PERSONA',
    };
    expect((await sent(content)).text.body).toBe(
      '*Tus datos*\n\nHola\n\n• Número\n• Nombre\n\n_Soy un programa_\n_Escribe PERSONA_',
    );
  });

  it('when it answers a message, then it quotes it', async () => {
    expect((await sent({ ...hello, replyTo: 'wamid.VEVYVA==' })).context).toEqual({ message_id: 'wamid.VEVYVA==' });
  });

  it('when it has buttons, then at most three go, with labels that fit', async () => {
    const labels = ['Sí', 'Una etiqueta que no cabe en veinte', '🛑'.repeat(30), 'cuatro'];
    const { interactive } = await sent({ ...hello, buttons: buttons(...labels) });
    const titles: string[] = interactive.action.buttons.map((one: { reply: { title: string } }) => one.reply.title);
    expect(titles).toEqual(['Sí', 'Una etiqueta que no…', `${'🛑'.repeat(9)}…`]);
    expect(interactive.action.buttons[0].reply.id).toBe('id-0');
  });

  it.each([
    ['a text', {}, (body: { text: { body: string } }) => body.text.body, 4096],
    [
      'one with buttons',
      { buttons: buttons('Sí') },
      (body: { interactive: { body: { text: string } } }) => body.interactive.body.text,
      1024,
    ],
  ])('when %s is too long, then it is cut between letters and goes', async (_what, more, read, most) => {
    const text = read((await sent({ ...hello, ...more, text: 'ñ🛑'.repeat(3_000) })) as never);
    expect(text.length).toBeLessThanOrEqual(most);
    expect(text.length).toBeGreaterThan(most - 3);
    expect(text).toMatch(/…$/);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('what a person wrote', () => {
  it('when it was read, then Meta is told which message of which number', async () => {
    graph.answer = json(200, { success: true });
    await sending.seen(sender, 'wamid.VEVYVA==');
    expect(graph.asked).toMatchObject([{ path: '/v25.0/106540352242922/messages' }]);
    expect(JSON.parse(graph.asked[0]?.body ?? '')).toEqual({
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.VEVYVA==',
    });
  });
});

describe.each(ways)('what the Graph API answers to %s', (_way, message) => {
  const error = (status: number, code: unknown, headers = {}) =>
    json(status, { error: { message: `(#${code}) prose`, type: 'OAuthException', code, fbtrace_id: 'A' } }, headers);

  it.each([
    [400, 4, 'retry'],
    [401, 190, 'pause'],
    [403, 200, 'pause'],
    [403, 257, 'pause'],
    [400, 368, 'pause'],
    [400, 80007, 'retry'],
    [429, 130429, 'retry'],
    [400, 131056, 'retry'],
    [503, 131016, 'retry'],
    [500, 2, 'retry'],
    [400, 131026, 'permanent'],
    [400, 131047, 'permanent'],
    [400, 131049, 'wait'],
    [400, 131048, 'pause'],
    [400, 131050, 'suppress'],
    [400, 132000, 'bug'],
    [404, 132001, 'pause'],
    [400, 132015, 'pause'],
    [400, 999999, 'permanent'],
    [400, '131026', 'permanent'],
  ])('when it is %i with code %s, then it is refused: %s', async (status, code, treatment) => {
    graph.answer = error(status, code);
    expect(await send(message)).toMatchObject({ outcome: 'refused', code: `WHATSAPP_${code}`, treatment });
    expect(graph.asked).toHaveLength(1);
  });

  it('when it came too often to one person, then it is said to be theirs alone; too fast is the number’s', async () => {
    graph.answer = error(400, 131056);
    expect(await send(message)).toMatchObject({ personal: true });
    graph.answer = error(429, 130429);
    expect(await send(message)).not.toHaveProperty('personal');
  });

  it('when it says how long to wait, then that is told', async () => {
    graph.answer = error(429, 130429, { 'retry-after': '7' });
    expect(await send(message)).toMatchObject({ treatment: 'retry', retryAfterMs: 7_000 });
  });

  it.each([
    [401, 'pause'],
    [403, 'pause'],
    [404, 'pause'],
    [413, 'permanent'],
    [429, 'retry'],
  ])('when something on the way refuses with %i and no code, then nothing was taken: %s', async (status, treatment) => {
    graph.answer = words(status, '<html>no</html>');
    expect(await send(message)).toEqual({ outcome: 'refused', code: `WHATSAPP_HTTP_${status}`, treatment });
  });

  it.each([
    ['a code that is none', error(500, null)],
    ['a code that is empty', error(502, '')],
    ['no code', words(500, 'oops')],
    ['a time-out of somebody on the way', words(408, '')],
    ['another address', json(307, {}, { location: '/elsewhere' })],
  ])('when it answers %s, then it is unknown and not asked again', async (_what, answer) => {
    graph.answer = answer;
    expect((await send(message)).outcome).toBe('unknown');
    expect(graph.asked).toHaveLength(1);
  });

  it.each([
    ['no message', json(200, { messages: [] })],
    ['a message without an id', json(200, { messages: [{ id: 7 }] })],
    ['an error', json(200, { error: { code: 131026 } })],
    ['half of an answer', words(200, '{"messages":[{"id"', { 'content-type': 'application/json' })],
  ])('when its yes holds %s, then it may have been taken: unknown', async (_what, answer) => {
    graph.answer = answer;
    expect(await send(message)).toEqual({ outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' });
  });
});

describe.each(ways)('when the line of %s fails', (_way, message) => {
  it('when it breaks after the request was read, then it is unknown and not asked again', async () => {
    graph.answer = reset;
    expect(await send(message)).toEqual({ outcome: 'unknown', code: expect.stringMatching(/^NETWORK_/) });
    expect(graph.asked).toHaveLength(1);
  });

  it('when no answer comes in time, then it is unknown', async () => {
    graph.answer = hang;
    const hasty = new Sending(settings(graph.url, 300));
    expect(await hasty.send(sender, ana, message, '7.42.mac')).toEqual({ outcome: 'unknown', code: 'NETWORK_TIMEOUT' });
    await hasty.close();
  });

  it('when nobody listens there, then nothing left', async () => {
    const away = new Sending(settings(await closedPort()));
    expect(await away.send(sender, ana, message, '7.42.mac')).toEqual({
      outcome: 'not_sent',
      code: 'NETWORK_ECONNREFUSED',
    });
    await away.close();
  });

  it('when the name of the place is not known, then nothing left', async () => {
    const away = new Sending(settings('http://nowhere.invalid'));
    expect((await away.send(sender, ana, message, '7.42.mac')).outcome).toBe('not_sent');
    await away.close();
  });

  it('when the other side does not speak TLS, then nothing left', async () => {
    const away = new Sending(settings(graph.url.replace('http:', 'https:')));
    expect((await away.send(sender, ana, message, '7.42.mac')).outcome).toBe('not_sent');
    await away.close();
  });

  it('when a connection is made and no one reads, then it is unknown: bytes were written', async () => {
    const deaf: Server = createServer(() => {});
    await new Promise<void>((done) => deaf.listen(0, '127.0.0.1', done));
    const { port } = deaf.address() as { port: number };
    const away = new Sending(settings(`http://127.0.0.1:${port}`, 300));
    expect(await away.send(sender, ana, message, '7.42.mac')).toEqual({ outcome: 'unknown', code: 'NETWORK_TIMEOUT' });
    deaf.close();
  });

  it('when a hundred wait for their answers, then one more goes at once: nothing queues behind its gate', async () => {
    const waiting: ServerResponse[] = [];
    graph.answer = (response) => void waiting.push(response);
    const outcomes = Array.from({ length: 101 }, () => send(message));
    await eventually(() => expect(waiting).toHaveLength(101));
    for (const [at, response] of waiting.entries()) taken(response, graph.asked[at] as Asked);
    expect((await Promise.all(outcomes)).filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
  });
});

describe('what can be no message', () => {
  it.each([
    ['no text', { ...hello, text: '' }, ana],
    ['a button without a label', { ...hello, buttons: buttons('') }, ana],
    ['a button whose id is too long', { ...hello, buttons: [{ id: 'x'.repeat(257), label: 'Sí' }] }, ana],
    ['no template', { kind: 'template', name: '', language: 'es', variables: [] } as const, ana],
  ])('when it has %s, then it is ours to mend and nothing is asked', async (_what, content, to) => {
    expect(await send(content, to)).toEqual({ outcome: 'refused', code: 'WHATSAPP_INVALID', treatment: 'bug' });
    expect(graph.asked).toEqual([]);
  });

  it('when the person has neither phone nor id, then it is refused and nothing is asked', async () => {
    const nobody = { parentBsuid: 'CL.ENT.1', name: 'Ana' };
    expect(await send(hello, nobody)).toMatchObject({ outcome: 'refused', code: 'WHATSAPP_NO_ADDRESS' });
    expect(graph.asked).toEqual([]);
  });
});
