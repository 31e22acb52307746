import { mostInFlight } from '../../src/domain/delivery/campaign-slices';
import { bringPeople, phoneOf } from '../lists';
import { randomFrom } from '../stand-in/random';
import { aCustomer, type Customer, domainOf, launch } from '../system/customer';
import { type Control, runControl } from './control';
import { pause } from './crew';
import { type Done, type FaultName, faults } from './faults';
import { contactsOf, Leaving } from './leaving';
import { auditHolds, type Chosen, type Findings, inspect } from './outside';
import { middleAndMost, type Recovered, recover } from './recovery';
import { settle } from './settle';
import { type World, withWorld } from './world';

export interface ChaosOptions {
  kills: number;
  messages: number;
  seed: number;
  faults: readonly FaultName[];
  /** People of a campaign. */
  people: number;
  /** How many leave, and how often one does. */
  leaving: { most: number; everyMs: number; lanes: number };
  perSecond: number;
  workers: number;
  /** How long a process is waited for to come to a call. */
  patienceMs: number;
  tell(line: string): void;
}
export interface Outcome extends Omit<Findings, 'violations'> {
  kills: number;
  killPoints: number;
  recoveryMs: ReturnType<typeof middleAndMost>;
  violations: string[];
  control: Control;
  seed: number;
  faults: Done['faults'];
  left: number;
  killedAt: Record<string, number>;
}

/** Two campaigns at a time are sent while one fault after another is brought about; then everything may come to rest, and is looked at from outside. */
export const runChaos = (options: ChaosOptions): Promise<Outcome> =>
  withWorld(options, async (world) => {
    const { people, leaving, tell } = options;
    const random = randomFrom(options.seed);
    const domain = domainOf(world.place);
    const customer = await aCustomer(world.place, domain, { perSecond: options.perSecond });
    await bringPeople(world.place, customer.tenant, { count: people, group: 'todos' });
    const phones = Array.from({ length: people }, (_, n) => phoneOf(n));
    const leavers = new Leaving(world, domain, customer, await contactsOf(world, customer.tenant, phones), random);
    const recovered: Recovered[] = [];
    const calm = async (fault: string): Promise<void> => {
      const one = await recover(world, customer.tenant, fault);
      recovered.push(one);
      if (one.ms > slowMs) tell(`${one.ms} ms after ${fault}`);
    };
    const campaigns: Chosen[] = [];
    const keepSending = sender({ world, domain, customer, campaigns }, options);
    await keepSending();
    leavers.begin(leaving);
    const done = await breakThings(world, calm, keepSending, random, options);
    while (campaigns.length * people < options.messages) await keepSending();
    tell('at rest…');
    await settle(world, customer.tenant, campaigns);
    await leavers.stop();
    const findings = await inspect(world, customer.tenant, campaigns, leavers.left);
    return conclude({ world, domain, customer }, options, done, findings, {
      recoveryMs: middleAndMost(recovered),
      left: leavers.left.size,
    });
  });

/** The control, what is asked once at the end, and all of it in one. */
export async function conclude(
  { world, domain, customer }: Pick<Sending, 'world' | 'domain' | 'customer'>,
  { seed }: ChaosOptions,
  { kills, killedAt, faults: brought }: Done,
  { violations, ...findings }: Findings,
  more: Pick<Outcome, 'recoveryMs' | 'left'>,
): Promise<Outcome> {
  violations.push(...(await auditHolds(world, customer.tenant)));
  const bound = mostInFlight * (kills + Object.values(brought).reduce((sum, times) => sum + times, 0));
  if (findings.unknown > bound) violations.push(`more unknown than was on its way: ${findings.unknown} of ${bound}`);
  const control = await runControl(world, domain);
  if (control.doubled === 0) violations.push(`the control was not seen to double: ${control.guard}`);
  return {
    ...{ kills, killPoints: killedAt.size, ...findings, ...more, violations, control },
    ...{ seed, faults: brought, killedAt: Object.fromEntries(killedAt) },
  };
}

export interface Sending {
  world: World;
  domain: ReturnType<typeof domainOf>;
  customer: Customer;
  campaigns: Chosen[];
}

const atATime = 2;
/** After every so many faults nothing else is broken until all is well: how long one alone takes. */
const alone = 4;
/** What takes longer to recover is said at once. */
const slowMs = 2_500;

/** Launches the next campaigns as long as some are wanted and fewer than two are being sent. */
function sender({ world, domain, customer, campaigns }: Sending, { messages, people }: ChaosOptions) {
  return async (): Promise<void> => {
    const [row] = await world.ask<{ n: number }>(
      "SELECT count(*)::int AS n FROM campaign WHERE tenant_id = $1 AND state = 'sending'",
      [customer.tenant],
    );
    if ((row?.n ?? 0) >= atATime || campaigns.length * people >= messages) return pause(50);
    const { batch } = await launch(world.place, domain, customer, 'todos', { now: world.clock.now() });
    campaigns.push({ batch, people });
  };
}

/** Kills until there were as many as are wanted; the other faults in turn between them. */
async function breakThings(
  world: World,
  calm: (fault: string) => Promise<void>,
  keepSending: () => Promise<void>,
  random: () => number,
  { kills, faults: wanted, patienceMs, tell }: ChaosOptions,
): Promise<Done> {
  const done: Done = { kills: 0, killedAt: new Map(), triedAt: new Map(), faults: {} };
  const breaking = { world, random, done, patienceMs };
  const others = wanted.filter((name) => name !== 'kill');
  for (let round = 0; wanted.includes('kill') ? done.kills < kills : round < kills; round++) {
    await keepSending();
    const isKill = wanted.includes('kill') && (others.length === 0 || random() < 0.7);
    const name = isKill ? 'kill' : (others[Math.floor(random() * others.length)] as FaultName);
    await faults[name](breaking);
    if (!isKill) done.faults[name] = (done.faults[name] ?? 0) + 1;
    if (round % alone === 0) await calm(name);
    for (const member of await world.crew.fallen()) await world.crew.replace(member);
    if (round % 10 === 0) tell(`${done.kills} kills, ${JSON.stringify(done.faults)}`);
  }
  return done;
}
