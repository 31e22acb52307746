import type { TenantTx } from '../data/database';
import { isId } from '../data/ids';
import { staffActs } from '../domain/support/staff-acts.table';
import { AppError } from '../errors';
import type { Services } from '../services';
import { addCard, type Domain, type TurnContext } from './bind-services';

const mostHours = 30 * 24;
const dayMs = 86_400_000;
const hoursMs = 3_600_000;

/** Connectus' own people: whom a customer lets in, until when, and of which customer they speak. */
export function bindStaff(tx: TenantTx, domain: Domain, { person, now }: TurnContext): Services['staff'] {
  const { members, posts } = domain;
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
      const { name, team, slackUser, language } = await staffOf(id);
      const until = new Date(now.getTime() + lasting(hours) * hoursMs);
      await members.grant(tx, id, until, by, now);
      const card = { card: 'support-access/granted', args: { until: until.toISOString() }, topic: `grant:${id}` };
      await addCard(tx, posts, { team, user: slackUser }, card, '', language, now);
      return { name, until };
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
