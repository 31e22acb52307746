import type { TenantTx } from '../data/database';
import { isId } from '../data/ids';
import type { Member, Members } from '../domain/accounts/members.service';
import { staffActs } from '../domain/support/staff-acts.table';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Card, Services } from '../services';

const mostHours = 30 * 24;
const dayMs = 86_400_000;
const hoursMs = 3_600_000;

interface Here {
  person: Person;
  now: Date;
  /** A card as a direct message to one of them. */
  show(to: Member, card: Card): Promise<void>;
}

/** Connectus' own people: whom a customer lets in, until when, and of which customer they speak. */
export function bindStaff(
  tx: TenantTx,
  { members }: { members: Members },
  { person, now, show }: Here,
): Services['staff'] {
  const owner = () => {
    if (person.kind !== 'member' || !person.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    return `member:${person.member}`;
  };
  const lasting = (hours: number) => {
    if (!Number.isInteger(hours) || hours < 1 || hours > mostHours) throw new AppError('ACTION_INVALID');
    return hours;
  };
  const staffOf = async (id: string) => {
    const found = isId(id) && (await members.isStaff(tx, id)) ? await members.get(tx, id, now) : undefined;
    if (!found) throw new AppError('ACTION_INVALID');
    return found;
  };
  /** Who speaks, as Slack knows them: a turn of one of our own people. */
  const self = async () => {
    const found = person.kind === 'member' ? await members.get(tx, person.member, now) : undefined;
    if (!found || !(await members.isStaff(tx, found.id))) throw new AppError('ROLE_REQUIRED');
    return { team: found.team, user: found.slackUser };
  };
  return {
    list: async () => {
      const staff = await members.staff(tx);
      const since = new Date(now.getTime() - 30 * dayMs);
      const acts = new Map(
        (
          await staffActs(
            tx,
            staff.map(({ id }) => id),
            since,
          )
        ).map((one) => [one.member, one]),
      );
      return staff.map(({ id, name, until }) => {
        const did = acts.get(id);
        return {
          ...{ id, name, did: did?.count ?? 0 },
          ...(until && until > now && { until }),
          ...(did && { last: did.last }),
        };
      });
    },
    grant: async (id, hours) => {
      const by = owner();
      const staff = await staffOf(id);
      const until = new Date(now.getTime() + lasting(hours) * hoursMs);
      await members.grant(tx, id, until, by, now);
      await show(staff, { card: 'support-access/granted', args: { until: until.toISOString() }, topic: `grant:${id}` });
      return { name: staff.name, until };
    },
    end: async (id) => {
      const by = owner();
      const { name } = await staffOf(id);
      await members.grant(tx, id, now, by, now);
      return { name };
    },
    invite: async (hours) => members.invite(tx, 'support', owner(), now, lasting(hours)),
    companies: async () =>
      (await members.companies(tx, await self(), now)).map((one) => ({ ...one, now: one.id === tx.tenant })),
    choose: async (id) => {
      if (!isId(id) || !(await members.choose(tx, await self(), id, now))) throw new AppError('ACTION_INVALID');
    },
  };
}
