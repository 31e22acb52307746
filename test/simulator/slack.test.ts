import { eventually, silence } from '../support/eventually';
import { hmac, Outside, secrets } from './outside';

let outside: Outside;
beforeAll(async () => {
  outside = await Outside.start();
});
afterAll(() => outside.stop());
beforeEach(async () => {
  outside.product.received.length = 0;
  outside.product.answer = '';
  // A channel takes one post a second.
  await outside.sim('POST', 'clock', { advance: '5s' });
});

const team = 'T0ANDINA';
const camila = { team, user: 'U0CAMILA' };
const channel = 'C0CAMPANAS';
const act = (what: string, more: object) => outside.sim('POST', `slack/${what}`, { ...camila, ...more });
const messages = async (query: string) => (await outside.sim('GET', `slack/messages?team=${team}&${query}`)).messages;
const post = (fields: object) => outside.slack('chat.postMessage', { channel, ...fields });
const plain = (text: string) => ({ type: 'plain_text', text });
const button = (label: string, value = 'v1') => ({
  type: 'button',
  action_id: `act:${label}`,
  text: plain(label),
  value,
});
const modal = (more: object = {}) => ({
  type: 'modal',
  callback_id: 'form',
  title: plain('Rechazar'),
  submit: plain('Enviar'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Motivo'),
      element: { type: 'plain_text_input', action_id: 'value', min_length: 5 },
    },
  ],
  ...more,
});

