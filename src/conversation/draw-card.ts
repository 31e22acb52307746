import type { Content } from '../channel';
import type { Clock } from '../clock';
import type { TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import { AppError } from '../errors';
import type { Language, Person } from '../intent';
import { type ActRef, signAction } from './actions';
import { bindServices, type Domain } from './bind-services';
import type { Catalogue } from './catalogue';
import type { CardRef } from './posts.table';
import { renderReply } from './render';
import { type Reader, sayHouse } from './texts';

export interface DrawDeps {
  catalogue: Catalogue;
  keys: Keys;
  clock: Clock;
  domain(): Domain;
  publicUrl: string;
}

/** Cards are drawn, not written: what stands in Slack is always the state as it is now. Drawing reads; it has no role to act with. */
export function cardDrawer(deps: DrawDeps): (tx: TenantTx, card: CardRef, language: Language) => Promise<Content> {
  return async (tx, card, language) => {
    const now = deps.clock.now();
    const { zone } = await deps.domain().tenants.get(tx);
    const reader: Reader = { language, zone, guarded: 'text' };
    const intent = deps.catalogue.get(card.intent);
    const draw = intent?.handler?.cards?.[card.card];
    if (!intent || !draw) return { text: sayHouse({ text: 'no_longer' }, reader) };
    const person: Person = { kind: 'member', member: 'nobody', name: '', roles: [], language, zone };
    const keys = await deps.keys.of(tx);
    const sign = (action: ActRef) => signAction(keys, action, now);
    const context = {
      person,
      now,
      at: now,
      inbox: '',
      channel: 'slack',
      level: 'L0' as const,
      publicUrl: deps.publicUrl,
      acknowledge: () => false,
      sign,
      awaitYes: async () => {},
    };
    const services = bindServices(tx, deps.domain(), context);
    try {
      const reply = await draw({ person, now, services, slots: {}, args: card.args, values: {}, text: '' });
      if (!card.isOlder) return renderReply(intent, reply, reader, sign);
      const { buttons: _gone, ...shown } = renderReply(intent, { ...reply, buttons: [] }, reader, sign);
      return { ...shown, note: sayHouse({ text: 'further_down' }, reader) };
    } catch (error) {
      if (error instanceof AppError) return { text: sayHouse({ text: 'no_longer' }, reader) };
      throw error;
    }
  };
}
