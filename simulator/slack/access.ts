import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import { type Json, text } from '../json';
import type { Team } from '../world';
import { SlackError } from './web-api';

/** What a workspace gave the app. */
export interface Grant {
  team: string;
  token: string;
  /** Of a token that ends: good for one renewal. */
  refresh?: string;
  endsMs?: number;
  /** Undefined: everything that any method asks for. */
  scopes?: string[];
}
interface Code {
  team: string;
  user: string;
  scopes: string[];
  returnTo: string;
  endsMs: number;
}

export const clientId = 'sim-client-id';
const clientSecret = 'sim-client-secret';
const codeMs = 600_000;
const lifeSeconds = 43_200;

/** Which workspaces let the app in: tokens, what they are good for, and how they are got, renewed and taken back. */
export class Access {
  private grants: Grant[];
  private readonly codes = new Map<string, Code>();
  /** New tokens end and are renewed, as the app's manifest asks for. */
  isRotating = true;

  constructor(
    private readonly app: string,
    private readonly teams: readonly Team[],
    private readonly clock: Clock,
  ) {
    this.grants = teams.flatMap(({ id, token }) => (token ? [{ team: id, token }] : []));
  }

  isIn(team: string): boolean {
    return this.grants.some((one) => one.team === team);
  }

  /** @throws SlackError when nobody was given this token, it was taken back, or it ended */
  of(token: string): Grant {
    const grant = this.grants.find((one) => one.token === token);
    if (!grant) throw new SlackError('invalid_auth');
    if (grant.endsMs !== undefined && this.clock.ms() >= grant.endsMs) throw new SlackError('token_expired');
    return grant;
  }

  /** Somebody allows what is asked. @returns the code that goes back with them */
  allow(team: string, user: string, scopes: string[], returnTo: string): string {
    const code = randomBytes(12).toString('hex');
    this.codes.set(code, { team, user, scopes, returnTo, endsMs: this.clock.ms() + codeMs });
    return code;
  }

  /** `oauth.v2.access`: a code for a token, or a token that ends for the next. */
  exchange(given: Json, authorization: string | undefined): Json {
    this.checkClient(given, authorization);
    if (text(given.grant_type) === 'refresh_token') return this.renew(text(given.refresh_token) ?? '');
    const code = this.codes.get(text(given.code) ?? '');
    this.codes.delete(text(given.code) ?? '');
    if (!code || code.endsMs < this.clock.ms()) throw new SlackError('invalid_code');
    if (text(given.redirect_uri) !== code.returnTo) throw new SlackError('bad_redirect_uri');
    return { ...this.give(code.team, code.scopes), authed_user: { id: code.user } };
  }

  /** What a workspace lets the app do from now on. */
  narrow(team: string, scopes: string[]): void {
    for (const grant of this.grants) if (grant.team === team) grant.scopes = scopes;
  }

  takeBack(team: string): void {
    this.grants = this.grants.filter((one) => one.team !== team);
  }

  remember(): Grant[] {
    return this.grants;
  }
  restore(grants: Grant[]): void {
    this.grants = grants;
  }

  private renew(refresh: string): Json {
    const grant = this.grants.find((one) => one.refresh === refresh);
    if (!grant) throw new SlackError('invalid_refresh_token');
    return this.give(grant.team, grant.scopes ?? []);
  }

  private give(team: string, scopes: string[]): Json {
    const { name, bot } = this.teams.find(({ id }) => id === team) as Team;
    const secret = () => randomBytes(12).toString('hex');
    const grant: Grant = { team, scopes, token: `xoxb-${team}-${secret()}` };
    if (this.isRotating) {
      grant.token = `xoxe.${grant.token}`;
      grant.refresh = `xoxe-1-${secret()}`;
      grant.endsMs = this.clock.ms() + lifeSeconds * 1_000;
    }
    this.takeBack(team);
    this.grants.push(grant);
    return {
      ...{ app_id: this.app, token_type: 'bot', scope: scopes.join(','), access_token: grant.token },
      ...(grant.refresh && { refresh_token: grant.refresh, expires_in: lifeSeconds }),
      ...{ bot_user_id: bot.id, team: { id: team, name }, enterprise: null, is_enterprise_install: false },
    };
  }

  private checkClient(given: Json, authorization = ''): void {
    const [, basic] = /^Basic (.+)$/i.exec(authorization) ?? [];
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString().split(':')
      : [text(given.client_id), text(given.client_secret)];
    if (id !== clientId) throw new SlackError('invalid_client_id');
    if (secret !== clientSecret) throw new SlackError('bad_client_secret');
  }
}
