import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsPath, manifestOf } from '../../adapters/slack/manifest';
import { shortcuts } from '../../adapters/slack/shortcuts';
import { readWorld } from '../../simulator/world';
import { shortcuts as done } from '../../src/conversation/shortcuts';
import { redirectPath } from '../../src/pages/install-route';

const root = join(__dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'deploy', 'slack-manifest.json'), 'utf8'));
const scopes: string[] = manifest.oauth_config.scopes.bot;
const adapter = join(root, 'adapters', 'slack');
const code = readdirSync(adapter)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(adapter, name), 'utf8'))
  .join('\n');

/** What Slack asks for to call a method, or to tell of an event; `undefined` where it asks for nothing. */
const scopeOf: Record<string, string | undefined> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'conversations.open': 'im:write',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'files.info': 'files:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'files.delete': 'files:write',
  'views.open': undefined,
  'views.update': undefined,
  'views.publish': undefined,
  app_home_opened: undefined,
  'users.info': 'users:read',
  'auth.test': undefined,
  user_change: 'users:read',
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  app_uninstalled: undefined,
  tokens_revoked: undefined,
};

describe('the manifest of the Slack app', () => {
  it('when it is made from the code, then it is the one that is given to Slack', () => {
    expect(manifest).toEqual(manifestOf('https://connectus.example'));
  });

  it('when the adapter calls a method, then the app may, and it may nothing that nobody needs', () => {
    const called = [...code.matchAll(/\b(chat|conversations|views|users|files|reactions|auth)\.(\w+)\(/g)].map(
      ([, family, method]) => `${family}.${method}`,
    );
    const needed = [...new Set(called), ...manifest.settings.event_subscriptions.bot_events].map((name) => {
      expect(Object.keys(scopeOf)).toContain(name);
      return scopeOf[name];
    });
    expect(called.length).toBeGreaterThan(4);
    expect([...scopes].sort()).toEqual([...new Set(['commands', ...needed.filter((scope) => scope)])].sort());
  });

  it('when Slack calls, then it calls the one address that the adapter serves', () => {
    const { event_subscriptions, interactivity } = manifest.settings;
    const [command] = manifest.features.slash_commands;
    for (const url of [event_subscriptions.request_url, interactivity.request_url, command.url])
      expect(new URL(url).pathname).toBe(eventsPath);
    expect(manifest.oauth_config.redirect_urls).toEqual([`https://connectus.example${redirectPath}`]);
  });

  it('when an entry stands in Slack’s menus, then the adapter’s list, the stand-in’s and what we do agree', () => {
    const { shortcuts: offered } = manifest.features;
    expect(offered).toEqual(shortcuts);
    const shown = readWorld().slack.shortcuts.map(({ type, callbackId, name }) => [type, callbackId, name]);
    expect(shown).toEqual(shortcuts.map(({ type, callback_id, name }) => [type, callback_id, name]));
    expect(shortcuts.map(({ callback_id }) => callback_id.replace('form:', '')).sort()).toEqual(
      [...done.keys()].sort(),
    );
    for (const { name, description } of shortcuts)
      expect([name.length <= 24, description.length <= 150]).toEqual([true, true]);
  });

  it('when it is uploaded, then its texts fit', () => {
    const { name, description } = manifest.display_information;
    const [command] = manifest.features.slash_commands;
    expect([name.length <= 35, description.length <= 140, command.command.length <= 32]).toEqual([true, true, true]);
    expect(manifest.features.app_home.messages_tab_read_only_enabled).toBe(false);
  });
});
