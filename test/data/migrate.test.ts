import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/data/migrate';
import { type TestDatabase, testDatabase } from '../support/database';

const dir = join(process.env.TEST_FOLDER as string, 'migrations');
const file = (name: string, sql: string) => writeFileSync(join(dir, name), sql);

let place: TestDatabase;
let owner: Client;
beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  mkdirSync(dir);
});
afterAll(async () => {
  await owner.end();
  await place.drop();
});

const tables = async (): Promise<string[]> =>
  (await owner.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'shelf%' ORDER BY 1")).rows.map(
    (row) => row.tablename,
  );

describe('a new migration', () => {
  it('when it fails half way, then nothing of it stays, what came before does, and its name is told', async () => {
    file('9001-shelf.sql', 'CREATE TABLE shelf (id int)');
    file('9002-shelves.sql', 'CREATE TABLE shelf_two (id int); INSERT INTO nowhere VALUES (1)');
    await expect(migrate(place.ownerUrl, { dir })).rejects.toThrow('9002-shelves.sql');
    expect(await tables()).toEqual(['shelf']);
  });

  it('when it is mended, then the next start goes on from there, once', async () => {
    file('9002-shelves.sql', 'CREATE TABLE shelf_two (id int)');
    const both = await Promise.all([migrate(place.ownerUrl, { dir }), migrate(place.ownerUrl, { dir })]);
    expect(both.flat()).toEqual(['9002-shelves.sql']);
    expect(await tables()).toEqual(['shelf', 'shelf_two']);
  });

  it('when its first line says so, then it runs outside a transaction', async () => {
    file('9003-index.sql', '-- no transaction\nCREATE INDEX CONCURRENTLY shelf_id ON shelf (id)');
    expect(await migrate(place.ownerUrl, { dir })).toEqual(['9003-index.sql']);
  });
});
