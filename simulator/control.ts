import type { Calls } from './calls';
import type { Clock } from './clock';
import { badRequest } from './errors';
import { jsonOf, type Router } from './server';
import type { Settings } from './settings';
import type { Stream } from './stream';
import type { WebhookLog } from './webhook-log';
import { type People, specialOf } from './whatsapp/people';
import { linesOf, type World } from './world';

interface Parts {
  world: World;
  settings: Settings;
  clock: Clock;
  stream: Stream;
  calls: Calls;
  log: WebhookLog;
  /** Whether a workspace has let the app in. */
  isIn(team: string): boolean;
  /** Whether the application hears of an account at Meta. */
  isHeard(waba: string): boolean;
}

/** The page, and what is asked of the world as a whole: who lives in it, what time it is, what was said. */
export function worldControl(router: Router, parts: Parts, people: People): void {
  const { clock, stream, calls, log, world } = parts;
  const time = () => ({ body: { now: clock.now().toISOString(), zone: world.zone } });
  router.on('GET', '/__sim/world', ({ query }) => ({
    body: inhabitants(parts, people, query.get('language') ?? 'es'),
  }));
  router.on('GET', '/__sim/clock', time);
  router.on('POST', '/__sim/clock', (visit) => {
    const { now, advance } = jsonOf(visit);
    clock.set(now === undefined ? new Date(clock.ms() + span(advance)) : moment(now));
    return time();
  });
  router.on(
    'GET',
    '/__sim/stream',
    ({ response, query }) => void stream.join(response, query.get('only') ?? undefined),
  );
  router.on('GET', '/__sim/calls', ({ query }) => {
    const filter = { api: query.get('api') ?? undefined, method: query.get('method') ?? undefined };
    return { body: { calls: calls.list({ ...filter, limit: limitOf(query, 500) }) } };
  });
  router.on('GET', '/__sim/webhooks', ({ query }) => ({ body: { webhooks: log.list(limitOf(query, 200)) } }));
}

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m`, `2h`, `1d`, or milliseconds. */
function span(given: unknown): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(given)) ?? [];
  if (!amount || !unit) throw badRequest('advance is milliseconds, or like 15m, 2h, 1d');
  return Number(amount) * (units[unit] ?? 0);
}

function moment(given: unknown): Date {
  const date = new Date(String(given));
  if (Number.isNaN(date.getTime())) throw badRequest('now is an ISO date');
  return date;
}

export function limitOf(query: URLSearchParams, usual: number): number {
  const limit = Number(query.get('limit') ?? usual);
  return Number.isInteger(limit) && limit > 0 ? limit : usual;
}

function inhabitants({ world, settings, isIn, isHeard }: Parts, people: People, language: string) {
  const numbers = world.businesses
    .filter(({ waba }) => isHeard(waba))
    .flatMap(({ company, numbers, templates }) =>
      numbers.map(({ id, label }) => ({ id, label, company, templates: templates.map(({ name }) => name) })),
    );
  const [sms, email] = [linesOf(world, 'sms'), linesOf(world, 'email')];
  const listed = people.all().filter((person) => person.isPlayed || specialOf(person));
  const known = listed.map(({ id, phone, bsuid, email: mailbox, name, language: speaks }) => {
    const special = world.special[specialOf({ phone }) ?? ''];
    const ids = { id, ...(phone && { phone }), ...(bsuid && { bsuid }), ...(mailbox && { email: mailbox }) };
    return { ...ids, name, language: speaks, ...(special && { special: special[language] ?? special.es }) };
  });
  const teams = world.slack.teams
    .filter(({ id }) => isIn(id))
    .map(({ id, name, says, bot, users, channels }) => ({
      ...{ id, name, ...(says && { says }), bot: { id: bot.id, name: bot.name } },
      users: users.map((user) => ({ ...user, initials: initials(user.name) })),
      channels: channels.map((channel) => ({ id: channel.id, name: channel.name, members: channel.members })),
    }));
  return {
    productUrl: settings.productUrl,
    whatsapp: { numbers, people: known },
    sms,
    email,
    slack: { teams, shortcuts: world.slack.shortcuts },
  };
}

const initials = (name: string): string =>
  name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2);
