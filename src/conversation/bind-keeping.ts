import type { TenantTx } from '../data/database';
import type { Audience } from '../domain/audience/audience.service';
import type { Audit } from '../domain/audit/audit.service';
import type { HeadFiles } from '../domain/audit/head-file';
import type { Holds } from '../domain/privacy/holds';
import type { Retention } from '../domain/privacy/retention';
import type { Records } from '../domain/support/records.service';
import { AppError } from '../errors';
import type { Services } from '../services';

interface Rooms {
  audit: Audit;
  audience: Audience;
  heads?: HeadFiles;
  holds: Holds;
  retention: Retention;
  records: Records;
}

/** What keeps data, and what lets go of it, bound to one turn. */
export function bindKeeping(
  tx: TenantTx,
  { audit, audience, heads, holds, retention, records }: Rooms,
  by: { member: string; roles: readonly string[] },
  now: Date,
): Services['keeping'] {
  const mustBe = (...roles: string[]): void => {
    if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
  };
  return {
    personOf: async (address) => {
      mustBe('privacy', 'owner');
      const contact = await records.whose(tx, address, { ...by, now });
      return contact ? { contact, masked: await audience.masked(tx, contact) } : undefined;
    },
    hold: async ({ contact, case: request, ...rest }) => {
      const person = request ? await holds.ofCase(tx, request) : contact;
      return holds.set(tx, { ...rest, ...(person && { contact: person }) }, by, now);
    },
    renew: (id, months) => holds.renew(tx, id, months, by, now),
    release: (id) => holds.release(tx, id, by, now),
    getHold: (id) => holds.get(tx, id),
    holds: () => holds.list(tx, by),
    periods: () => retention.periods(tx),
    setDays: (rule, days) => retention.set(tx, rule, days, by, now),
    forecast: async () => {
      mustBe('privacy', 'owner');
      const last = await retention.lastRun(tx);
      const count = Object.values(last?.rows ?? {}).flatMap((of) => Object.values(of));
      const sum = count.reduce((all, n) => all + n, 0);
      return { rows: await retention.forecast(tx, now), ...(last && { last: { at: last.at, count: sum } }) };
    },
    verifyAudit: async () => {
      mustBe('privacy', 'owner');
      const verdict = await audit.examine(tx, await heads?.read(tx.tenant));
      const detail = { entries: verdict.entries, broken: verdict.broken?.why ?? null };
      await audit.record(
        tx,
        { actor: `member:${by.member}`, act: 'audit.verified', subject: `tenant:${tx.tenant}`, detail },
        now,
      );
      return verdict;
    },
  };
}
