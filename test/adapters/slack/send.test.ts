import { Sending } from '../../../adapters/slack/send';
import type { SurfaceRef } from '../../../src/channel';
import { aSender } from '../door';
import { type Answer, closedPort, hang, json, Provider, reset, words } from '../provider';

let slack: Provider;
let sending: Sending;
/** What Slack does with each method; all others it takes. */
let answers: Record<string, Answer> = {};
const refuse = (error: string): Answer => json(200, { ok: false, error });
const takes: Record<string, Answer> = {
  'chat.postMessage': json(200, { ok: true, channel: 'C0CAMPANAS', ts: '1796131900.000100' }),
  'chat.postEphemeral': json(200, { ok: true, message_ts: '1796131900.000200' }),
  'conversations.open': json(200, { ok: true, channel: { id: 'D0DIEGO' } }),
};

beforeAll(async () => {
  slack = await Provider.start();
  slack.answer = (response, asked) => {
    const method = asked.path.replace('/api/', '');
    (answers[method] ?? takes[method] ?? json(200, { ok: true }))(response, asked);
  };
  sending = new Sending(`${slack.url}/api`);
});
beforeEach(() => {
  answers = {};
  slack.asked.length = 0;
});
afterAll(async () => {
  await sending.close();
  await slack.stop();
});

const sender = aSender('slack', 'T0ANDINA');
const content = { text: 'Hola', buttons: [{ id: 'a1.x', label: 'Sí' }] };
const channel: SurfaceRef = { team: 'T0ANDINA', channel: 'C0CAMPANAS' };
const whisper: SurfaceRef = { ...channel, user: 'U0DIEGO', private: true };
const post = (at = channel, with_ = sending) => with_.post(sender, at, content, 'post-1');
const methods = (): string[] => slack.asked.map((asked) => asked.path.replace('/api/', ''));
const asked = (at = 0) => Object.fromEntries(new URLSearchParams(slack.asked[at]?.body));

