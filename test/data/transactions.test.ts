import { Client } from 'pg';
import { Database } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { type TestDatabase, testDatabase } from '../support/database';
import { Line } from '../support/line';

let place: TestDatabase;
let owner: Client;
let database: Database;
const tenant = newId();

beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  await owner.query(
    "INSERT INTO tenant (tenant_id, name, legal_name, created_at) VALUES ($1, 'Tienda Andina', 'Tienda Andina SpA', now())",
    [tenant],
  );
  database = new Database(place.appUrl, { pool: 1 }); // one connection: what one transaction leaves behind, the next one finds
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await place.drop();
});

const note = (why: string): [string, unknown[]] => [
  `INSERT INTO receipt_residue (tenant_id, day, status, why, count) VALUES ($1, '2026-12-01', 'read', $2, 1)`,
  [tenant, why],
];
const noted = async (): Promise<string[]> =>
  (
    await database.withTenant(tenant, (tx) =>
      tx.query<{ why: string }>('SELECT why FROM receipt_residue WHERE tenant_id = $1 ORDER BY why', [tx.tenant]),
    )
  ).map(({ why }) => why);
const wrong = 'SELECT 1 FROM no_such_table';
const self = 'SELECT pg_backend_pid() AS pid';

describe('a transaction', () => {
  it('when statements are asked in one step, then each gets its own answer, and all are kept', async () => {
    const answers = await database.withTenant(tenant, (tx) =>
      Promise.all([
        tx.query(...note('set_aside')),
        tx.query<{ n: number }>('SELECT $1::int AS n', [1]),
        tx.query<{ n: number }>('SELECT $1::int AS n', [2]),
        tx.query<{ who: string }>("SELECT current_user || ' ' || current_setting('app.tenant') AS who"),
      ]),
    );
    expect(answers.slice(1)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ who: `tenant_rw ${tenant}` }]]);
    expect(await noted()).toEqual(['set_aside']);
  });

  it('when one of them fails, then none is kept, and the connection serves the next transaction', async () => {
    const asked = database.withTenant(tenant, (tx) => Promise.all([tx.query(...note('no_message')), tx.query(wrong)]));
    await expect(asked).rejects.toMatchObject({ name: 'SequelizeDatabaseError', parent: { code: '42P01' } });
    expect(await noted()).toEqual(['set_aside']);
  });

  it('when the line is dead and nothing says so, then it is given up, nothing is kept, and the next transaction takes another', async () => {
    const line = await Line.to(Number(new URL(place.appUrl).port));
    const led = new URL(place.appUrl);
    led.port = String(line.port);
    const far = new Database(led.toString(), { pool: 1, answerMs: 2_500 });
    const slow = far.withTenant(tenant, (tx) => tx.query<{ slept: string }>('SELECT pg_sleep(0.5)::text AS slept'));
    expect(await slow).toEqual([{ slept: '' }]);
    const asked = far.withTenant(tenant, async (tx) => {
      await tx.query(...note('no_message'));
      line.die();
      await tx.query(self);
    });
    await expect(asked).rejects.toThrow();
    line.mend();
    expect(await far.withTenant(tenant, (tx) => tx.query<{ one: number }>('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    expect(await noted()).toEqual(['set_aside']);
    await far.close();
    await line.close();
  });

  it('when a failure is swallowed, then nobody is told that it was kept', async () => {
    const swallowed = database.withTenant(tenant, async (tx) => {
      await tx.query(...note('no_message'));
      await tx.query(wrong).catch(() => {});
    });
    await expect(swallowed).rejects.toThrow('undone');
    expect(await noted()).toEqual(['set_aside']);
  });

  it('when it cannot begin, then that is what is told, not what came of it', async () => {
    const asked = database.withSystem('nobody' as 'intake', (tx) => tx.query('SELECT 1'));
    await expect(asked).rejects.toMatchObject({ parent: { message: expect.stringContaining('nobody') } });
    expect(await noted()).toEqual(['set_aside']);
  });

  it('when its tenant is written like SQL, then it is a tenant that does not exist', async () => {
    const asked = database.withTenant(`x'; SET LOCAL ROLE NONE; --`, (tx) => tx.query('SELECT 1 FROM receipt_residue'));
    await expect(asked).rejects.toThrow(/uuid/);
  });

  it('when it has one statement alone, then it is kept, and a second one is refused', async () => {
    const [row] = await database.withSystemOnce('resolver', (tx) =>
      tx.query<{ who: string }>('SELECT current_user AS who'),
    );
    expect(row).toEqual({ who: 'resolver' });
    const twice = database.withSystemOnce('resolver', async (tx) => {
      await tx.query('SELECT 1');
      await tx.query('SELECT 1');
    });
    await expect(twice).rejects.toThrow('over');
    await expect(database.withSystemOnce('resolver', (tx) => tx.query(wrong))).rejects.toThrow('no_such_table');
    expect(await noted()).toEqual(['set_aside']);
  });

  it('when its connection dies, then it fails, and the next one has another', async () => {
    const pid = async (): Promise<number> =>
      (await database.withSystem('resolver', (tx) => tx.query<{ pid: number }>(self)))[0]?.pid ?? 0;
    const before = await pid();
    const dying = database.withSystem('resolver', async (tx) => {
      await tx.query(self);
      await owner.query('SELECT pg_terminate_backend($1)', [before]);
      await tx.query(self);
    });
    await expect(dying).rejects.toThrow();
    expect(await pid()).not.toBe(before);
    expect(await noted()).toEqual(['set_aside']);
  });
});
