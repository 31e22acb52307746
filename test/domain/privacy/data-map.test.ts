import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Client } from 'pg';
import { dataMap, isTold } from '../../../src/domain/privacy/data-map';
import { toldTables } from '../../../src/domain/privacy/holdings.table';
import { fieldsOf, openedOf } from '../../../src/domain/privacy/holdings-read';
import { subprocessors } from '../../../src/domain/registers/subprocessors';
import { logFields } from '../../../src/log';
import { testDatabase } from '../../support/database';

type Place = Awaited<ReturnType<typeof testDatabase>>;
const root = join(__dirname, '../../..');
const told = Object.entries(dataMap.tables).flatMap(([name, table]) => (isTold(table) ? [name] : []));
type Words = { categories: Record<string, Record<string, string>>; fields: Record<string, string> };
const words = (language: string) =>
  load(readFileSync(join(root, `src/domain/privacy/data-map.${language}.yaml`), 'utf8')) as Words;
let place: Place;
let real: Record<string, string[]>;
let sealed: Set<string>;

beforeAll(async () => {
  place = await testDatabase();
  const owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ name: string; column: string; type: string }>(
    `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name AS name, column_name AS column, data_type AS type
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  await owner.end();
  real = {};
  sealed = new Set(rows.flatMap((row) => (row.type === 'bytea' ? [`${row.name}.${row.column}`] : [])));
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
    expect(toldTables.toSorted()).toEqual(told.toSorted());
  });

  it('when a table speaks of a person, then everything sealed in it has somebody who opens it, and each field a name in three languages', () => {
    for (const table of told) {
      const personal = Object.entries(dataMap.tables[table]?.columns ?? {}).filter(([, kind]) => kind === 'personal');
      const closed = personal.map(([column]) => column).filter((column) => sealed.has(`${table}.${column}`));
      expect([table, closed.filter((column) => !openedOf(table).includes(column))]).toEqual([table, []]);
      for (const language of ['es', 'en', 'pt'])
        for (const field of fieldsOf(table))
          expect([language, table, field, words(language).fields[field]]).toEqual([
            language,
            table,
            field,
            expect.stringMatching(/\p{L}/u),
          ]);
    }
  });

  it('when a category is told, then its purpose, origin and recipients are said in three languages', () => {
    for (const language of ['es', 'en', 'pt'])
      for (const table of told)
        for (const key of ['name', 'purpose', 'origin', 'recipients'])
          expect([
            language,
            table,
            key,
            words(language).categories[dataMap.tables[table]?.category ?? '']?.[key],
          ]).toEqual([language, table, key, expect.stringMatching(/\p{L}/u)]);
  });

  it('when two tables are told as lists, then each has a file of its own', () => {
    const files = told.flatMap((table) => dataMap.tables[table]?.file ?? []);
    expect(new Set(files).size).toBe(files.length);
  });
});

describe('what is kept outside the database', () => {
  it('when a log line is written, then its fields are those of the map', () => {
    expect([...logFields].sort()).toEqual([...(dataMap.elsewhere.logs?.fields ?? [])].sort());
  });

  it('when a table names a blob, then its kind is in the map, with whatever opens it', () => {
    const named = Object.entries(real).filter(([, columns]) => columns.includes('blob'));
    expect(named.map(([name]) => name).sort()).toEqual([...(dataMap.elsewhere.blobs?.kinds ?? [])].sort());
    for (const [name] of named)
      expect([name, Object.values(dataMap.tables[name]?.columns ?? {})]).toEqual([
        name,
        expect.arrayContaining(['key']),
      ]);
  });

  it('when a key is written to Redis, then how it begins is in the map', () => {
    const source = readdirSync(join(root, 'src/queue'))
      .map((name) => readFileSync(join(root, 'src/queue', name), 'utf8'))
      .join('\n');
    const queues = [...source.matchAll(/queues\.open(?:<\w+>)?\('(\w+)'\)/g)].map(([, name = '']) => name);
    const others = [...source.matchAll(/prefix\}:(\w+)/g)].map(([, name = '']) => name);
    expect([...new Set([...queues, ...others])].sort()).toEqual([...(dataMap.elsewhere.redis?.keys ?? [])].sort());
  });

  it('when somebody carries messages for us, then the copy they have is in the map', () => {
    const held = Object.values(dataMap.elsewhere).flatMap((place) => place.held_by ?? []);
    const carriers = subprocessors.filter(({ channels }) => channels.length > 0).map(({ id }) => id);
    expect(held.sort()).toEqual(expect.arrayContaining(carriers.sort()));
  });
});
