import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type BackupPlace, dataFile } from './backup-folder';
import { copyOut } from './copy';
import { type Frame, writeSealed } from './sealed-file';
import { dataTables, quoted } from './tables';

/** What a data backup says of itself, sealed with the rest. */
export interface Manifest {
  migrations: string[];
  sequences: Record<string, string>;
  /** By customer: the last moment whose work is in it. What was worked on later is worked on again. */
  handled: Record<string, string>;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** All tables but those of the key backup, as they stood at one moment, in one sealed file. @param blobs the folder of sealed files that templates need. @returns its path */
export async function dumpData(
  ownerUrl: string,
  place: BackupPlace,
  { now, blobs }: { now: Date; blobs: string },
): Promise<string> {
  const path = dataFile(place, now);
  const client = new Client({ connectionString: ownerUrl, application_name: 'connectus backup' });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await writeSealed(path, place.key, { kind: 'data', madeAt: now.toISOString() }, framesOf(client, blobs));
    await client.query('COMMIT');
    return path;
  } finally {
    await client.end();
  }
}

async function* framesOf(client: Client, blobs: string): AsyncGenerator<Frame> {
  yield { type: 'm', body: json(await manifestOf(client)) };
  for (const table of await dataTables(client)) {
    yield { type: 't', body: json(table) };
    const columns = table.columns.map((column) => `"${column}"`).join(', ');
    for await (const body of copyOut(client, `COPY ${quoted(table.name)} (${columns}) TO STDOUT`))
      yield { type: 'd', body };
  }
  const { rows } = await client.query<{ blob: string }>('SELECT blob FROM template_medium ORDER BY 1');
  for (const { blob } of rows) yield* blobFrames(join(blobs, blob), blob);
  yield { type: 'e', body: Buffer.alloc(0) };
}

/** As it lies there, sealed under its own key. One that is missing is missing. */
async function* blobFrames(path: string, name: string): AsyncGenerator<Frame> {
  yield { type: 'b', body: Buffer.from(name) };
  try {
    for await (const body of createReadStream(path)) yield { type: 'f', body: body as Buffer };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
}

async function manifestOf(client: Client): Promise<Manifest> {
  const one = async <Row extends object>(sql: string): Promise<Row[]> => (await client.query<Row>(sql)).rows;
  const applied = await one<{ name: string }>('SELECT name FROM migration.applied ORDER BY name');
  const sequences = await one<{ name: string; value: string }>(
    `SELECT schemaname || '.' || sequencename AS name, coalesce(last_value, start_value)::text AS value FROM pg_sequences`,
  );
  const handled = await one<{ tenant: string; at: Date }>(
    'SELECT tenant_id AS tenant, max(handled_at) AS at FROM inbox WHERE handled_at IS NOT NULL GROUP BY 1',
  );
  return {
    migrations: applied.map(({ name }) => name),
    sequences: Object.fromEntries(sequences.map(({ name, value }) => [name, value])),
    handled: Object.fromEntries(handled.map(({ tenant, at }) => [tenant, at.toISOString()])),
  };
}
