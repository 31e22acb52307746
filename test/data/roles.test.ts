import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Database } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { missingMigrations } from '../../src/data/migrate';
import { appUrl, checkAppRole, ensureRoles } from '../../src/data/roles';
import { setUpDatabase } from '../../src/data/set-up';
import { type LocalPostgres, startPostgres } from '../../src/local/postgres';

const root = join(__dirname, '..', '..');
const migrations = () => missingMigrations(loginUrl('app'));

// Roles belong to the whole server, so these have one of their own.
let server: LocalPostgres;
let admin: Client;
beforeAll(async () => {
  server = await startPostgres({ dataDir: join(process.env.TEST_FOLDER as string, 'roles'), durable: false });
  admin = new Client({ connectionString: server.url('postgres') });
  await admin.connect();
  await admin.query("CREATE ROLE landlord LOGIN PASSWORD 'landlord'");
  await admin.query('CREATE DATABASE house OWNER landlord');
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** A login's way to the database; its password is its name. */
const loginUrl = (login: string, database = 'house'): string => {
  const url = new URL(server.url(database));
  url.username = login;
  url.password = login;
  return url.toString();
};

describe('an owner who may make roles and databases, and nothing else', () => {
  it('when the database is set up, then the program’s login fits, and again the next time', async () => {
    await admin.query("CREATE ROLE steward LOGIN CREATEROLE CREATEDB PASSWORD 'steward'");
    const owner = loginUrl('steward', 'manor');
    expect(await setUpDatabase(owner)).not.toEqual([]);
    expect(await setUpDatabase(owner)).toEqual([]);
    await checkAppRole(appUrl(owner));
    expect(await missingMigrations(appUrl(owner))).toEqual([]);
    await admin.query('DROP DATABASE manor');
    await admin.query('DROP ROLE app, tenant_rw, intake, resolver, dispatcher');
  });
});

describe('an owner who may not make roles', () => {
  it('when there are no roles yet, then it is told what to run', async () => {
    await expect(setUpDatabase(loginUrl('landlord'))).rejects.toThrow(/deploy\/roles\.sql.*DATABASE_APP_URL/);
  });

  it('when deploy/roles.sql was run by one who may, then the owner migrates and the program’s login fits', async () => {
    await admin.query(readFileSync(join(root, 'deploy', 'roles.sql'), 'utf8'));
    await admin.query("ALTER ROLE app PASSWORD 'app'");
    expect(await migrations()).not.toEqual([]);
    await expect(setUpDatabase(loginUrl('landlord'), false)).resolves.not.toEqual([]);
    expect(await migrations()).toEqual([]);
    await checkAppRole(loginUrl('app'));
    const database = new Database(loginUrl('app'));
    const rows = await database.withTenant(newId(), (tx) => tx.query('SELECT 1 FROM contact'));
    await database.close();
    expect(rows).toEqual([]);
  });
});

describe('the program’s login', () => {
  const tooMuch: [string, string[], string][] = [
    ['is a superuser', ['ALTER ROLE app SUPERUSER', 'ALTER ROLE app NOSUPERUSER'], 'superuser'],
    ['goes round row-level security', ['ALTER ROLE app BYPASSRLS', 'ALTER ROLE app NOBYPASSRLS'], 'bypasses'],
    ['makes roles', ['ALTER ROLE app CREATEROLE', 'ALTER ROLE app NOCREATEROLE'], 'makes roles'],
    [
      'has the rights of a role without taking it',
      ['GRANT resolver TO app WITH INHERIT TRUE', 'GRANT resolver TO app WITH INHERIT FALSE'],
      'inherits',
    ],
    ['may become the owner', ['GRANT landlord TO app', 'REVOKE landlord FROM app'], 'takes other roles'],
    [
      'lacks a role',
      ['REVOKE dispatcher FROM app', 'GRANT dispatcher TO app WITH INHERIT FALSE'],
      "can't take dispatcher",
    ],
  ];
  it.each(tooMuch)('when it %s, then it is refused and told why', async (_what, [make, unmake], why) => {
    await admin.query(make as string);
    await expect(checkAppRole(loginUrl('app'))).rejects.toThrow(why);
    await admin.query(unmake as string);
    await checkAppRole(loginUrl('app'));
  });

  it('when it is the owner’s, then it is refused: tables do not hide rows from their owner', async () => {
    await expect(checkAppRole(loginUrl('landlord'))).rejects.toThrow('owns tables');
  });
});

describe('an owner who may everything', () => {
  const database = (name: string) => server.url(name);

  it('when several starts set up one new database at once, then each ends well and it is migrated once', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => setUpDatabase(database('busy'))));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await checkAppRole(appUrl(database('busy')));
    expect(await missingMigrations(appUrl(database('busy')))).toEqual([]);
  });

  it('when it is set up again, then nothing changes', async () => {
    expect(await setUpDatabase(database('busy'))).toEqual([]);
  });

  it('when several make the roles at once, then none fails', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ensureRoles(database('busy'))));
    await checkAppRole(appUrl(database('busy')));
  });
});
