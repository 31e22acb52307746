import type { TenantTx } from '../data/database';
import type { Identity } from '../domain/privacy/identity.service';
import type { Privacy } from '../domain/privacy/privacy.service';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { IdentityVerbs } from '../services-identity';

interface Rooms {
  privacy: Privacy;
  identity: Identity;
}

/** Proving who asks, bound to one turn. */
export function bindIdentity(
  tx: TenantTx,
  { privacy, identity }: Rooms,
  decider: { member: string; roles: readonly string[] },
  { person, now, publicUrl }: { person: Person; now: Date; publicUrl: string },
): IdentityVerbs {
  /** A case's own person, or whoever decides it. */
  const seen = async (id: string) => {
    const may =
      person.kind === 'member' || (person.kind === 'recipient' && (await privacy.isOf(tx, id, person.contact)));
    if (!may) throw new AppError('CASE_NOT_FOUND');
    return (await privacy.get(tx, id)).id;
  };
  return {
    begin: async (id) => {
      const begun = await identity.begin(tx, await seen(id), now);
      return begun.way === 'form' ? { ...begun, url: `${publicUrl}${begun.path}` } : begun;
    },
    waiting: async () => {
      if (person.kind !== 'recipient') return undefined;
      for (const { id } of await privacy.openOf(tx, person.contact))
        if (!(await identity.of(tx, id)).isEnough) return id;
      return undefined;
    },
    of: async (id) => identity.of(tx, await seen(id)),
    hear: async (code) => {
      if (person.kind !== 'recipient') return undefined;
      const heard = await identity.hear(tx, person.contact, code, person.zone, now);
      return heard === undefined || heard === 'wrong' ? heard : { proved: heard };
    },
    record: async (id, how) => identity.record(tx, await seen(id), { how }, decider, now),
  };
}
