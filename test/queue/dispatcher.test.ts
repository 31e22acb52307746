import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { newId } from '../../src/data/ids';
import { silentLog } from '../../src/log';
import { Dispatcher } from '../../src/queue/dispatcher';
import type { Work } from '../../src/queue/work';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { aMaster, ground } from '../support/ground';

let place: TestDatabase;
let owner: Client;
let database: ReturnType<typeof ground>['database'];
let dispatchers: Dispatcher[] = [];

beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  database = ground(place.appUrl, aMaster(), 16).database;
});
afterEach(async () => {
  await Promise.all(dispatchers.map((one) => one.stop()));
  dispatchers = [];
  await owner.query('DELETE FROM edge.ready');
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await place.drop();
});

const wake = (tenant: string, ...lanes: readonly Buffer[]): Promise<void> =>
  database.withTenant(tenant, async (tx) => {
    for (const lane of lanes) await tx.query("SELECT edge.wake('work', $1, '0')", [lane]);
  });
const aLane = (): Buffer => randomBytes(16);
/** Starts so many dispatchers over the same database. */
function work(
  run: Work['run'],
  { count = 1, concurrency = 12, parked }: { count?: number; concurrency?: number; parked?: Work['parked'] } = {},
) {
  const one: Work = { kind: 'work', run, ...(parked && { parked }) };
  const started = Array.from({ length: count }, () => new Dispatcher(database, [one], silentLog, concurrency));
  for (const dispatcher of started) dispatcher.start();
  dispatchers.push(...started);
  return started;
}
const row = async (lane: Buffer) => {
  const { rows } = await owner.query<{ tries: number; rests: boolean }>(
    'SELECT tries, leased_until > clock_timestamp() AS rests FROM edge.ready WHERE lane = $1',
    [lane],
  );
  return rows[0];
};
/** It failed so often and rests: from now on a minute longer, so that a busy machine can look at it. A lease is longer than any rest here. */
const rests = (lane: Buffer, tries: number) =>
  eventually(async () => {
    const { rowCount } = await owner.query(
      `UPDATE edge.ready SET leased_until = leased_until + interval '1 minute'
       WHERE lane = $1 AND tries = $2 AND leased_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '20 seconds'`,
      [lane, tries],
    );
    expect(rowCount).toBe(1);
  });
/** As if so much time had passed. */
const passes = (seconds: number) =>
  owner.query(
    `UPDATE edge.ready SET due_at = due_at - $1 * interval '1 second', leased_until = leased_until - $1 * interval '1 second'`,
    [seconds],
  );
const empty = () => eventually(async () => expect((await owner.query('SELECT 1 FROM edge.ready')).rowCount).toBe(0));
function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { opened, open: () => open() };
}

