import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../data/database';
import { instantOf, localTime, nextDay } from '../domain/audience/local-time';
import { campaignsAround } from '../domain/reports/home';
import { beginnings } from '../domain/reports/home.table';
import type { Person, Role } from '../intent';
import type { BeginningStep, HomeVerbs, Remedy } from '../services-home';

type Mending = Remedy & { mends?: readonly string[] };
const { steps, besides } = load(readFileSync(join(__dirname, 'beginnings.yaml'), 'utf8')) as {
  steps: readonly (Mending & Pick<BeginningStep, 'step'> & { roles: readonly Role[] })[];
  besides: readonly Mending[];
};

/** What one member's page shows, bound to whoever reads it. */
export const bindHome = (tx: TenantTx, person: Person, now: Date): HomeVerbs => ({
  campaigns: () => {
    const { day } = localTime(now, person.zone);
    const author = person.kind === 'member' ? person.member : undefined;
    const [from, until] = [day, nextDay(day)].map((one) => instantOf(one, 0, person.zone)) as [Date, Date];
    return campaignsAround(tx, { from, until, author });
  },
  beginnings: async () => {
    const { sent, ...has } = await beginnings(tx);
    const own = person.kind === 'member' ? person.roles : [];
    if (sent) return undefined;
    return steps.map(({ step, act, form, roles }) => ({
      ...{ step, act, ...(form && { form }) },
      done: step !== 'first' && has[step],
      mine: own.length === 0 || roles.some((role) => own.includes(role)),
    }));
  },
  remedy: (code) => [...steps, ...besides].find(({ mends }) => mends?.includes(code)),
});
