import type { Content, SurfaceRef } from '../channel';
import type { Clock } from '../clock';
import type { TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import type { Member } from '../domain/accounts/members.service';
import { AppError } from '../errors';
import type { Language, Person } from '../intent';
import { type ActRef, signAction } from './actions';
import { bindServices, type Domain } from './bind-services';
import type { Catalogue } from './catalogue';
import type { CardRef } from './posts.table';
import { renderReply } from './render';
import { type Reader, sayError, sayHouse } from './texts';

export interface DrawDeps {
  catalogue: Catalogue;
  keys: Keys;
  clock: Clock;
  domain(): Domain;
  publicUrl: string;
}

/** Cards are drawn, not written: what stands in Slack is always the state as it is now. Drawing reads; it has no role to act with. */
export function cardDrawer(
  deps: DrawDeps,
): (tx: TenantTx, card: CardRef, language: Language, at?: SurfaceRef) => Promise<Content> {
  return async (tx, card, language, at) => {
    const zone = (await zoneOf(deps, tx, at)) ?? (await deps.domain().tenants.get(tx)).zone;
    return draw(deps, tx, card, { kind: 'member', member: 'nobody', name: '', roles: [], language, zone });
  };
}

/** A member's own page: it shows what that member may see, and asks nothing but to be read. */
export function homeDrawer(deps: DrawDeps): (tx: TenantTx, member: Member) => Promise<Content> {
  return async (tx, { id, name, roles, language, zone }) => {
    const person: Person = {
      ...{ kind: 'member', member: id, name, roles, language },
      zone: zone ?? (await deps.domain().tenants.get(tx)).zone,
    };
    return draw(deps, tx, { intent: 'home', card: 'home', args: {} }, person);
  };
}

/** In somebody's own messages hours are those of their clock. */
async function zoneOf({ domain, clock }: DrawDeps, tx: TenantTx, at: SurfaceRef | undefined) {
  if (!at?.user || (at.channel && !at.channel.startsWith('D'))) return undefined;
  return (await domain().members.find(tx, at.team, at.user, clock.now()))?.zone;
}

async function draw(
  { catalogue, keys: allKeys, clock, domain, publicUrl }: DrawDeps,
  tx: TenantTx,
  card: CardRef,
  person: Person & { kind: 'member' },
): Promise<Content> {
  const now = clock.now();
  const reader: Reader = { ...person, guarded: 'text' };
  const intent = catalogue.get(card.intent);
  const drawn = intent?.handler?.cards?.[card.card];
  if (!intent || !drawn) return { text: sayHouse({ text: 'no_longer' }, reader) };
  const keys = await allKeys.of(tx);
  const sign = (action: ActRef) => signAction(keys, action, now);
  const context = {
    person,
    now,
    at: now,
    inbox: '',
    channel: 'slack',
    level: 'L0' as const,
    publicUrl,
    acknowledge: () => false,
    sign,
    awaitYes: async () => {},
  };
  const services = bindServices(tx, domain(), context);
  try {
    const reply = await drawn({ person, now, services, slots: {}, args: card.args, values: {}, text: '' });
    if (!card.isOlder) return renderReply(intent, reply, reader, sign);
    const { buttons: _gone, ...shown } = renderReply(intent, { ...reply, buttons: [] }, reader, sign);
    return { ...shown, note: sayHouse({ text: 'further_down' }, reader) };
  } catch (error) {
    // That somebody's data is blocked is all that their card says.
    if (error instanceof AppError && error.code === 'PERSON_BLOCKED') return { text: sayError(error.code, reader) };
    if (error instanceof AppError) return { text: sayHouse({ text: 'no_longer' }, reader) };
    throw error;
  }
}
