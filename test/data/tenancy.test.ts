import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Database } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { type TestDatabase, testDatabase } from '../support/database';

let place: TestDatabase;
let owner: Client;
let app: Client;
let database: Database;
let tables: string[];
const [one, other] = [newId(), newId()];

beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  app = new Client({ connectionString: place.appUrl });
  await owner.connect();
  await app.connect();
  database = new Database(place.appUrl, { pool: 1 });
  const { rows } = await owner.query<{ name: string }>(
    `SELECT DISTINCT c.table_name AS name FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  tables = rows.map((row) => row.name);
  await owner.query("SET session_replication_role = 'replica'"); // a row in each table, whatever it refers to
  for (const table of tables) for (const tenant of [one, other]) await fill(table, tenant);
});
afterAll(async () => {
  await database.close();
  await app.end();
  await owner.end();
  await place.drop();
});

/** A row of this tenant with something of the right type in every column that must have it, and in one of those of which one must. */
async function fill(table: string, tenant: string): Promise<void> {
  const { rows } = await owner.query<{ name: string; type: string; check: string | null }>(
    `SELECT c.column_name AS name, c.udt_name AS type,
       (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
        WHERE k.conrelid = c.table_name::regclass AND k.contype = 'c' AND pg_get_constraintdef(k.oid) NOT LIKE '%<>%'
          AND (SELECT attnum FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = c.column_name) = ANY (k.conkey)
        ORDER BY cardinality(k.conkey), k.oid LIMIT 1) AS check
     FROM information_schema.columns c
     WHERE c.table_schema = 'public' AND c.table_name = $1 AND c.column_default IS NULL
       AND (c.is_nullable = 'NO' OR c.column_name IN (
         SELECT substring(pg_get_constraintdef(k.oid) FROM 'num_nonnulls\\((\\w+),') FROM pg_constraint k
         WHERE k.conrelid = c.table_name::regclass AND k.contype = 'c'))`,
    [table],
  );
  const values = rows.map(({ name, type, check }) => {
    if (name === 'tenant_id') return tenant;
    const among = /'([^']+)'/.exec(check ?? '')?.[1];
    if (among) return among;
    const samples: Record<string, unknown> = {
      uuid: newId(),
      bytea: randomBytes(8),
      timestamptz: new Date(0),
      date: '2026-12-01',
      jsonb: '{}',
      _text: '{}',
      _int2: '{1}',
      bool: false,
      int4: 1,
      int8: 1,
      int2: name === 'closes' ? 2 : 1, // what ends comes after what begins
      numeric: 1,
      text: randomBytes(4).toString('hex'),
    };
    return samples[type];
  });
  const names = rows.map((row) => `"${row.name}"`);
  await owner.query(`INSERT INTO "${table}" (${names}) VALUES (${names.map((_, at) => `$${at + 1}`)})`, values);
}

const tenantsSeen = async (table: string, tenant: string): Promise<string[]> =>
  database.withTenant(tenant, async (tx) =>
    (await tx.query<{ tenant_id: string }>(`SELECT tenant_id FROM "${table}"`)).map((row) => row.tenant_id),
  );

describe('the walls between customers', () => {
  it('when a table carries tenant_id, then row-level security is on and begins each key', async () => {
    expect(tables.length).toBeGreaterThan(25);
    const { rows } = await owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'r'
         AND NOT (c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                  WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'tenant_id'))`,
    );
    expect(rows.map((row) => row.name)).toEqual([]);
  });

  it('when there is a view, then it shows what whoever looks may see', async () => {
    const { rows } = await owner.query<{ name: string; options: string[] | null }>(
      `SELECT c.relname AS name, c.reloptions AS options FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { name, options } of rows)
      expect([name, options]).toEqual([name, expect.arrayContaining(['security_invoker=true'])]);
  });

  it('when the login asks without having taken a role, then every table refuses', async () => {
    for (const table of tables)
      for (const sql of [`SELECT 1 FROM public."${table}"`, `DELETE FROM public."${table}"`])
        await expect(app.query(sql)).rejects.toMatchObject({ code: '42501' });
    await expect(app.query('SELECT 1 FROM edge.sender')).rejects.toMatchObject({ code: '42501' });
  });

  it('when the role is taken and no tenant was ever set, or it was reset, then every table raises instead of showing nothing', async () => {
    for (const before of [[], ["SELECT set_config('app.tenant', '', true)"]])
      for (const table of tables) {
        await app.query('BEGIN');
        await app.query('SET LOCAL ROLE tenant_rw');
        for (const sql of before) await app.query(sql);
        await expect(app.query(`SELECT 1 FROM "${table}"`)).rejects.toThrow(
          /app\.tenant|invalid input syntax for type uuid/,
        );
        await app.query('ROLLBACK');
      }
  });

  it('when a tenant looks, then every table shows its own rows and nobody else’s', async () => {
    for (const table of tables) {
      expect(new Set(await tenantsSeen(table, one))).toEqual(new Set([one]));
      expect(new Set(await tenantsSeen(table, other))).toEqual(new Set([other]));
      expect(await tenantsSeen(table, newId())).toEqual([]);
    }
  });

  it('when a tenant writes for another, then every table refuses', async () => {
    for (const table of tables) {
      const give = database.withTenant(one, (tx) => tx.query(`UPDATE "${table}" SET tenant_id = $1`, [other]));
      await expect(give).rejects.toMatchObject({ parent: { code: '42501' } });
    }
  });

  it('when the system rooms look at a customer’s tables, then they are refused', async () => {
    for (const role of ['resolver', 'dispatcher', 'intake'] as const)
      for (const table of tables)
        await expect(database.withSystem(role, (tx) => tx.query(`SELECT 1 FROM "${table}"`))).rejects.toThrow();
  });
});

describe('withTenant', () => {
  it('when it is called inside another, then it throws; after the commit it does not', async () => {
    const nested = database.withTenant(one, () => database.withTenant(other, async () => {}));
    await expect(nested).rejects.toMatchObject({ code: 'TRANSACTION_NESTED' });
    const system = database.withTenant(one, () => database.withSystem('resolver', async () => {}));
    await expect(system).rejects.toMatchObject({ code: 'TRANSACTION_NESTED' });
    let seen: string | undefined;
    await database.withTenant(one, async (tx) =>
      tx.afterCommit(async () => {
        seen = await database.withTenant(other, async (inner) => inner.tenant);
      }),
    );
    expect(seen).toBe(other);
  });

  it('when it fails, then nothing is done after the commit, and the pooled connection carries nothing on', async () => {
    let after = false;
    const failing = database.withTenant(one, async (tx) => {
      tx.afterCommit(() => {
        after = true;
      });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(after).toBe(false);
    const left = await database.withSystem('resolver', (tx) =>
      tx.query<{ tenant: string | null; role: string }>(
        "SELECT nullif(current_setting('app.tenant', true), '') AS tenant, current_user AS role",
      ),
    );
    expect(left).toEqual([{ tenant: null, role: 'resolver' }]);
  });

  it('when many tenants share one connection, then each sees itself', async () => {
    const tenants = Array.from({ length: 30 }, () => newId());
    const seen = await Promise.all(
      tenants.map((tenant) =>
        database.withTenant(tenant, async (tx) => {
          const [row] = await tx.query<{ tenant: string }>("SELECT current_setting('app.tenant') AS tenant");
          return row?.tenant;
        }),
      ),
    );
    expect(seen).toEqual(tenants);
  });
});
