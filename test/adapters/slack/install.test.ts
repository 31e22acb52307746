import { adapter } from '../../../adapters/slack';
import { conformance } from '../../../adapters/slack/conformance';
import { botScopes } from '../../../adapters/slack/manifest';
import { aSender, type Door, open } from '../door';
import { hang, json, Provider, reset } from '../provider';

let door: Door;
let slack: Provider;
beforeAll(async () => {
  slack = await Provider.start();
  const app = { SLACK_CLIENT_ID: 'client', SLACK_CLIENT_SECRET: 'hush', SLACK_API_URL: `${slack.url}/api/` };
  door = await open(adapter, { ...conformance.settings, ...app });
});
beforeEach(() => void slack.asked.splice(0));
afterAll(async () => {
  await door.close();
  await slack.stop();
});
const installer = () => door.channel.installer ?? fail();
const fail = (): never => {
  throw new Error('nobody can let us in');
};
const back = 'https://connectus.example/slack/oauth_redirect';
const answer = {
  ...{ ok: true, app_id: 'A1', token_type: 'bot', scope: 'commands,chat:write', access_token: 'xoxe.xoxb-1' },
  ...{ refresh_token: 'xoxe-1', expires_in: 43_200, bot_user_id: 'U0BOT', authed_user: { id: 'U7' } },
  ...{ team: { id: 'T1', name: 'Acme' }, enterprise: null, is_enterprise_install: false },
};

describe('a workspace lets us in', () => {
  it('when somebody wants to, then they are sent to Slack with what we need, and the state', () => {
    const url = new URL(installer().authorize('state-1', back));
    expect(url.pathname).toBe('/oauth/v2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_id: 'client', scope: botScopes.join(','), redirect_uri: back, state: 'state-1' },
    });
  });

  it('when they come back with a code, then it is exchanged once, with no token of anybody’s, and who they are is asked with the new one', async () => {
    slack.answer = json(200, { ...answer, user: { id: 'U7', real_name: 'Rosa Tapia' } });
    expect(await installer().exchange('code-1', back)).toEqual({
      outcome: 'accepted',
      value: {
        ...{
          team: 'T1',
          name: 'Acme',
          user: 'U7',
          by: { name: 'Rosa Tapia', standing: 'member' },
          botUser: 'U0BOT',
          token: 'xoxe.xoxb-1',
        },
        ...{ refresh: 'xoxe-1', endsInSeconds: 43_200, scopes: ['commands', 'chat:write'] },
      },
    });
    expect(slack.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer xoxe.xoxb-1']);
    const sent = Object.fromEntries(new URLSearchParams(slack.asked[0]?.body));
    expect(sent).toMatchObject({ client_id: 'client', client_secret: 'hush', code: 'code-1', redirect_uri: back });
  });

  it('when it is for a whole organisation, then it is nobody’s workspace', async () => {
    slack.answer = json(200, { ...answer, team: null, enterprise: { id: 'E1' }, is_enterprise_install: true });
    expect(await installer().exchange('code-1', back)).toMatchObject({ code: 'INSTALL_NO_WORKSPACE' });
  });

  it('when a code is over, the line breaks or Slack is ill, then it is said, and not asked again', async () => {
    slack.answer = json(200, { ok: false, error: 'invalid_code' });
    expect(await installer().exchange('old', back)).toMatchObject({ outcome: 'refused', treatment: 'permanent' });
    for (const ill of [reset, json(503, {})]) {
      slack.answer = ill;
      slack.asked.splice(0);
      expect(await installer().renew('xoxe-1')).toMatchObject({ outcome: 'unknown' });
      expect(slack.asked).toHaveLength(1);
    }
  });

  it('when a renewal is not answered, then it ends before a transaction may stand still no longer', async () => {
    slack.answer = hang;
    const began = performance.now();
    expect(await installer().renew('xoxe-1')).toMatchObject({ outcome: 'unknown' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('what somebody is in a workspace', () => {
  it.each([
    ['member', {}],
    ['guest', { is_restricted: true }],
    ['guest', { is_ultra_restricted: true }],
    ['stranger', { is_stranger: true }],
    ['gone', { deleted: true, is_restricted: true }],
    ['program', { is_bot: true }],
  ])('when Slack describes a %s, then it is known', async (standing, profile) => {
    slack.answer = json(200, { ok: true, user: { id: 'U7', real_name: 'Ana', ...profile } });
    const told = await door.channel.surface?.who?.(aSender('slack', 'T1'), 'U7');
    expect(told).toEqual({ outcome: 'accepted', value: { standing, name: 'Ana' } });
  });

  it('when we may not ask, then that is said, and nobody is taken for a member', async () => {
    slack.answer = json(200, { ok: false, error: 'missing_scope', needed: 'users:read' });
    const told = await door.channel.surface?.who?.(aSender('slack', 'T1'), 'U7');
    expect(told).toMatchObject({ outcome: 'refused', code: 'SLACK_missing_scope' });
  });
});
