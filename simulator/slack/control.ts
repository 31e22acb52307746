import { limitOf } from '../control';
import { controlOf, jsonOf, type Router } from '../server';
import { slackFaultFrom } from './faults';
import { allow, installRoutes, revoke, standing, uninstall } from './install';
import { readPost } from './reading';
import type { Slack } from './slack';
import { readView } from './views';

/** The routes by which Slack's side of the world is moved and looked at. */
export function slackControl(router: Router, slack: Slack): void {
  const { acts, views, requests, faults } = slack;
  const on = controlOf(router, '/__sim/slack/');

  on('POST', 'slash', (visit) => acts.slash(jsonOf(visit)));
  on('POST', 'drop', (visit) => acts.drop(jsonOf(visit)));
  for (const how of ['dm', 'mention', 'message'] as const) on('POST', how, (visit) => acts.speak(jsonOf(visit), how));
  on('POST', 'home', (visit) => acts.home(jsonOf(visit)));
  on('POST', 'shortcut', (visit) => acts.shortcut(jsonOf(visit)));
  on('POST', 'click', (visit) => acts.click(jsonOf(visit)));
  on('POST', 'submit', (visit) => acts.submit(jsonOf(visit)));
  on('POST', 'suggest', async (visit) => ({ options: await acts.suggest(jsonOf(visit)) }));
  on('POST', 'delete', (visit) => acts.erase(jsonOf(visit)));
  on('POST', 'close', (visit) => acts.close(jsonOf(visit)));
  installRoutes(router, slack);
  on('POST', 'install', (visit) => {
    const { authorize, team, user } = jsonOf(visit);
    const asked = new URL(String(authorize)).searchParams;
    asked.set('team', String(team));
    asked.set('user', String(user));
    return { location: allow(slack, asked) };
  });
  on('POST', 'refresh', () => slack.sockets.refresh());
  on('POST', 'uninstall', (visit) => uninstall(slack, jsonOf(visit)));
  on('POST', 'revoke', (visit) => revoke(slack, jsonOf(visit)));
  on('POST', 'standing', (visit) => standing(slack, jsonOf(visit)));
  on('POST', 'scopes', (visit) => {
    const { team, scopes } = jsonOf(visit);
    slack.access.narrow(String(team), (Array.isArray(scopes) ? scopes : []).map(String));
  });
  on('GET', 'messages', ({ query }) => ({ messages: messages(slack, query) }));
  on('GET', 'views', ({ query }) => ({
    views: views.of(query.get('team') ?? undefined, query.get('user') ?? undefined).map(readView),
  }));
  on('GET', 'home', ({ query }) => {
    const home = views.home(query.get('team') ?? '', query.get('user') ?? '');
    return home ? { view: readView(home) } : {};
  });
  on('GET', 'files', () => ({ files: slack.files.all() }));
  router.on('GET', '/__sim/slack/files/:id', ({ params }) => slack.files.content(params.id ?? ''));
  router.on('GET', '/files-pri/:id/:name', (visit) => slack.download(visit));
  router.on('POST', '/__upload/:id', (visit) => slack.files.upload(visit));
  on('POST', 'events', (visit) => slack.forge(jsonOf(visit)));
  on('GET', 'delivery', () => ({ duplicate: requests.isDoubled }));
  on('POST', 'delivery', (visit) => {
    const { duplicate, burst } = jsonOf(visit);
    if (duplicate !== undefined) requests.isDoubled = duplicate === true;
    if (burst !== undefined) slack.chat.allowBurst(Math.max(1, Number(burst)));
    return { duplicate: requests.isDoubled };
  });
  on('POST', 'faults', (visit) => faults.add(slackFaultFrom(jsonOf(visit))));
  on('GET', 'faults', () => ({ faults: faults.list() }));
  on('DELETE', 'faults', () => faults.clear());
  router.on('POST', '/__resp/:id', (visit) => slack.responseUrls.visit(visit));
}

/** Posts of one channel, or of all that a person can see; whispers only to them. */
function messages(slack: Slack, query: URLSearchParams) {
  const workspace = slack.workspace(query.get('team') ?? '');
  const user = query.get('user') ?? undefined;
  const wanted = query.get('channel');
  const seen = [...workspace.channels.values()].filter(({ members }) => !user || members.includes(user));
  const channels = wanted ? [workspace.channel(wanted, user)] : seen;
  return channels
    .flatMap(({ posts }) => posts.items)
    .filter((post) => !post.onlyFor || post.onlyFor === user)
    .sort((one, other) => Number(one.ts) - Number(other.ts))
    .slice(-limitOf(query, 200))
    .map(readPost);
}
