import type { Content, Sender, Surface } from '../channel';
import type { Clock } from '../clock';
import type { Database } from '../data/database';
import type { Keys } from '../data/keys';
import { AppError } from '../errors';
import { markHandled } from '../inbox/inbox.table';
import type { Language, Person } from '../intent';
import type { Services } from '../services';
import { readAction, signAction } from './actions';
import type { Domain } from './bind-services';
import { sayError } from './texts';
import type { Conversation } from './turn';
import { inputOf, type SpokenEvent } from './turn-input';
import type { TurnPorts } from './turn-ports';
import { placeOf } from './ways-back';

export interface StrangerDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  domain: Domain;
  conversation: Conversation;
  surface: Surface | undefined;
  workspace(team: string): Promise<Sender | undefined>;
}

/**
 * Whoever is not linked can only link, which makes transactions of its own; a crash in between finds the code used by the same person.
 * @param row the inbox row in which they spoke
 */
export async function hearStranger(
  deps: StrangerDeps,
  row: { tenant: string; lane: Buffer; id: string },
  event: SpokenEvent,
): Promise<void> {
  const { database, clock, domain, conversation } = deps;
  const slack = event.from.slack ?? { team: '', user: '' };
  const now = clock.now();
  const said: Content[] = [];
  const person: Person = { kind: 'stranger', language: 'es', zone: 'America/Santiago', slack };
  const isForeign = slack.team !== event.sender;
  const input = isForeign ? undefined : inputOf(event);
  const outcome = input ? await conversation.take(input, await portsOf(deps, row, event, person, said)) : 'ignored';
  if (said.length === 0) said.push({ text: sayError(isForeign ? 'GUEST_REFUSED' : 'NOT_LINKED', person) });
  const at = { ...placeOf(event.surface ?? { team: slack.team }), user: slack.user, private: true };
  await database.withTenant(row.tenant, async (tx) => {
    for (const content of said) await domain.posts.add(tx, { at, language: person.language, content }, now);
    await markHandled(tx, row.lane, row.id, outcome, undefined, now);
  });
}

/** Whoever is a guest, of another company or a program becomes nobody's member, whatever code they hold. @throws GUEST_REFUSED, WHO_UNKNOWN */
async function mustBelong(
  { surface, workspace }: StrangerDeps,
  team: string,
  user: string,
): Promise<string | undefined> {
  if (!surface?.who) return undefined;
  const sender = await workspace(team);
  const told = sender && (await surface.who(sender, user));
  if (told?.outcome !== 'accepted') throw new AppError('WHO_UNKNOWN');
  if (told.value.standing !== 'member') throw new AppError('GUEST_REFUSED');
  return told.value.name;
}

async function portsOf(
  deps: StrangerDeps,
  row: { tenant: string; id: string },
  event: SpokenEvent,
  person: Person & { kind: 'stranger' },
  said: Content[],
): Promise<TurnPorts> {
  const { keys, clock, domain } = deps;
  const tenantKeys = await keys.tenant(row.tenant);
  const now = clock.now();
  let language: Language = person.language;
  const { name } = event.from;
  const link = async (code: string) => {
    const { team, user } = person.slack;
    const known = (await mustBelong(deps, team, user)) ?? name;
    return domain.members.link({ team, user, ...(known && { name: known }), language }, code, now, row.id);
  };
  return {
    person,
    now,
    // All that they may do; every other intent is refused before it is run.
    services: { team: { link } } as unknown as Services,
    state: {},
    brief: false,
    save: async () => {},
    names: async () => ({ campaigns: [], templates: [], segments: [] }),
    advertised: [],
    sign: (action) => signAction(tenantKeys, action, now),
    read: (signed) => readAction(tenantKeys, signed, now),
    outlived: () => undefined,
    misunderstood: async () => {},
    firstTime: async () => false,
    hadCard: event.hadCard === true,
    handedOff: false,
    where: '',
    within: '',
    beneath: {},
    aside: false,
    speaks: async (heard) => {
      language = heard;
    },
    say: async (content) => void said.push(content),
    card: async () => {},
    form: async () => {},
  };
}
