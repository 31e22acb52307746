import { shortcuts } from './shortcuts';

/** What the app may do in a workspace, each for what it is asked: nothing is asked for that no call or event needs. */
export const botScopes = [
  'app_mentions:read',
  'channels:history',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'im:write',
  'users:read',
] as const;

/** What Slack tells us of. */
const botEvents = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
  'user_change',
] as const;

/** Where Slack's requests come in: one address for all of them. */
export const eventsPath = '/slack/events';
/** Where Slack sends back whoever let us in; a test holds it equal to the page. */
const redirectPath = '/slack/oauth_redirect';

/** The description of the app as Slack reads it (v2). @param url where the world reaches this program */
export function manifestOf(url: string): object {
  const request_url = `${url}${eventsPath}`;
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Connectus',
      description: 'Campañas de WhatsApp con consentimiento comprobable, conversando',
      background_color: '#1f2d3d',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'connectus', always_online: true },
      slash_commands: [
        {
          command: '/connectus',
          url: request_url,
          description: 'Pide lo que necesitas con tus palabras',
          usage_hint: 'manda la promo cyber a clientes RM',
          should_escape: false,
        },
      ],
      shortcuts,
    },
    oauth_config: { redirect_urls: [`${url}${redirectPath}`], scopes: { bot: botScopes } },
    settings: {
      event_subscriptions: { request_url, bot_events: botEvents },
      interactivity: { is_enabled: true, request_url },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: true,
    },
  };
}
