import type { ChannelEvent, ChoicesAsked } from '../channel';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import type { Person } from '../intent';
import { readAction, signAction } from './actions';
import { bindServices, type Domain } from './bind-services';
import type { Catalogue } from './catalogue';
import { mostChoices, optionOf } from './render';
import { refusalFor } from './roles';

export interface ChoicesDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  catalogue: Catalogue;
  domain(): Domain;
  publicUrl: string;
  tenantOf(event: ChannelEvent): Promise<string | undefined>;
}

type Option = { value: string; label: string };

/** What fits the words that a member types into a list; whose form it is, and whether they may, is asked as for any click. */
export const choicesFor =
  (deps: ChoicesDeps) =>
  async (asked: ChoicesAsked): Promise<readonly Option[]> => {
    const { app, sender, from, action } = asked;
    const surface = { team: sender };
    const event = { channel: 'slack', app, sender, id: '', at: deps.clock.now(), kind: 'action' as const };
    const tenant = await deps.tenantOf({ ...event, from, action, surface });
    return tenant ? deps.database.withTenant(tenant, (tx) => choicesIn(tx, deps, asked)) : [];
  };

async function choicesIn(
  tx: TenantTx,
  deps: ChoicesDeps,
  { from, action, field, words }: ChoicesAsked,
): Promise<Option[]> {
  const now = deps.clock.now();
  const domain = deps.domain();
  const keys = await deps.keys.of(tx);
  const { team = '', user = '' } = from.slack ?? {};
  const member = await domain.members.find(tx, team, user, now);
  const asks = readAction(keys, action, now);
  const intent = asks && deps.catalogue.get(asks.intent);
  const all = intent?.handler?.choices?.[field];
  if (!member || !asks || !intent || !all) return [];
  const { zone } = await domain.tenants.get(tx);
  const { id, name, roles, language } = member;
  const person: Person = { kind: 'member', member: id, name, roles, language, zone };
  if (refusalFor(person, intent)) return [];
  const services = bindServices(tx, domain, {
    ...{ person, now, at: now, inbox: '', channel: 'slack', level: 'L0', publicUrl: deps.publicUrl },
    acknowledge: () => false,
    sign: (one) => signAction(keys, one, now),
    awaitYes: async () => {},
  });
  const found = await all({ person, now, services, slots: {}, args: asks.args, values: {}, text: '' });
  const wanted = folded(words);
  return found
    .map((one) => optionOf(one, person))
    .filter(({ label }) => folded(label).includes(wanted))
    .slice(0, mostChoices);
}

const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
