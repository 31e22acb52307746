import { Client } from 'pg';
import { newId } from '../../src/data/ids';
import { silentLog } from '../../src/log';
import { Heartbeat } from '../../src/queue/heartbeat';
import { freeGone } from '../../src/queue/heartbeat.table';
import { endLease, goOn, leaseLanes, rest } from '../../src/queue/ready.table';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { aMaster, ground } from '../support/ground';

let place: TestDatabase;
let owner: Client;
let database: ReturnType<typeof ground>['database'];
let workers: Heartbeat[] = [];

beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  database = ground(place.appUrl, aMaster(), 6).database;
});
afterEach(async () => {
  await Promise.all(workers.map((one) => one.stop()));
  workers = [];
  await owner.query('DELETE FROM edge.ready');
});
afterAll(async () => {
  await database?.close();
  await owner?.end();
  await place?.drop();
});

async function aWorker(onFreed = () => {}): Promise<{ heartbeat: Heartbeat; id: string }> {
  const heartbeat = new Heartbeat(database, silentLog, { onFreed });
  workers.push(heartbeat);
  heartbeat.start();
  await eventually(() => expect(heartbeat.worker).toBeDefined());
  return { heartbeat, id: heartbeat.worker as string };
}
/** A lane that this worker holds. */
async function held(worker: string) {
  const lane = Buffer.from(newId());
  await database.withTenant(newId(), (tx) => tx.query("SELECT edge.wake('work', $1, '0')", [lane]));
  const [lease] = await database.withSystem('dispatcher', (tx) => leaseLanes(tx, ['work'], 1, 1, new Map(), worker));
  if (!lease) throw new Error('nothing to hold');
  return lease;
}
const lanes = async () =>
  (await owner.query('SELECT worker, leased_until IS NULL AS free, due_at <= clock_timestamp() AS due FROM edge.ready'))
    .rows;
/** Silent for so long, as if asleep. */
const sleeps = (worker: string) =>
  owner.query("UPDATE edge.worker SET seen_at = seen_at - interval '1 minute' WHERE id = $1", [worker]);
const sweep = () => database.withSystem('dispatcher', freeGone);

describe('a worker that says it is there', () => {
  it('when it goes on saying so, then what it holds is its own', async () => {
    const { id } = await aWorker();
    await held(id);
    expect(await sweep()).toEqual([]);
    expect(await lanes()).toEqual([{ worker: id, free: false, due: false }]);
  });

  it('when it stops of itself, then nobody has to find out', async () => {
    const { heartbeat, id } = await aWorker();
    await heartbeat.stop();
    expect((await owner.query('SELECT 1 FROM edge.worker WHERE id = $1', [id])).rows).toEqual([]);
    expect(await sweep()).toEqual([]);
  });

  it('when it is silent, then another frees what it held and is told, and its id is never used again', async () => {
    let freed = 0;
    await aWorker(() => {
      freed += 1;
    });
    const { rows } = await owner.query(
      "INSERT INTO edge.worker (seen_at) VALUES (now() - interval '1 minute') RETURNING id",
    );
    const lost = rows[0].id as string;
    await held(lost);
    await eventually(() => expect(freed).toBe(1));
    expect(await lanes()).toEqual([{ worker: lost, free: true, due: true }]);
    expect((await owner.query('SELECT id FROM edge.gone_worker WHERE id = $1', [lost])).rows).toHaveLength(1);
  });

  it('when it was only asleep, then it comes back as another, and whatever it says of what it held changes nothing', async () => {
    const { heartbeat, id } = await aWorker();
    const lease = await held(id);
    await eventually(async () => {
      await sleeps(id);
      expect(await sweep()).toEqual([id]);
    });
    await eventually(() => expect(Number(heartbeat.worker)).toBeGreaterThan(Number(id)));
    const [again] = await database.withSystem('dispatcher', (tx) =>
      leaseLanes(tx, ['work'], 1, 1, new Map(), heartbeat.worker),
    );
    expect(again?.lane).toEqual(lease.lane);
    const before = (await owner.query('SELECT * FROM edge.ready')).rows;
    await database.withSystem('dispatcher', async (tx) => {
      await endLease(tx, lease);
      await goOn(tx, lease);
      await rest(tx, lease, 9);
    });
    expect((await owner.query('SELECT * FROM edge.ready')).rows).toEqual(before);
  });

  it('when it holds a lane once more, then what it says late of the first time changes nothing', async () => {
    const { id } = await aWorker();
    const first = await held(id);
    await owner.query('UPDATE edge.ready SET due_at = clock_timestamp(), leased_until = NULL');
    await database.withSystem('dispatcher', (tx) => leaseLanes(tx, ['work'], 1, 1, new Map(), id, 2));
    const before = (await owner.query('SELECT * FROM edge.ready')).rows;
    await database.withSystem('dispatcher', async (tx) => {
      await endLease(tx, first);
      await goOn(tx, first);
      await rest(tx, first, 9);
    });
    expect((await owner.query('SELECT * FROM edge.ready')).rows).toEqual(before);
  });

  it('when it is silent in the midst of taking something to send, then it is not said to be gone before that has ended', async () => {
    const { rows } = await owner.query(
      "INSERT INTO edge.worker (seen_at) VALUES (now() - interval '1 minute') RETURNING id",
    );
    const asleep = rows[0].id as string;
    let wakeUp = () => {};
    let began = () => {};
    const hasBegun = new Promise<void>((done) => {
      began = done;
    });
    const claim = database.withTenant(newId(), async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock_shared(edge.worker_lock($1))', [asleep]);
      began();
      await new Promise<void>((done) => {
        wakeUp = done;
      });
    });
    await hasBegun;
    expect(await sweep()).toEqual([]);
    wakeUp();
    await claim;
    expect(await sweep()).toEqual([asleep]);
  });
});
