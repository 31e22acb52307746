import { badRequest } from '../errors';
import { type Json, text } from '../json';
import type { Answer, Router } from '../server';
import { clientId } from './access';
import { outer } from './events';
import type { Slack } from './slack';

/** How a workspace lets the app in and shows it out: the page that asks, what people do there, and what the product is told. */
export function installRoutes(router: Router, slack: Slack): void {
  router.on('GET', '/oauth/v2/authorize', ({ query }) => askingPage(slack, query));
  router.on('GET', '/oauth/v2/allow', ({ query }) => ({ status: 302, headers: { location: allow(slack, query) } }));
}

/** Where somebody who allows it is sent. @param given as the page was asked for, with who allows it */
export function allow(slack: Slack, given: URLSearchParams): string {
  const returnTo = given.get('redirect_uri') ?? '';
  const workspace = slack.workspace(given.get('team') ?? '');
  const user = workspace.member(given.get('user') ?? '');
  if (!/^https?:/.test(returnTo)) throw badRequest('redirect_uri is missing');
  const scopes = (given.get('scope') ?? '').split(',').filter(Boolean);
  const back = new URL(returnTo);
  back.searchParams.set('code', slack.access.allow(workspace.team.id, user.id, scopes, returnTo));
  back.searchParams.set('state', given.get('state') ?? '');
  return back.toString();
}

/** The app is removed. Slack tells it twice, in no certain order. */
export async function uninstall(slack: Slack, given: Json): Promise<Json> {
  const { team } = slack.workspace(text(given.team) ?? '');
  slack.access.takeBack(team.id);
  const told = [{ type: 'app_uninstalled' }, revoked(team.bot.id)];
  return { statuses: await tell(slack, team.id, given.reversed === true ? told.reverse() : told) };
}

/** Its token alone is taken back. */
export async function revoke(slack: Slack, given: Json): Promise<Json> {
  const { team } = slack.workspace(text(given.team) ?? '');
  slack.access.takeBack(team.id);
  return { statuses: await tell(slack, team.id, [revoked(team.bot.id)]) };
}

/** Somebody becomes a guest, leaves, or comes back; the app is told. */
export async function standing(slack: Slack, given: Json): Promise<Json> {
  const workspace = slack.workspace(text(given.team) ?? '');
  const user = workspace.member(text(given.user) ?? '');
  const kind = text(given.standing);
  if (kind !== 'member' && kind !== 'guest' && kind !== 'stranger' && kind !== 'deleted')
    throw badRequest('standing is member, guest, stranger or deleted');
  user.standing = kind;
  return {
    statuses: await tell(slack, workspace.team.id, [{ type: 'user_change', user: slack.profile(workspace, user.id) }]),
  };
}

const revoked = (bot: string) => ({ type: 'tokens_revoked', tokens: { oauth: [], bot: [bot] } });

async function tell(slack: Slack, team: string, events: readonly Json[]): Promise<number[]> {
  const workspace = slack.workspace(team);
  const statuses: number[] = [];
  for (const event of events) {
    const stamped = { ...event, event_ts: workspace.nextTs() };
    statuses.push((await slack.requests.event(outer(slack.app, workspace, stamped))).status);
  }
  return statuses;
}

/** Who is at the browser is not known here: they say it. */
function askingPage(slack: Slack, query: URLSearchParams): Answer {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  if (query.get('client_id') !== clientId) return { status: 400, headers, body: '<h1>invalid_client_id</h1>' };
  const people = [...slack.workspaces.values()].flatMap(({ team }) => team.users.map((user) => ({ team, user })));
  const lines = people.map(({ team, user }) => {
    const link = new URLSearchParams(query);
    link.set('team', team.id);
    link.set('user', user.id);
    return `<li><a href="/oauth/v2/allow?${escaped(link.toString())}">${escaped(`${team.name} · ${user.name}`)}</a></li>`;
  });
  const scopes = escaped((query.get('scope') ?? '').replaceAll(',', ', '));
  const body = `<!doctype html><html lang="es"><meta charset="utf-8"><title>Slack</title>
<h1>Connectus quiere entrar a tu espacio de trabajo</h1><p>${scopes}</p><p>Permitir como:</p><ul>${lines.join('')}</ul></html>`;
  return { headers, body };
}

const escaped = (words: string): string => words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
