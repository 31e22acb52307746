import { createHmac } from 'node:crypto';
import { adapter } from '../../../adapters/whatsapp';
import { conformance } from '../../../adapters/whatsapp/conformance';
import { type Door, open } from '../door';
import { fixture } from '../fixtures';

let door: Door;
beforeAll(async () => {
  door = await open(adapter, {
    ...conformance.settings,
    WHATSAPP_APP_SECRET: 'new-secret, test-app-secret',
    WHATSAPP_OTHER_APPS: 'andina=andina-secret,sur=sur-secret,sur=sur-next',
  });
});
beforeEach(() => {
  door.received.length = 0;
});
afterAll(() => door.close());

const { body } = conformance.write(fixture('whatsapp', 'text'));
const deliver = (path: string, secret: string): Promise<Response> =>
  fetch(`${door.url}/webhooks/whatsapp${path}`, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  });

describe('the applications of several customers', () => {
  it.each([
    ['', 'test-app-secret', 'default'],
    ['', 'new-secret', 'default'],
    ['/default', 'test-app-secret', 'default'],
    ['/andina', 'andina-secret', 'andina'],
    ['/sur', 'sur-secret', 'sur'],
    ['/sur', 'sur-next', 'sur'],
  ])('when %s is signed with its own %s, then its events are those of %s', async (path, secret, app) => {
    expect((await deliver(path, secret)).status).toBe(200);
    expect(door.events()).toMatchObject([{ app, id: 'wamid.VEVYVA==' }]);
  });

  it.each([
    ['', 'andina-secret'],
    ['/andina', 'test-app-secret'],
    ['/andina', 'sur-secret'],
    ['/nobody', 'test-app-secret'],
    ['/%00', 'test-app-secret'],
    ['/constructor', 'test-app-secret'],
  ])('when %s is signed with another’s %s, then it is refused', async (path, secret) => {
    expect((await deliver(path, secret)).status).toBe(401);
    expect(door.received).toEqual([]);
  });

  it.each(['andina', 'andina=', '=x', 'a=b=c', 'a=b,,c=d', 'a b=c'])(
    'when they are given as %j, then the start says so',
    (written) => {
      const read = adapter.settings.safeParse({ ...conformance.settings, WHATSAPP_OTHER_APPS: written });
      expect(read.error?.issues[0]?.path).toEqual(['WHATSAPP_OTHER_APPS']);
    },
  );
});

describe('the subscription', () => {
  const ask = (query: string): Promise<Response> => fetch(`${door.url}/webhooks/whatsapp?${query}`);

  it('when Meta asks with our word, then its challenge is echoed as plain text', async () => {
    const answer = await ask('hub.mode=subscribe&hub.challenge=%3Cb%3E42&hub.verify_token=test-verify-token');
    expect([answer.status, await answer.text()]).toEqual([200, '<b>42']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });
  it('when somebody else asks, then it is refused', async () => {
    expect((await ask('hub.mode=subscribe&hub.challenge=42&hub.verify_token=guess')).status).toBe(403);
  });
});

it('when the type of the body is said wrongly, then the signature alone decides', async () => {
  const headers = { 'content-type': 'text/plain', ...conformance.sign(body) };
  const answer = await fetch(`${door.url}/webhooks/whatsapp`, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  expect(door.events()).toHaveLength(1);
});

it('when a thousand updates come at once, then all are told', async () => {
  const payload = fixture('whatsapp', 'batch-of-two-customers');
  const [change] = payload.entry[0].changes;
  const [status] = change.value.statuses;
  change.value.statuses = Array.from({ length: 1_000 }, (_, at) => ({ ...status, id: `wamid.${at}` }));
  const many = conformance.write(payload).body;
  const answer = await fetch(`${door.url}/webhooks/whatsapp`, {
    method: 'POST',
    body: many,
    headers: conformance.sign(many),
  });
  expect(answer.status).toBe(200);
  expect(door.events()).toHaveLength(1_003);
});