describe('a post', () => {
  it('when it is posted, then it goes once, with its token, its blocks, its reference, and no previews', async () => {
    expect(await post({ ...channel, thread: '1796131700.000200' })).toEqual({
      outcome: 'accepted',
      providerId: 'C0CAMPANAS/1796131900.000100',
    });
    expect(methods()).toEqual(['chat.postMessage']);
    expect(slack.asked[0]?.headers.authorization).toBe('Bearer token-1');
    expect(asked()).toMatchObject({
      channel: 'C0CAMPANAS',
      thread_ts: '1796131700.000200',
      text: 'Hola',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    expect(JSON.parse(asked().metadata ?? '').event_payload).toEqual({ outbox_id: 'post-1' });
    expect(JSON.parse(asked().blocks ?? '')).toHaveLength(2);
  });

  it('when it is for one person in a channel, then only that person sees it', async () => {
    expect(await post({ ...whisper, thread: '1.2' })).toEqual({
      outcome: 'accepted',
      providerId: 'C0CAMPANAS/1796131900.000200',
    });
    expect(methods()).toEqual(['chat.postEphemeral']);
    expect(asked()).toMatchObject({ channel: 'C0CAMPANAS', user: 'U0DIEGO', thread_ts: '1.2' });
  });

  it.each(['channel_not_found', 'not_in_channel', 'user_not_in_channel', 'is_archived'])(
    'when nothing can be shown there (%s), then it goes to the person’s own messages',
    async (name) => {
      answers = { 'chat.postEphemeral': refuse(name) };
      expect((await post({ ...whisper, thread: '1.2' })).outcome).toBe('accepted');
      expect(methods()).toEqual(['chat.postEphemeral', 'conversations.open', 'chat.postMessage']);
      expect(asked(2)).toMatchObject({ channel: 'D0DIEGO' });
      expect(asked(2)).not.toHaveProperty('thread_ts');
    },
  );

  it('when the bot is no member where somebody spoke, then the answer goes to their own messages; a card for a channel alone goes nowhere else', async () => {
    answers = {
      'chat.postMessage': (response, to) =>
        (to.body.includes('C0GENERAL') ? refuse('not_in_channel') : takes['chat.postMessage'])?.(response, to),
    };
    const general = { ...channel, channel: 'C0GENERAL' };
    expect((await post({ ...general, user: 'U0DIEGO', thread: '1.2' })).outcome).toBe('accepted');
    expect(methods()).toEqual(['chat.postMessage', 'conversations.open', 'chat.postMessage']);
    expect(asked(2)).toMatchObject({ channel: 'D0DIEGO' });
    expect(asked(2)).not.toHaveProperty('thread_ts');
    expect(await post(general)).toMatchObject({ outcome: 'refused', code: 'SLACK_not_in_channel' });
  });

  it('when a whisper may have been shown, then it is not said again elsewhere', async () => {
    answers = { 'chat.postEphemeral': reset };
    expect((await post(whisper)).outcome).toBe('unknown');
    expect(methods()).toEqual(['chat.postEphemeral']);
  });

  it.each([
    [{ team: 'T0ANDINA', user: 'U0DIEGO' }, ['conversations.open', 'chat.postMessage']],
    [{ team: 'T0ANDINA', user: 'U0DIEGO', private: true }, ['conversations.open', 'chat.postMessage']],
    [{ team: 'T0ANDINA', user: 'U0DIEGO', channel: 'D0DIEGO', private: true }, ['chat.postMessage']],
  ])('when it is for %j, then it goes to their own messages', async (at, expected) => {
    expect((await post(at)).outcome).toBe('accepted');
    expect(methods()).toEqual(expected);
  });

  it.each<[string, Answer]>([
    ['breaks the line', reset],
    ['fails', words(503, '')],
    ['answers with a page', words(200, '<html>')],
  ])('when the way to the person %s, then the post has not left', async (_what, answer) => {
    answers = { 'conversations.open': answer };
    expect((await post({ team: 'T0ANDINA', user: 'U0DIEGO' })).outcome).toBe('not_sent');
    expect(methods()).not.toContain('chat.postMessage');
  });

  it('when the person has no messages of their own, then it is refused', async () => {
    answers = { 'conversations.open': refuse('user_not_found') };
    expect(await post({ team: 'T0ANDINA', user: 'U0GONE' })).toEqual({
      outcome: 'refused',
      code: 'SLACK_user_not_found',
      treatment: 'permanent',
    });
  });
});

describe('what Slack says to a post', () => {
  it.each([
    ['invalid_auth', 'pause'],
    ['token_revoked', 'pause'],
    ['account_inactive', 'pause'],
    ['missing_scope', 'pause'],
    ['ratelimited', 'retry'],
    ['internal_error', 'retry'],
    ['ekm_access_denied', 'wait'],
    ['channel_not_found', 'permanent'],
    ['is_archived', 'permanent'],
    ['invalid_blocks', 'bug'],
    ['error_of_tomorrow', 'bug'],
  ])('when it says %s, then it is refused: %s', async (name, treatment) => {
    answers = { 'chat.postMessage': refuse(name) };
    expect(await post()).toEqual({ outcome: 'refused', code: `SLACK_${name}`, treatment });
    expect(methods()).toHaveLength(1);
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{}, 30_000],
    [{ 'retry-after': 'Tue, 01 Dec 2026 13:31:00 GMT' }, 30_000],
  ])('when it says too many with %j, then it is refused until later', async (headers, retryAfterMs) => {
    answers = { 'chat.postMessage': words(429, '', headers as Record<string, string>) };
    const limited = new Sending(`${slack.url}/api`);
    const refused = { outcome: 'refused', code: 'SLACK_ratelimited', treatment: 'retry' };
    expect(await post(channel, limited)).toEqual({ ...refused, retryAfterMs });
    expect(methods()).toHaveLength(1);
    answers = {};
    expect(await post(channel, limited)).toMatchObject(refused); // not asked again before
    expect(methods()).toHaveLength(1);
    expect((await post({ ...channel, channel: 'C0OTHER' }, limited)).outcome).toBe('accepted');
    expect((await limited.update(sender, { ...channel, post: '1796131900.000100' }, content)).outcome).toBe('accepted');
    await limited.close();
  });

  it.each<[string, Answer, string]>([
    ['breaks the line', reset, 'NETWORK_'],
    ['fails', words(500, 'oops'), 'SLACK_HTTP_500'],
    ['is away', words(503, ''), 'SLACK_HTTP_503'],
    ['timed out on the way', words(408, ''), 'SLACK_HTTP_408'],
    ['answers with a page that holds a person’s words', words(200, '<html>Hola Ana</html>'), 'SLACK_UNREADABLE'],
    ['points elsewhere', words(302, '', { location: '/api/elsewhere' }), 'NETWORK_'],
  ])('when it %s, then it is unknown, and is not said again', async (_what, answer, code) => {
    answers = { 'chat.postMessage': answer };
    const outcome = await post();
    expect(outcome).toEqual({ outcome: 'unknown', code: expect.stringMatching(`^${code}`) });
    expect(methods()).toEqual(['chat.postMessage']);
  });

  it('when no answer comes in time, then it is unknown, and is not said again', async () => {
    answers = { 'chat.postMessage': hang };
    const hasty = new Sending(`${slack.url}/api`, { once: 300, often: 300, atOnce: 300 });
    expect(await post(channel, hasty)).toEqual({ outcome: 'unknown', code: expect.stringMatching(/^NETWORK_/) });
    expect(methods()).toEqual(['chat.postMessage']);
    await hasty.close();
  });

  it('when nobody listens there, then nothing left', async () => {
    const away = new Sending(await closedPort());
    expect(await post(channel, away)).toEqual({ outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' });
    await away.close();
  });
});

describe('a post of which nobody knows whether it stands', () => {
  const since = new Date(1_796_131_900_000);
  const mine = { ts: '1796131901.000100', metadata: { event_payload: { outbox_id: 'post-1' } } };
  const other = { ts: '1796131902.000100', metadata: { event_payload: { outbox_id: 'post-2' } } };
  const find = (at: SurfaceRef) => sending.find(sender, at, 'post-1', since);

  it('when it is among what was said since, on whatever page, then it is found', async () => {
    let pages = 0;
    answers = {
      'conversations.history': (response, request) =>
        (++pages < 3
          ? json(200, { ok: true, messages: [other], response_metadata: { next_cursor: `c${pages}` } })
          : json(200, { ok: true, messages: [other, mine] }))(response, request),
    };
    expect(await find(channel)).toEqual({ outcome: 'accepted', providerId: 'C0CAMPANAS/1796131901.000100' });
    expect(asked()).toMatchObject({ channel: 'C0CAMPANAS', include_all_metadata: 'true' });
    expect(Number(asked().oldest)).toBeLessThan(1_796_131_900);
  });

  it('when it was for a thread or for somebody’s own messages, then it is looked for there', async () => {
    answers = { 'conversations.replies': json(200, { ok: true, messages: [mine] }) };
    expect((await find({ ...channel, thread: '1796131700.000200' })).outcome).toBe('accepted');
    answers = { 'conversations.history': json(200, { ok: true, messages: [mine] }) };
    expect(await find({ team: 'T0ANDINA', user: 'U0DIEGO' })).toMatchObject({
      providerId: 'D0DIEGO/1796131901.000100',
    });
  });

  it('when it is not there, then that is certain; when it can’t be seen, it is not', async () => {
    answers = { 'conversations.history': json(200, { ok: true, messages: [other] }) };
    expect(await find(channel)).toMatchObject({ outcome: 'refused', code: 'SURFACE_NOT_FOUND' });
    answers = { 'conversations.history': words(503, '') };
    expect((await find(channel)).outcome).toBe('unknown');
    answers = { 'conversations.history': refuse('missing_scope') };
    expect(await find(channel)).toMatchObject({ outcome: 'refused', treatment: 'pause' });
    answers = {
      'conversations.history': json(200, { ok: true, messages: [other], response_metadata: { next_cursor: 'more' } }),
    };
    expect((await find(channel)).outcome).toBe('unknown');
  });
});

describe('a post that stands', () => {
  const at = { ...channel, post: '1796131900.000100' };

  it('when it is drawn again, then that post is changed', async () => {
    expect(await sending.update(sender, at, content)).toEqual({
      outcome: 'accepted',
      providerId: 'C0CAMPANAS/1796131900.000100',
    });
    expect(methods()).toEqual(['chat.update']);
    expect(asked()).toMatchObject({ channel: 'C0CAMPANAS', ts: '1796131900.000100', text: 'Hola' });
  });

  it('when Slack stumbles, then it is tried again: changing twice changes nothing', async () => {
    let tries = 0;
    answers = {
      'chat.update': (response, request) => (++tries < 3 ? reset : json(200, { ok: true }))(response, request),
    };
    expect((await sending.update(sender, at, content)).outcome).toBe('accepted');
    expect(methods()).toEqual(['chat.update', 'chat.update', 'chat.update']);
  });

  it('when Slack does not recover, then it ends after three tries', async () => {
    answers = { 'chat.update': words(500, '') };
    expect(await sending.update(sender, at, content)).toEqual({ outcome: 'unknown', code: 'SLACK_HTTP_500' });
    expect(methods()).toHaveLength(3);
  });

  it('when it is taken down, or was already gone, then it is gone', async () => {
    const gone = { outcome: 'accepted', providerId: 'C0CAMPANAS/1796131900.000100' };
    expect(await sending.remove(sender, at)).toEqual(gone);
    for (const name of ['message_not_found', 'channel_not_found']) {
      answers = { 'chat.delete': refuse(name) };
      expect(await sending.remove(sender, at)).toEqual(gone);
    }
    answers = { 'chat.delete': refuse('cant_delete_message') };
    expect(await sending.remove(sender, at)).toMatchObject({ outcome: 'refused', treatment: 'permanent' });
  });
});

describe('a form that was opened', () => {
  it('when it is drawn, then that form is filled', async () => {
    const form = { title: 'Rechazar', submit: 'Enviar', close: 'Cerrar', fields: [], action: 'a1.x' };
    expect(await sending.form(sender, 'V1', form)).toEqual({ outcome: 'accepted', providerId: 'V1' });
    expect(asked()).toMatchObject({ view_id: 'V1' });
    expect(JSON.parse(asked().view ?? '')).toMatchObject({ callback_id: 'form', private_metadata: 'a1.x' });
  });
  it('when there is only something to say, then that is shown', async () => {
    await sending.form(sender, 'V1', { title: 'Connectus', text: 'No puedes', close: 'OK' });
    expect(JSON.parse(asked().view ?? '')).toMatchObject({ callback_id: 'notice' });
  });
  it('when it was closed meanwhile, then it is refused', async () => {
    answers = { 'views.update': refuse('not_found') };
    expect(await sending.form(sender, 'V1', { title: 'C', text: 'x', close: 'OK' })).toMatchObject({
      outcome: 'refused',
      code: 'SLACK_not_found',
      treatment: 'permanent',
    });
  });
});

describe('a member’s page', () => {
  it('when it is drawn, then it is theirs, and one that Slack did not answer is drawn again', async () => {
    let tries = 0;
    answers['views.publish'] = (response, to) =>
      ++tries === 1 ? json(500, {})(response, to) : json(200, { ok: true })(response, to);
    expect(await sending.home(sender, 'U0DIEGO', content)).toEqual({ outcome: 'accepted', providerId: 'U0DIEGO' });
    expect(methods()).toEqual(['views.publish', 'views.publish']);
    expect(asked(1).user_id).toBe('U0DIEGO');
    expect(JSON.parse(asked(1).view ?? '')).toMatchObject({
      type: 'home',
      blocks: [{ type: 'section' }, { type: 'actions' }],
    });
  });
});
