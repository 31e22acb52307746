import { bringPeople } from '../lists';
import type { Mishap } from '../stand-in/order';
import { aCustomer, domainOf, launch } from '../system/customer';
import { pause, type Role } from './crew';
import type { Done } from './faults';
import { inspect } from './outside';
import { type ChaosOptions, conclude, type Outcome, type Sending } from './run';
import { settle } from './settle';
import { withWorld } from './world';

/** So few that every call is made only a few times, and so many that rows are handled together. */
const people = 6;
const mishaps: readonly Mishap[] = ['refused', 'broken', 'reset', 'resetAfter', 'slow'];

/**
 * One small campaign after another; in each exactly one call fails: the first of its kind, the second, and so on until there is none, for every kind of call
 * that processes were seen to make over a line, before it is done and after, and for every request to the provider, in every way.
 */
export const failEveryCall = (options: ChaosOptions): Promise<Outcome> =>
  withWorld({ ...options, workers: 1 }, async (world) => {
    const domain = domainOf(world.place);
    const customer = await aCustomer(world.place, domain, { perSecond: options.perSecond });
    await bringPeople(world.place, customer.tenant, { count: people, group: 'todos' });
    const sending: Sending = { world, domain, customer, campaigns: [] };
    const done: Done = { kills: 0, killedAt: new Map(), triedAt: new Map(), faults: { calls: 0 } };
    const isSpent = (): boolean => sending.campaigns.length * people >= options.messages;
    const fail = async (arm: () => Promise<unknown>, isReached: () => Promise<boolean>): Promise<boolean> => {
      await arm();
      await oneCampaign(sending);
      const wasReached = await isReached();
      if (wasReached) done.faults.calls = (done.faults.calls ?? 0) + 1;
      return wasReached;
    };
    await oneCampaign(sending); // shows which calls there are
    for (const mishap of mishaps)
      for (let nth = 1; nth <= people && !isSpent(); nth++)
        await fail(
          () => world.standIn.wish({ do: 'nth', nth, mishap }),
          async () => true,
        );
    for (const role of ['worker', 'web'] as const)
      for (const point of callsOf(sending, role))
        for (let nth = 1; !isSpent(); nth++) if (!(await failAt(sending, role, { point, nth }, fail))) break;
    const findings = await inspect(world, customer.tenant, sending.campaigns, new Map());
    const more = { recoveryMs: { p50: 0, max: 0 }, left: 0 };
    options.tell(`${done.faults.calls} calls failed`);
    return conclude(sending, options, done, findings, more);
  });

const callsOf = ({ world }: Sending, role: Role): string[] =>
  [...world.crew.points[role]].filter((point) => /^(pg|redis) /.test(point));

async function failAt(
  { world: { crew } }: Sending,
  role: Role,
  { point, nth }: { point: string; nth: number },
  fail: (arm: () => Promise<unknown>, isReached: () => Promise<boolean>) => Promise<boolean>,
): Promise<boolean> {
  const member = crew.pick(role, () => 0);
  delete member.reached;
  const arm = async (): Promise<void> => member.tell({ do: 'arm', points: [point], nth, way: 'lose' });
  const wasReached = await fail(arm, async () => member.reached !== undefined);
  member.tell({ do: 'disarm' });
  return wasReached;
}

async function oneCampaign({ world, domain, customer, campaigns }: Sending): Promise<void> {
  const { batch } = await launch(world.place, domain, customer, 'todos', { now: world.clock.now() });
  campaigns.push({ batch, people });
  await settle(world, customer.tenant, [{ batch, people }]);
  await pause(10);
}
