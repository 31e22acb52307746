import type { Faults as Wrong } from '../stand-in/order';
import { type Crew, pause, type Role } from './crew';
import type { World } from './world';

/** What may go wrong, each by its name. */
export const faultNames = [
  'kill',
  'stop',
  'redis',
  'postgres',
  'provider',
  'webhooks',
  'clock',
  'slow',
  'lose',
] as const;
export type FaultName = (typeof faultNames)[number];

/** What was done so far. */
export interface Done {
  kills: number;
  /** Where: by role and call. */
  killedAt: Map<string, number>;
  /** And where it was tried. */
  triedAt: Map<string, number>;
  faults: Partial<Record<FaultName | 'calls', number>>;
}
export interface Breaking {
  world: World;
  random(): number;
  done: Done;
  /** How long a process is waited for to come to a call, in ms. */
  patienceMs: number;
}

const countUp = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const kinds = { redis: 4, slow: 3 };
const between = (random: () => number, least: number, most: number): number => least + random() * (most - least);
const pick = <T>(all: readonly T[], random: () => number): T => all[Math.floor(random() * all.length)] as T;

/** Two of three deaths are a worker's: there are more of them. */
const roleOf = (random: () => number): Role => (random() < 0.7 ? 'worker' : 'web');

/** The calls at which death was tried least so far: a process dies at whichever it comes to first. */
function nextPoints(crew: Crew, role: Role, { triedAt }: Done): string[] {
  const times = (point: string): number => triedAt.get(`${role} ${point}`) ?? 0;
  const all = [...crew.points[role]];
  const least = Math.min(...all.map(times));
  return all.filter((point) => times(point) === least);
}

/** One fault from its beginning to its end. */
export const faults: Readonly<Record<FaultName, (breaking: Breaking) => Promise<void>>> = {
  kill: async ({ world: { crew }, random, done, patienceMs }) => {
    const role = roleOf(random);
    const member = crew.pick(role, random);
    const points = nextPoints(crew, role, done);
    const nth = 1 + Math.floor(random() * 4);
    const point = points.length > 0 ? await crew.arm(member, { points, nth, way: 'kill' }, patienceMs) : undefined;
    await crew.replace(member); // where it did not come in time, it dies wherever it is
    done.kills += 1;
    for (const tried of point === undefined ? points : [point]) countUp(done.triedAt, `${role} ${tried}`);
    countUp(done.killedAt, `${role} ${point ?? 'anywhere'}`);
  },
  stop: async ({ world: { crew }, random, patienceMs }) => {
    const member = crew.pick('worker', random);
    const point = pick([...member.points], random) ?? 'send asked';
    if (!(await crew.arm(member, { points: [point], nth: 1, way: 'stop' }, patienceMs))) member.kill('SIGSTOP');
    await pause(between(random, 50, 3_000));
    member.kill('SIGCONT');
  },
  lose: async ({ world: { crew }, random, patienceMs }) => {
    const role = roleOf(random);
    const point = pick([...crew.points[role]].filter(isOverALine), random);
    if (point) await crew.arm(crew.pick(role, random), { points: [point], nth: 1, way: 'lose' }, patienceMs);
  },
  redis: async ({ world: { lines, servers }, random }) => {
    const way = Math.floor(random() * kinds.redis);
    if (way === 0) return servers.restartRedis(between(random, 0, 1_000));
    if (way === 1) lines.redis.cut();
    else if (way === 2) lines.redis.die();
    else return servers.restartRedis(0);
    await pause(between(random, 200, 2_000));
    lines.redis.mend();
  },
  postgres: async ({ world: { servers }, random }) => {
    await servers.crashPostgres();
    await pause(between(random, 0, 500));
    await servers.revivePostgres();
  },
  provider: (breaking) =>
    wrongFor(breaking, { refused: 0.05, broken: 0.03, reset: 0.02, resetAfter: 0.02, silent: 0.002, slow: 0.05 }),
  webhooks: (breaking) => wrongFor(breaking, { lost: 0.01, doubled: 0.2, late: 0.2, shuffled: true }),
  clock: async ({ world: { crew, clock }, random }) => {
    const ms = between(random, -3_600_000, 3_600_000);
    crew.tell({ do: 'clock', at: clock.move(ms).toISOString() });
    await pause(500);
    crew.tell({ do: 'clock', at: clock.move(-ms).toISOString() });
  },
  slow: async ({ world: { lines }, random }) => {
    const line = random() < 0.5 ? lines.postgres : lines.redis;
    const isHalfOpen = Math.floor(random() * kinds.slow) === 0;
    if (isHalfOpen) line.die();
    else line.delayMs = between(random, 10, 150);
    await pause(between(random, 300, 1_500));
    line.delayMs = 0;
    if (isHalfOpen) line.cut(); // those who wait for ever are told in the end
    line.mend();
  },
};

const isOverALine = (point: string): boolean => /^(pg|redis) /.test(point);

async function wrongFor({ world: { standIn }, random }: Breaking, wrong: Wrong): Promise<void> {
  await standIn.wish({ do: 'faults', faults: wrong, seed: Math.floor(random() * 2 ** 31) });
  await pause(between(random, 500, 2_000));
  await standIn.wish({ do: 'faults', faults: {}, seed: 1 });
}
