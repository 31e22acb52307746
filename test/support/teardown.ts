import { rmSync } from 'node:fs';
import { Client } from 'pg';

export default async function teardown(): Promise<void> {
  const { lent } = globalThis;
  if (!lent) return;
  if (process.env.DATABASE_URL) await dropTemplate();
  await lent.servers.stop();
  rmSync(lent.folder, { recursive: true, force: true });
}

// On somebody's own server nothing of ours stays behind.
async function dropTemplate(): Promise<void> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_ADMIN_URL as string });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.TEST_DATABASE_TEMPLATE} WITH (FORCE)`);
  await client.end();
}
