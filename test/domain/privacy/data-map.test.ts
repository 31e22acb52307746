import { Client } from 'pg';
import { dataMap } from '../../../src/domain/privacy/data-map';
import { toldTables } from '../../../src/domain/privacy/holdings.table';
import { testDatabase } from '../../support/database';

type Place = Awaited<ReturnType<typeof testDatabase>>;
let place: Place;
let real: Record<string, string[]>;

beforeAll(async () => {
  place = await testDatabase();
  const owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ name: string; column: string }>(
    `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name AS name, column_name AS column
     FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  await owner.end();
  real = {};
  for (const { name, column } of rows) real[name] = [...(real[name] ?? []), column].sort();
});
afterAll(() => place.drop());

describe('the data map', () => {
  it('when a table or column is in the real schema, then it is in the map, and the other way round', () => {
    const mapped = Object.fromEntries(
      Object.entries(dataMap.tables).map(([name, table]) => [name, Object.keys(table.columns).sort()]),
    );
    expect(mapped).toEqual(real);
  });

  it('when something is kept, then its purpose, origin, recipients, retention and end are told', () => {
    for (const holding of [...Object.values(dataMap.tables), ...Object.values(dataMap.elsewhere)])
      for (const key of ['category', 'purpose', 'origin', 'recipients', 'retention', 'erase'] as const)
        expect(holding[key]).toMatch(/\S/);
    expect(Object.keys(dataMap.elsewhere)).toEqual(
      expect.arrayContaining(['redis', 'logs', 'blobs', 'backups', 'whatsapp', 'slack']),
    );
  });

  it('when a table speaks of a person, then it is counted in what they are told', () => {
    const told = Object.entries(dataMap.tables).filter(([, table]) => !['none', 'team'].includes(table.category));
    expect(toldTables.toSorted()).toEqual(told.map(([name]) => name).sort());
  });
});