describe('a lane', () => {
  it('when it is woken again and again and several dispatchers want it, then one works on it at a time, and nothing that came is left', async () => {
    const tenants = [newId(), newId(), newId()];
    const lanes = tenants.flatMap((tenant) => [0, 1].map(() => ({ tenant, lane: aLane() })));
    const arrived = new Map<string, number>();
    const seen = new Map<string, number>();
    const busy = new Set<string>();
    const overlaps: string[] = [];
    work(
      async (_tenant, lane) => {
        const key = lane.toString('hex');
        if (busy.has(key)) overlaps.push(key);
        busy.add(key);
        seen.set(key, arrived.get(key) ?? 0);
        await database.withSystem('dispatcher', (tx) => tx.query('SELECT 1'));
        busy.delete(key);
        return 'done';
      },
      { count: 3 },
    );
    const property = fc.asyncProperty(
      fc.array(fc.nat({ max: lanes.length - 1 }), { minLength: 1, maxLength: 8 }),
      async (order) => {
        for (const at of order) {
          const { tenant, lane } = lanes[at] as (typeof lanes)[number];
          const key = lane.toString('hex');
          arrived.set(key, (arrived.get(key) ?? 0) + 1);
          await wake(tenant, lane);
          dispatchers[at % 3]?.poke();
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
    await empty();
    expect(overlaps).toEqual([]);
    expect(seen).toEqual(arrived);
  });

  it('when it is woken while it is worked on, then nobody else begins, no try is counted, and it is worked on once more', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const hold = gate();
    const tries: number[] = [];
    const [first, second] = work(
      async (_tenant, _lane, count) => {
        tries.push(count);
        if (tries.length === 1) await hold.opened;
        return 'done';
      },
      { count: 2 },
    );
    await wake(tenant, lane);
    await eventually(() => expect(tries).toHaveLength(1));
    for (let one = 0; one < 8; one++) {
      await wake(tenant, lane);
      first?.poke();
      second?.poke();
    }
    // Another lane goes through meanwhile: the dispatchers have looked.
    const other = aLane();
    await wake(tenant, other);
    await eventually(() => expect(tries).toHaveLength(2));
    expect((await row(lane))?.tries).toBe(1);
    hold.open();
    await empty();
    expect(tries).toEqual([1, 1, 1]);
  });

  it('when its worker hangs or is gone, then the lane comes back to another by its lease', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const never = gate();
    let runs = 0;
    work(
      async () => {
        runs += 1;
        if (runs === 1) await never.opened;
        return 'done';
      },
      { count: 2 },
    );
    await wake(tenant, lane);
    await eventually(() => expect(runs).toBe(1));
    await passes(31);
    await eventually(() => expect(runs).toBe(2));
    await empty();
    never.open(); // it wakes up late, and does no harm
  });

  it('when others do not know its worker yet, then it is left for somebody whose death would free it', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const { rows } = await owner.query<{ id: string }>('INSERT INTO edge.worker DEFAULT VALUES RETURNING id');
    const id = rows[0]?.id;
    let known: string | undefined;
    const holders: unknown[] = [];
    const run = async (): Promise<'done'> => {
      holders.push((await owner.query('SELECT worker FROM edge.ready WHERE lane = $1', [lane])).rows[0]?.worker);
      return 'done';
    };
    const looked = jest.fn(() => known);
    const one = new Dispatcher(database, [{ kind: 'work', run }], silentLog, 12, looked);
    dispatchers.push(one);
    await wake(tenant, lane);
    one.start();
    await eventually(() => expect(looked.mock.calls.length).toBeGreaterThan(2));
    expect(holders).toEqual([]);
    known = id;
    await empty();
    expect(holders).toEqual([id]);
  });

  it('when nobody heard that it was leased, then it is worked on all the same, long before that lease would end', async () => {
    const [tenant, lane] = [newId(), aLane()];
    let runs = 0;
    let isLost = false;
    const once = database.withSystemOnce.bind(database);
    const spy = jest.spyOn(database, 'withSystemOnce').mockImplementation(async (role, task) => {
      const given = await once(role, task);
      if (isLost || !Array.isArray(given) || given.length === 0) return given;
      isLost = true;
      throw new Error('the line broke');
    });
    await wake(tenant, lane);
    work(async () => {
      runs += 1;
      return 'done';
    });
    await empty();
    expect([isLost, runs]).toEqual([true, 1]);
    spy.mockRestore();
  });

  it('when it has more to do, then it goes on at once', async () => {
    let left = 20;
    work(async () => (--left > 0 ? 'again' : 'done'));
    await wake(newId(), aLane());
    await empty();
    expect(left).toBe(0);
  });

  it('when the dispatcher stops, then what it holds is finished and nothing new begins', async () => {
    const hold = gate();
    const finished: string[] = [];
    const [one] = work(
      async (_tenant, lane) => {
        await hold.opened;
        finished.push(lane.toString('hex'));
        return 'done';
      },
      { concurrency: 1 },
    );
    const tenant = newId();
    await wake(tenant, aLane(), aLane());
    await eventually(async () =>
      expect((await owner.query('SELECT 1 FROM edge.ready WHERE tries = 1')).rowCount).toBe(1),
    );
    const stopped = one?.stop();
    hold.open();
    await stopped;
    expect(finished).toHaveLength(1);
    expect((await owner.query('SELECT 1 FROM edge.ready')).rowCount).toBe(1);
  });
});

