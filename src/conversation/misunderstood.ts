import type { TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import type { Person } from '../intent';
import { audienceOf } from './audience-of';
import type { Domain } from './bind-services';
import { keepMisunderstood } from './misunderstood.table';
import { redact } from './redact';
import type { SpokenEvent } from './turn-input';
import type { TurnPorts } from './turn-ports';

/** Keeps lines of whoever speaks here, without the names they are known by: ours and the one they show. */
export function keeperOf(
  tx: TenantTx,
  { keys, domain }: { keys: Keys; domain: Domain },
  event: SpokenEvent,
  person: Person,
  now: Date,
): TurnPorts['misunderstood'] {
  return async (said, { candidates, language }) => {
    if (person.kind === 'stranger') return;
    const by = person.kind === 'recipient' ? { contact: person.contact } : { member: person.member };
    const known = person.kind === 'recipient' ? (await domain.audience.read(tx, person.contact)).name : person.name;
    const text = redact(said, [known ?? '', event.from.name ?? '']);
    await keepMisunderstood(tx, keys, by, { audience: audienceOf(person), language, candidates, text }, now);
  };
}
