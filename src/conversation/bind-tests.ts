import type { TenantTx } from '../data/database';
import type { TestSends } from '../domain/delivery/test-sends';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Services } from '../services';

/** Seeing a campaign on one's own phone, bound to a turn. */
export function bindTests(tx: TenantTx, tests: TestSends, person: Person, now: Date): Services['tests'] {
  return {
    send: async (campaign) => {
      if (person.kind !== 'member') throw new AppError('ROLE_REQUIRED');
      return tests.ask(tx, campaign, person.member, now);
    },
    prove: async (contact, code) => {
      if (person.kind !== 'recipient' || person.contact !== contact) return undefined;
      return tests.prove(tx, contact, code, now);
    },
  };
}