describe('work that fails', () => {
  /** So long nothing can be told, from the moment that it is called. */
  function outages() {
    const { withSystem, withSystemOnce } = database;
    let away = false;
    const unlessAway =
      (ask: typeof withSystem): typeof withSystem =>
      (role, task) =>
        away ? Promise.reject(new Error('away')) : (ask.call(database, role, task) as never);
    const spies = [
      jest.spyOn(database, 'withSystem').mockImplementation(unlessAway(withSystem)),
      jest.spyOn(database, 'withSystemOnce').mockImplementation(unlessAway(withSystemOnce)),
    ];
    const begin = (ms: number): void => {
      away = true;
      setTimeout(() => {
        away = false;
      }, ms);
    };
    const end = (): void => {
      for (const spy of spies) spy.mockRestore();
    };
    return { begin, end };
  }

  it('when it succeeds after four failures and that can’t be told, then nothing behind it is set aside', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const outage = outages();
    let runs = 0;
    let parked = 0;
    const run = async (): Promise<'done'> => {
      runs += 1;
      if (runs < 5) throw new Error('no');
      outage.begin(1_200);
      return 'done';
    };
    work(run, {
      parked: async () => {
        parked += 1;
      },
    });
    await wake(tenant, lane);
    for (let failure = 1; failure < 5; failure++) {
      await rests(lane, failure);
      await passes(121);
    }
    await empty();
    expect([runs, parked]).toEqual([5, 0]);
    outage.end();
  });

  it('when it is set aside while that can’t be told, then nothing behind it is set aside', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const waiting = ['poison', 'good', 'better'];
    const outage = outages();
    const parked: string[] = [];
    const handled: string[] = [];
    const run = async (): Promise<'done' | 'again'> => {
      const [next] = waiting;
      if (next === 'poison') throw new Error('no');
      if (next) handled.push(waiting.shift() ?? '');
      return next ? 'again' : 'done';
    };
    const setAside = async (): Promise<void> => {
      parked.push(waiting.shift() ?? '');
      outage.begin(1_700);
    };
    work(run, { parked: setAside });
    await wake(tenant, lane);
    for (let failure = 1; failure < 5; failure++) {
      await rests(lane, failure);
      await passes(121);
    }
    await empty();
    expect([parked, handled]).toEqual([['poison'], ['good', 'better']]);
    outage.end();
  });

  it('when the same row fails five times, then it is set aside and the lane goes on; what arrives meanwhile does not hurry it', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const waiting = ['poison', 'good'];
    const handled: string[] = [];
    const parked: string[] = [];
    let tries = 0;
    work(
      async () => {
        const [next] = waiting;
        if (!next) return 'done';
        tries += 1;
        if (next === 'poison') throw new Error('no');
        handled.push(waiting.shift() ?? '');
        return 'again';
      },
      {
        count: 2,
        parked: async () => void parked.push(waiting.shift() ?? ''),
      },
    );
    await wake(tenant, lane);
    for (let failure = 1; failure < 5; failure++) {
      await rests(lane, failure);
      expect(tries).toBe(failure);
      await wake(tenant, lane);
      expect(await row(lane)).toEqual({ tries: failure, rests: true });
      await passes(121);
    }
    await eventually(() => expect(handled).toEqual(['good']));
    expect([parked, tries]).toEqual([['poison'], 6]);
    await empty();
  });

  it('when it fails while Postgres can’t be told, then it is free as soon as it can, not only when its lease ends', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const outage = outages();
    let runs = 0;
    work(async () => {
      runs += 1;
      if (runs > 1) return 'done';
      outage.begin(1_200);
      throw new Error('away');
    });
    await wake(tenant, lane);
    await empty();
    expect(runs).toBe(2);
    outage.end();
  });

  it('when it fails, then each pause is longer than the one before', async () => {
    const [tenant, lane] = [newId(), aLane()];
    const pauses: number[] = [];
    work(async () => {
      throw new Error('no');
    });
    await wake(tenant, lane);
    for (let failure = 1; failure <= 7; failure++) {
      const pause = await eventually(async () => {
        const { rows } = await owner.query<{ seconds: number }>(
          'SELECT extract(epoch FROM leased_until - clock_timestamp())::float8 AS seconds FROM edge.ready WHERE tries = $1',
          [failure],
        );
        const seconds = rows[0]?.seconds ?? 30;
        expect(seconds < 20 || seconds > 30).toBe(true); // no longer the lease
        return seconds;
      });
      pauses.push(pause);
      await passes(61);
    }
    for (const [at, pause] of pauses.entries()) expect(pause).toBeGreaterThan(at < 5 ? (pauses[at - 1] ?? 0) : 50);
  });
});

describe('tenants', () => {
  it('when one is flooded, then another’s few lanes have their turn among the first', async () => {
    const [flooded, quiet] = [newId(), newId()];
    await wake(flooded, ...Array.from({ length: 300 }, aLane));
    await wake(quiet, ...Array.from({ length: 5 }, aLane));
    const turns: string[] = [];
    work(
      async (tenant) => {
        turns.push(tenant);
        return 'done';
      },
      { concurrency: 6 },
    );
    await empty();
    expect(turns).toHaveLength(305);
    expect(turns.lastIndexOf(quiet)).toBeLessThan(40);
  });

  it('when one’s work stands still, then there is room for another’s', async () => {
    const [stuck, quiet] = [newId(), newId()];
    const hold = gate();
    const turns: string[] = [];
    await wake(stuck, ...Array.from({ length: 30 }, aLane));
    work(
      async (tenant) => {
        turns.push(tenant);
        if (tenant === stuck) await hold.opened;
        return 'done';
      },
      { concurrency: 8 },
    );
    await eventually(() => expect(turns.length).toBeGreaterThanOrEqual(6));
    await wake(quiet, ...Array.from({ length: 5 }, aLane));
    await eventually(() => expect(turns.filter((one) => one === quiet)).toHaveLength(5));
    hold.open();
    await empty();
  });

  it('when there are more tenants than places, then each is served', async () => {
    const tenants = Array.from({ length: 40 }, () => newId());
    for (const tenant of tenants) await wake(tenant, aLane(), aLane());
    const turns: string[] = [];
    work(
      async (tenant) => {
        turns.push(tenant);
        return 'done';
      },
      { concurrency: 3 },
    );
    await empty();
    expect(new Set(turns)).toEqual(new Set(tenants));
    expect(turns).toHaveLength(80);
  });
});
