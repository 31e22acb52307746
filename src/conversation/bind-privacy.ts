import type { TenantTx } from '../data/database';
import type { Privacy } from '../domain/privacy/privacy.service';
import { rights } from '../domain/privacy/rights';
import type { Records } from '../domain/support/records.service';
import type { Support } from '../domain/support/support.service';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Services } from '../services';
import { bindMeant } from './bind-records';

interface Rooms {
  privacy: Privacy;
  records: Records;
  support: Support;
}
interface Turning {
  person: Person;
  now: Date;
  at: Date;
  inbox: string;
}

/** What a person may ask about their data and what the controller may decide, bound to one turn. */
export function bindPrivacy(
  tx: TenantTx,
  domain: Rooms,
  decider: { member: string; roles: readonly string[] },
  { person, now, at, inbox }: Turning,
): Services['privacy'] {
  const { privacy } = domain;
  /** A person's case is theirs alone: a button that reached somebody else does nothing. */
  const own = async (id: string) => {
    const mine = person.kind === 'recipient' && (await privacy.isOf(tx, id, person.contact));
    if (!mine) throw new AppError('CASE_NOT_FOUND');
    return id;
  };
  return {
    open: (contact, right) => privacy.open(tx, { contact, right, from: inbox, receivedAt: at, now }),
    confirm: async (id) => privacy.confirm(tx, await own(id), now),
    withdraw: async (id) => privacy.withdraw(tx, await own(id), now),
    accept: (id) => privacy.accept(tx, id, decider, now),
    reject: (id, ground, facts) => privacy.reject(tx, id, ground, facts, decider, now),
    toldOtherwise: (id) => privacy.toldOtherwise(tx, id, decider, now),
    get: async (id) => privacy.get(tx, person.kind === 'recipient' ? await own(id) : id),
    list: () => privacy.list(tx),
    meant: bindMeant(tx, domain, decider, now),
    words: async (id) => {
      const { contact, since } = await privacy.read(tx, id, decider, now);
      return domain.support.words(tx, contact, since);
    },
    rulesOf: (right) => rights[right],
    openOf: (contact) => privacy.openOf(tx, contact),
    latest: (contact) => privacy.latest(tx, contact),
    summary: (contact) => privacy.summary(tx, contact),
  };
}
