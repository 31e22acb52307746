import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from '../src/data/ids';
import { importsTable } from '../src/domain/audience/import/import.table';
import { refreshStanding } from '../src/domain/audience/standing.table';
import { type Bench, type BenchPlace, benchStart, figure } from './frame';
import { attested, importsIn, putText } from './lists';

const names = ['María José Muñoz', 'Iñaki Pérez', 'Ana Rojas', 'Benjamín Soto', 'Catalina Núñez', 'Tomás Araya'];
const communes = ['Ñuñoa', 'Maipú', 'Providencia', 'Talca', 'Viña del Mar', 'Concepción', 'Temuco'];

/** As Excel in Chile saves it: a name, a phone as people type it, a mail, a commune. */
async function writeList(file: string, rows: number): Promise<void> {
  function* lines() {
    yield 'Nombre;Celular;Correo;Comuna\r\n';
    for (let n = 0; n < rows; n++)
      yield `${names[n % names.length]};9${String(10_000_000 + n)};cliente${n}@correo.example;${communes[n % communes.length]}\r\n`;
  }
  await pipeline(Readable.from(lines(), { highWaterMark: 4_096 }), createWriteStream(file));
}

/** The same file into a bare table by the server's own COPY, in seconds. */
async function bareCopy({ owner }: BenchPlace, file: string): Promise<number> {
  await owner.query('CREATE TABLE bare (name text, phone text, mail text, commune text)');
  const began = performance.now();
  await owner.query(`COPY bare FROM '${file}' (FORMAT csv, DELIMITER ';', HEADER)`);
  const seconds = (performance.now() - began) / 1_000;
  await owner.query('DROP TABLE bare');
  return seconds;
}

/** The whole way of a list of strangers: read, tokenised, asked about, sealed and stored with an attested consent each. */
export const bench: Bench = async (place, { rows = 1_000_000 }) => {
  const { database, tenant, tell } = place;
  const folder = mkdtempSync(join(tmpdir(), 'connectus-import-'));
  try {
    const file = join(folder, 'clientes.csv');
    await writeList(file, rows);
    tell(`a file of ${(statSync(file).size / 1_048_576).toFixed(0)} MB`);
    const bare = await bareCopy(place, file);
    tell(`bare COPY: ${bare.toFixed(1)} s`);
    const member = newId(benchStart);
    await database.withTenant(tenant, putText);
    const { imports, work } = importsIn(place, folder);
    const memory: Record<string, number> = { before: megabytes(process.memoryUsage().rss) };
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 100);
    const id = await imports.take(tenant, { name: 'clientes.csv', source: createReadStream(file) }, member);
    let began = performance.now();
    await work.work(tenant, id);
    const dry = (performance.now() - began) / 1_000;
    memory.afterDryRun = megabytes(process.memoryUsage().rss);
    tell(`dry run: ${dry.toFixed(1)} s`);
    await database.withTenant(tenant, (tx) => imports.start(tx, id, attested, member));
    const cpu = process.cpuUsage();
    began = performance.now();
    await work.work(tenant, id, ({ rows: done }) => {
      if (done % 100_000 === 0) tell(`${done} rows: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    });
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(watch);
    const counts = (await database.withTenant(tenant, (tx) => importsTable.get(tx, id)))?.counts;
    return {
      figures: [
        figure('IMPORT_ROWS', rows / seconds, 'rows/s', '>= 12000'),
        figure('IMPORT_SHARE', bare / seconds, 'of a bare COPY', '>= 0.06'),
        figure('IMPORT_RSS_MB', most / 1_048_576, 'MB', '<= 250'),
      ],
      raw: {
        ...{ rows, seconds, copySeconds: bare, dryRunSeconds: dry, counts },
        memory: {
          ...memory,
          heap: megabytes(process.memoryUsage().heapTotal),
          external: megabytes(process.memoryUsage().external),
        },
        ...{ cpuMicrosPerRow: (user + system) / rows, standingDiffers: await differing(place) },
        plans: await plans(place),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** Of some thousand people, how many stand otherwise than the ledger and the tokens say: none. */
async function differing({ database, owner, tenant }: BenchPlace): Promise<number> {
  const { rows } = await owner.query<{ id: string }>('SELECT id FROM contact ORDER BY id DESC LIMIT 5000');
  const ids = rows.map(({ id }) => id);
  const all = () =>
    owner.query(
      'SELECT contact_id, reach, consented, stopped, held, flags, zone, country, language FROM standing WHERE contact_id = ANY($1) ORDER BY 1',
      [ids],
    );
  const before = await all();
  await database.withTenant(tenant, (tx) => refreshStanding(tx, ids));
  const after = await all();
  return before.rows.filter((row, at) => JSON.stringify(row) !== JSON.stringify(after.rows[at])).length;
}

/** How the two questions of every batch are answered at this size. */
async function plans({ database, owner, tenant }: BenchPlace): Promise<Record<string, unknown>> {
  const { rows } = await owner.query<{ find: Buffer; stop: Buffer }>('SELECT find, stop FROM identifier LIMIT 4000');
  return database.withTenant(tenant, async (tx) => {
    const explain = async (sql: string, bind: unknown[]) =>
      (await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) ${sql}`, bind)).map(
        (row) => row['QUERY PLAN'],
      );
    return {
      owners: await explain(
        `SELECT i.contact_id FROM unnest($2::bytea[]) w (find) CROSS JOIN LATERAL
         (SELECT contact_id FROM identifier i WHERE i.tenant_id = $1 AND i.kind = 'phone' AND i.find = w.find LIMIT 1) i`,
        [tenant, rows.map(({ find }) => find)],
      ),
      refused: await explain(
        `SELECT s.channel FROM unnest($2::bytea[]) w (token) CROSS JOIN LATERAL
         (SELECT DISTINCT s.channel FROM suppression s WHERE s.tenant_id = $1 AND s.token = w.token AND s.purpose = 'marketing' OFFSET 0) s`,
        [tenant, rows.map(({ stop }) => stop)],
      ),
    };
  });
}
