import type { Installation, Installer, Renewed, Told } from '../../src/channel';
import { ClientsByToken } from './clients';
import { type Json, object, text } from './json';
import { botScopes } from './manifest';
import { askWho } from './people';
import { outcomeOf } from './provider-errors';

/** Of the app itself, from its page at Slack. */
export interface AppAccess {
  clientId: string;
  clientSecret: string;
}

/**
 * OAuth v2. Slack's own installer is not used: it keeps a state that may come back more than once, and lets two processes renew the same token, of
 * which one then holds a dead one. Both are kept in a table instead; what is left of OAuth are these three calls.
 */
export class SlackInstaller implements Installer {
  private readonly clients: ClientsByToken;

  constructor(
    private readonly apiUrl: string,
    private readonly access: AppAccess,
  ) {
    // Whoever renews holds a row meanwhile: no longer than a transaction may stand still.
    this.clients = new ClientsByToken(apiUrl, { once: 4_000, often: 4_000, atOnce: 4_000 });
  }

  authorize(state: string, returnTo: string): string {
    const url = new URL('../oauth/v2/authorize', this.apiUrl);
    url.search = new URLSearchParams({
      client_id: this.access.clientId,
      scope: botScopes.join(','),
      redirect_uri: returnTo,
      state,
    }).toString();
    return url.toString();
  }

  async exchange(code: string, returnTo: string): Promise<Told<Installation>> {
    const told = await this.ask({ code, redirect_uri: returnTo });
    if (told.outcome !== 'accepted') return told;
    const { team, bot_user_id, authed_user, is_enterprise_install } = told.value;
    const { id, name } = object(team);
    const renewed = renewedFrom(told.value);
    // One that is for a whole organisation names no workspace, and belongs to none of our customers.
    if (is_enterprise_install === true || !text(id) || !renewed)
      return { outcome: 'refused', code: 'INSTALL_NO_WORKSPACE', treatment: 'permanent' };
    const user = text(object(authed_user).id) ?? '';
    const who = await askWho(this.clients.of(renewed.token).often, user);
    return {
      outcome: 'accepted',
      value: {
        ...renewed,
        team: text(id) as string,
        name: text(name) ?? (text(id) as string),
        user,
        ...(who.outcome === 'accepted' && { by: who.value }),
        botUser: text(bot_user_id) ?? '',
      },
    };
  }

  async renew(refresh: string): Promise<Told<Renewed>> {
    const told = await this.ask({ grant_type: 'refresh_token', refresh_token: refresh });
    if (told.outcome !== 'accepted') return told;
    const renewed = renewedFrom(told.value);
    return renewed ? { outcome: 'accepted', value: renewed } : { outcome: 'unknown', code: 'SLACK_UNREADABLE' };
  }

  async close(): Promise<void> {
    await this.clients.close();
  }

  private async ask(fields: Record<string, string>): Promise<Told<Json>> {
    const { clientId: client_id, clientSecret: client_secret } = this.access;
    try {
      const { once } = this.clients.of('');
      const said = await once.oauth.v2.access({ client_id, client_secret, ...fields } as never);
      return { outcome: 'accepted', value: object(said) };
    } catch (error) {
      return outcomeOf(error) as Exclude<Told<Json>, { outcome: 'accepted' }>;
    }
  }
}

function renewedFrom(said: Json): Renewed | undefined {
  const token = text(said.access_token);
  if (!token) return undefined;
  const refresh = text(said.refresh_token);
  const seconds = Number(said.expires_in);
  return {
    token,
    scopes: (text(said.scope) ?? '').split(',').filter(Boolean),
    ...(refresh && Number.isFinite(seconds) && { refresh, endsInSeconds: seconds }),
  };
}