describe('what Slack answers to the bot', () => {
  it('when the token is missing, unknown or another team’s, then Slack says so with 200', async () => {
    expect((await outside.slack('auth.test', {}, 'nobody')).body).toEqual({ ok: false, error: 'invalid_auth' });
    expect((await outside.slack('auth.test', {}, 'xoxb-clinica')).body).toMatchObject({
      ok: true,
      team_id: 'T0CLINICA',
    });
    expect((await outside.slack('chat.postMessage', { channel, text: 'x' }, 'xoxb-clinica')).body.error).toBe(
      'channel_not_found',
    );
    expect((await outside.slack('no.such', {})).body.error).toBe('unknown_method');
  });

  it('when the bot posts, changes and deletes, then the channel shows it', async () => {
    const { body } = await post({
      text: 'a &lt;b&gt;',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'uno\ndos &amp; tres' } }],
    });
    const [posted] = (await messages(`channel=${channel}`)).slice(-1);
    expect(posted).toMatchObject({ ts: body.ts, bot: true, text: 'a <b>', lines: ['uno', 'dos & tres'] });
    const later = { channel, ts: body.ts, text: 'nuevo', blocks: [{ type: 'actions', elements: [button('Sí')] }] };
    expect((await outside.slack('chat.update', later)).body.ok).toBe(true);
    const [changed] = (await messages(`channel=${channel}`)).slice(-1);
    expect(changed).toMatchObject({
      text: 'nuevo',
      edited: true,
      buttons: [{ label: 'Sí', actionId: 'act:Sí', value: 'v1' }],
    });
    await outside.slack('chat.delete', { channel, ts: body.ts });
    expect((await outside.slack('chat.delete', { channel, ts: body.ts })).body.error).toBe('message_not_found');
  });

  it('when the bot is no member, then it cannot post there', async () => {
    expect((await post({ channel: 'C0GENERAL', text: 'x' })).body.error).toBe('not_in_channel');
    expect((await post({ channel: 'C0NOWHERE', text: 'x' })).body.error).toBe('channel_not_found');
  });

  it('when something is whispered, then only that person sees it', async () => {
    await outside.slack('chat.postEphemeral', { channel, user: 'U0CAMILA', text: 'solo para ti' });
    const texts = async (user: string) =>
      (await messages(`channel=${channel}&user=${user}`)).map((one: { text: string }) => one.text);
    expect(await texts('U0CAMILA')).toContain('solo para ti');
    expect(await texts('U0DIEGO')).not.toContain('solo para ti');
    await outside.slack('chat.postMessage', { channel: 'U0DIEGO', text: 'para Diego' });
    const all = async (user: string) => (await messages(`user=${user}`)).map((one: { text: string }) => one.text);
    expect(await all('U0DIEGO')).toContain('para Diego');
    expect(await all('U0CAMILA')).not.toContain('para Diego');
    const outsider = await outside.slack('chat.postEphemeral', {
      channel: 'C0PRIVACIDAD',
      user: 'U0CAMILA',
      text: 'x',
    });
    expect(outsider.body.error).toBe('user_not_in_channel');
  });

  it.each([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
    ['a section of 3001 characters', [{ type: 'section', text: plain('x'.repeat(3001)) }], '/blocks/0/text/text'],
    ['a header that is formatted', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], '/blocks/0/text/type'],
    [
      'a button label of 76',
      [{ type: 'actions', elements: [button('x'.repeat(76))] }],
      '/blocks/0/elements/0/text/text',
    ],
    ['a value of 2001', [{ type: 'actions', elements: [button('x', 'v'.repeat(2001))] }], '/blocks/0/elements/0/value'],
    [
      '26 buttons',
      [{ type: 'actions', elements: Array.from({ length: 26 }, (_, at) => button(`${at}`)) }],
      '/blocks/0/elements',
    ],
    ['a block nobody knows', [{ type: 'surprise' }], '/blocks/0/type'],
    ['an empty text', [{ type: 'section', text: plain('') }], '/blocks/0/text/text'],
    ['a form field', [{ type: 'input', label: plain('x'), element: { type: 'plain_text_input' } }], '/blocks/0/type'],
  ])('when a post has %s, then Slack names the place', async (_, blocks, place) => {
    const { body } = await post({ text: 'x', blocks });
    expect(body).toMatchObject({ ok: false, error: 'invalid_blocks' });
    expect(body.response_metadata.messages.join()).toContain(`[json-pointer:${place}]`);
  });

  it('when a channel is posted to too fast, then 429 says how long to wait, and other channels go on', async () => {
    const answers = await Promise.all(['0', '1', '2', '3'].map((text) => post({ text })));
    const late = answers.find(({ status }) => status === 429);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    expect(late?.headers.get('retry-after')).toBe('1');
    expect((await post({ channel: 'C0ATENCION', text: 'x' })).body.ok).toBe(true);
    await outside.sim('POST', 'clock', { advance: '1s' });
    expect((await post({ text: 'ahora sí' })).body.ok).toBe(true);
  });

  it('when a fault is set, then the call fails as asked, as often as asked', async () => {
    await outside.sim('POST', 'slack/faults', { method: 'chat.postMessage', error: 'fatal_error', times: 1 });
    await outside.sim('POST', 'slack/faults', { method: 'chat.postMessage', http: 429, retryAfter: 7, times: 1 });
    const [first, second, third] = [await post({ text: '1' }), await post({ text: '2' }), await post({ text: '3' })];
    expect([first.body.error, second.headers.get('retry-after'), third.body.ok]).toEqual(['fatal_error', '7', true]);
  });

  it('when Slack takes a post and its answer is lost, then the post is there', async () => {
    await outside.sim('POST', 'slack/faults', { method: 'chat.postMessage', mode: 'timeout_after_accept', times: 1 });
    const headers = { authorization: 'Bearer xoxb-andina', 'content-type': 'application/x-www-form-urlencoded' };
    const patience = new AbortController();
    const { signal } = patience;
    const body = new URLSearchParams({ channel, text: 'perdido' }).toString();
    const call = fetch(`${outside.running.url}/api/chat.postMessage`, { method: 'POST', headers, body, signal });
    await eventually(async () => expect((await messages(`channel=${channel}`)).at(-1).text).toBe('perdido'));
    expect(await Promise.race([call, silence()])).toBe('silence');
    patience.abort();
    await expect(call).rejects.toThrow();
  });

  it('when a file goes up in three steps, then the channel has it and its bytes are the same', async () => {
    const content = 'id,estado\n1,entregado\n';
    const { body: place } = await outside.slack('files.getUploadURLExternal', {
      filename: 'informe.csv',
      length: String(content.length),
    });
    const wrong = await fetch(place.upload_url, { method: 'POST', body: 'otra cosa' });
    const right = await fetch(place.upload_url, { method: 'POST', body: content });
    expect([wrong.status, await right.text()]).toEqual([400, `OK - ${content.length}`]);
    const files = [{ id: place.file_id, title: 'Informe' }];
    await outside.slack('files.completeUploadExternal', { files, channel_id: channel, initial_comment: 'listo' });
    const [shared] = (await messages(`channel=${channel}`)).slice(-1);
    expect(shared).toMatchObject({ text: 'listo', files: [{ title: 'Informe', size: content.length }] });
    const headers = { authorization: 'Bearer xoxb-andina' };
    expect(await (await fetch(shared.files[0].url_private, { headers })).text()).toBe(content);
  });
});

