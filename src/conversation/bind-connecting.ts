import type { TenantTx } from '../data/database';
import type { Connections } from '../domain/accounts/connections';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Services } from '../services';

/** Connecting a number of the company's own, bound to a turn. */
export function bindConnecting(
  tx: TenantTx,
  connections: Connections,
  person: Person,
  now: Date,
): Services['connecting'] {
  const owner = (): string => {
    if (person.kind !== 'member' || !person.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    return person.member;
  };
  return {
    state: () => connections.view(tx),
    offer: (token, account) => connections.offer(tx, token, account, owner(), now),
    choose: async (number, pin) => {
      owner();
      await connections.choose(tx, number, pin, now);
    },
    again: async () => {
      owner();
      await connections.again(tx, now);
    },
  };
}
