import type { TenantTx } from '../data/database';
import type { Identity } from '../domain/privacy/identity.service';
import type { Talk } from '../domain/privacy/identity-ways';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Representations } from '../domain/privacy/representations';
import { rights } from '../domain/privacy/rights';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Right } from '../services';
import type { IdentityVerbs } from '../services-identity';

interface Rooms {
  privacy: Privacy;
  identity: Identity;
  representations: Representations;
}

/** Proving who asks, bound to one turn. */
export function bindIdentity(
  tx: TenantTx,
  { privacy, identity, representations }: Rooms,
  decider: { member: string; roles: readonly string[] },
  talk: Talk & { person: Person; now: Date; at: Date; publicUrl: string },
): IdentityVerbs {
  const { person, now, publicUrl } = talk;
  /** A case's own person, or whoever decides it. */
  const seen = async (id: string) => {
    const may =
      person.kind === 'member' || (person.kind === 'recipient' && (await privacy.isOf(tx, id, person.contact)));
    if (!may) throw new AppError('CASE_NOT_FOUND');
    return (await privacy.get(tx, id, now)).id;
  };
  return {
    begin: async (id) => {
      const here = person.kind === 'recipient' ? talk : undefined;
      const begun = await identity.begin(tx, await seen(id), now, here);
      return begun.way === 'form' ? { ...begun, url: `${publicUrl}${begun.path}` } : begun;
    },
    waiting: async () => {
      if (person.kind !== 'recipient') return undefined;
      const open = await privacy.openOf(tx, person.contact, now);
      for (const { id } of open) if (!(await identity.of(tx, id)).isEnough) return id;
      return talk.level === 'L0' ? open[0]?.id : undefined;
    },
    of: async (id) => identity.of(tx, await seen(id)),
    hear: async (code) => {
      if (person.kind !== 'recipient') return undefined;
      const heard = await identity.hear(tx, person.contact, code, person.zone, now);
      return heard === undefined || heard === 'wrong' ? heard : { proved: heard };
    },
    openFor: async (contact, right, relation, words) => {
      if (!(right in rights)) throw new AppError('ACTION_INVALID');
      const { inbox: from, at: receivedAt } = talk;
      const request = { contact, right: right as Right, relation, detail: words, from, receivedAt, now };
      return representations.open(tx, request);
    },
    represent: async (id, mandate) => representations.record(tx, await seen(id), mandate, decider, now),
    deceased: (address, barred) => representations.died(tx, address, barred, decider, now),
    record: async (id, how) => identity.record(tx, await seen(id), { how }, decider, now),
  };
}