describe('what people do in Slack', () => {
  it('when somebody writes to the bot, then a signed event comes, and again until it is taken', async () => {
    outside.product.statuses = [503];
    const { status } = await act('dm', { text: 'hola <bot>' });
    expect(status).toBe(503);
    await outside.sim('POST', 'clock', { advance: '1s' });
    const [first, second] = await eventually(() => {
      expect(outside.product.received).toHaveLength(2);
      return outside.product.received;
    });
    const timestamp = String(first?.headers['x-slack-request-timestamp']);
    expect(first?.headers['content-type']).toBe('application/json');
    expect(first?.headers['x-slack-signature']).toBe(
      `v0=${hmac(secrets.signingSecret, `v0:${timestamp}:${first?.body}`)}`,
    );
    expect(second?.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' });
    const [event] = outside.product.events();
    expect(event).toMatchObject({ type: 'event_callback', team_id: team, authorizations: [{ team_id: team }] });
    expect(event.event).toMatchObject({
      type: 'message',
      channel_type: 'im',
      user: 'U0CAMILA',
      text: 'hola &lt;bot&gt;',
    });
  });

  it('when events are doubled, then each comes twice with one id', async () => {
    await outside.sim('POST', 'slack/delivery', { duplicate: true });
    await act('dm', { text: 'hola' });
    await outside.sim('POST', 'slack/delivery', { duplicate: false });
    const ids = outside.product.events().map(({ event_id: id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  it('when somebody talks in a channel, then the bot hears it only where it is a member, and mentions by name', async () => {
    await act('message', { channel: 'C0GENERAL', text: 'nada para el bot' });
    expect(outside.product.events()).toEqual([]);
    await act('mention', { channel: 'C0GENERAL', text: 'ayuda' });
    expect(outside.product.events()).toMatchObject([{ event: { type: 'app_mention', text: '<@U0BOTANDINA> ayuda' } }]);
  });

  it('when a command is answered at once, then only the one who typed it sees the answer', async () => {
    outside.product.answer = JSON.stringify({ text: 'enseguida' });
    await act('slash', { channel, text: 'estado' });
    outside.product.answer = '';
    const form = new URLSearchParams(outside.product.received[0]?.body);
    expect(outside.product.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(form)).toMatchObject({
      command: '/connectus',
      text: 'estado',
      team_id: team,
      channel_id: channel,
    });
    expect((await messages(`channel=${channel}&user=U0CAMILA`)).at(-1)).toMatchObject({
      text: 'enseguida',
      ephemeral: 'U0CAMILA',
    });
  });

  it('when a response_url is used, then five times and no more, and not after half an hour', async () => {
    await act('slash', { channel, text: 'estado' });
    const url = new URLSearchParams(outside.product.received[0]?.body).get('response_url') ?? '';
    const use = async () => (await fetch(url, { method: 'POST', body: JSON.stringify({ text: 'sigue' }) })).status;
    const uses = [];
    for (let at = 0; at < 6; at++) uses.push(await use());
    expect(uses).toEqual([200, 200, 200, 200, 200, 404]);
    await act('slash', { channel, text: 'estado' });
    const next = new URLSearchParams(outside.product.received[1]?.body).get('response_url') ?? '';
    await outside.sim('POST', 'clock', { advance: '31m' });
    expect((await fetch(next, { method: 'POST', body: JSON.stringify({ text: 'tarde' }) })).status).toBe(404);
  });

  it('when somebody presses a button, then the product gets its value, or the one that was put there', async () => {
    const { body } = await post({ text: 'x', blocks: [{ type: 'actions', elements: [button('Aprobar', 'signed')] }] });
    await act('click', { channel, ts: body.ts, label: 'Aprobar' });
    await act('click', { channel, ts: body.ts, actionId: 'act:Aprobar', value: 'tampered' });
    const pressed = outside.product.interactions();
    expect(pressed.map(({ actions }) => actions[0].value)).toEqual(['signed', 'tampered']);
    expect(pressed[0]).toMatchObject({
      type: 'block_actions',
      container: { type: 'message', message_ts: body.ts, channel_id: channel },
      message: { ts: body.ts },
      user: { id: 'U0CAMILA', team_id: team },
    });
    const { error } = await act('click', { channel, ts: body.ts, label: 'No existe' });
    expect(error.code).toBe('NOT_FOUND');
  });

  it('when a trigger is old or used, then no form opens', async () => {
    const { trigger_id: old } = await act('slash', { channel, text: 'x' });
    await outside.sim('POST', 'clock', { advance: '4s' });
    const { trigger_id: fresh } = await act('slash', { channel, text: 'x' });
    const open = async (trigger: string) =>
      (await outside.slack('views.open', { trigger_id: trigger, view: modal() })).body;
    expect((await open(old)).error).toBe('expired_trigger_id');
    expect((await open(fresh)).ok).toBe(true);
    expect((await open(fresh)).error).toBe('exchanged_trigger_id');
  });

  it('when a form is sent, then Slack checks it first, shows what the product minds, and closes it when all is well', async () => {
    const { trigger_id: trigger } = await act('slash', { channel, text: 'x' });
    const { body: opened } = await outside.slack('views.open', { trigger_id: trigger, view: modal() });
    const { id: viewId, hash } = opened.view;
    outside.product.received.length = 0;
    const early = await act('submit', { viewId, values: { reason: 'no' } });
    expect(early.error).toMatchObject({ code: 'MISSING_ANSWERS', fields: [{ blockId: 'reason' }] });
    expect(outside.product.received).toEqual([]);
    outside.product.answer = JSON.stringify({ response_action: 'errors', errors: { reason: 'Explica más' } });
    await act('submit', { viewId, values: { reason: 'porque sí' } });
    const { views } = await outside.sim('GET', `slack/views?team=${team}&user=U0CAMILA`);
    expect(views.at(-1)).toMatchObject({
      id: viewId,
      title: 'Rechazar',
      errors: { reason: 'Explica más' },
      fields: [{ blockId: 'reason', label: 'Motivo', type: 'plain_text_input' }],
    });
    outside.product.answer = '';
    await act('submit', { viewId, values: { reason: 'porque es así' } });
    const [submission] = outside.product.interactions();
    expect(submission.view.state.values).toEqual({
      reason: { value: { type: 'plain_text_input', value: 'porque sí' } },
    });
    expect(submission.view.hash).toBe(hash);
    const { views: left } = await outside.sim('GET', `slack/views?team=${team}&user=U0CAMILA`);
    expect(left.map(({ id }: { id: string }) => id)).not.toContain(viewId);
    expect((await outside.slack('views.update', { view_id: viewId, view: modal() })).body.error).toBe('not_found');
  });

  it('when a list is searched, then the product is asked as somebody types, and only what it offers can be chosen', async () => {
    const { trigger_id: trigger } = await act('slash', { channel, text: 'x' });
    const element = { type: 'external_select', action_id: 'value', min_query_length: 0 };
    const blocks = [{ type: 'input', block_id: 'template', label: plain('¿Qué?'), element }];
    const { body } = await outside.slack('views.open', { trigger_id: trigger, view: modal({ blocks }) });
    const viewId = body.view.id;
    outside.product.received.length = 0;
    outside.product.answer = JSON.stringify({ options: [{ text: plain('promo cyber'), value: 't1' }] });
    expect((await act('suggest', { viewId, blockId: 'template', value: 'cyb' })).options).toEqual([
      { label: 'promo cyber', value: 't1' },
    ]);
    expect(outside.product.interactions()).toMatchObject([
      { type: 'block_suggestion', block_id: 'template', action_id: 'value', value: 'cyb', view: { id: viewId } },
    ]);
    const other = await act('submit', { viewId, values: { template: 'otra' } });
    expect(other.error).toMatchObject({ code: 'MISSING_ANSWERS', fields: [{ blockId: 'template' }] });
    await act('submit', { viewId, values: { template: 'promo cyber' } });
    expect(outside.product.interactions().at(-1)?.view.state.values).toEqual({
      template: { value: { type: 'external_select', selected_option: { text: plain('promo cyber'), value: 't1' } } },
    });
    outside.product.answer = '';
  });

  it('when a view is updated with an old hash or a long title, then it is refused', async () => {
    const { trigger_id: trigger } = await act('slash', { channel, text: 'x' });
    const { body } = await outside.slack('views.open', { trigger_id: trigger, view: modal() });
    const update = (more: object) => outside.slack('views.update', { view_id: body.view.id, view: modal(), ...more });
    expect((await update({ hash: body.view.hash })).body.ok).toBe(true);
    expect((await update({ hash: body.view.hash })).body.error).toBe('hash_conflict');
    expect((await update({ view: modal({ title: plain('x'.repeat(25)) }) })).body.error).toBe('invalid_arguments');
  });

  it.each([
    ['wrong', (given: string, right: string) => expect(given).not.toBe(right)],
    ['none', (given: string) => expect(given).toBe('undefined')],
    ['stale', (given: string, right: string) => expect(given).toBe(right)],
  ])('when an event is forged with a signature that is %s, then it arrives like that', async (signature, check) => {
    await outside.sim('POST', 'slack/events', { body: { type: 'url_verification', challenge: 'x' }, signature });
    const [request] = outside.product.received;
    const timestamp = request?.headers['x-slack-request-timestamp'];
    const right = `v0=${hmac(secrets.signingSecret, `v0:${timestamp}:${request?.body}`)}`;
    check(String(request?.headers['x-slack-signature']), right);
    const { now } = await outside.sim('GET', 'clock');
    const age = Date.parse(now) / 1000 - Number(timestamp);
    if (signature === 'stale') expect(age).toBeGreaterThan(500);
  });
});

describe('a file that a member drops', () => {
  it('when it is dropped, then the product hears of it, and its bytes are for the workspace’s token alone', async () => {
    const base64 = Buffer.from('fono\n912345678').toString('base64');
    await act('drop', { channel: 'dm', name: 'lista.csv', base64, text: 'va la lista' });
    const heard = await eventually(() => {
      const event = outside.product.received.map(({ body }) => JSON.parse(body).event).find((one) => one?.files);
      expect(event).toBeDefined();
      return event;
    });
    expect(heard).toMatchObject({ type: 'message', subtype: 'file_share', channel_type: 'im', text: 'va la lista' });
    const [file] = heard.files;
    expect(file).toMatchObject({ name: 'lista.csv', size: 14 });
    const { body: told } = await outside.slack('files.info', { file: file.id });
    const address = told.file.url_private;
    const get = (token?: string) =>
      fetch(address, { redirect: 'manual', ...(token && { headers: { authorization: `Bearer ${token}` } }) });
    expect(await (await get('xoxb-andina')).text()).toBe('fono\n912345678');
    for (const token of [undefined, 'xoxb-clinica', 'xoxb-nobody']) expect((await get(token)).status).toBe(302);
  });
});

describe('everybody’s home tab', () => {
  const home = { type: 'home', blocks: [{ type: 'actions', elements: [button('Ver', 'a1.see')] }] };
  const shown = async (user: string) => (await outside.sim('GET', `slack/home?team=${team}&user=${user}`)).view;

  it('when it is opened, then the product is told; when it is drawn, then its member alone sees it and presses in it', async () => {
    await act('home', {});
    expect(outside.product.events().at(-1)).toMatchObject({
      event: { type: 'app_home_opened', user: camila.user, tab: 'home' },
    });
    const published = await outside.slack('views.publish', { user_id: camila.user, view: home });
    expect(await shown('U0CAMILA')).toMatchObject({ id: published.body.view.id });
    expect(await shown('U0DIEGO')).toBeUndefined();
    await act('click', { view_id: published.body.view.id, label: 'Ver' });
    expect(outside.product.interactions().at(-1)).toMatchObject({
      ...{ type: 'block_actions', container: { type: 'view' }, view: { type: 'home' } },
      actions: [{ value: 'a1.see' }],
    });
    const others = await act('click', { user: 'U0DIEGO', view_id: published.body.view.id, label: 'Ver' });
    expect(others.error?.code).toBe('NOT_FOUND');
  });

  it('when it is no home, or nobody’s, then Slack refuses it', async () => {
    const wrong = (fields: object) => outside.slack('views.publish', { user_id: camila.user, view: home, ...fields });
    expect((await wrong({ view: modal() })).body.error).toBe('invalid_arguments');
    expect((await wrong({ user_id: 'U0NOBODY' })).body.error).toBe('user_not_found');
  });
});
