import { rmSync } from 'node:fs';
import { Client } from 'pg';

export default async function teardown(): Promise<void> {
  const { lent } = globalThis;
  if (!lent) return;
  try {
    if (process.env.DATABASE_URL) await dropTemplate();
    await lent.servers.stop();
  } finally {
    // Something that is still ending may write there.
    rmSync(lent.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

// On somebody's own server nothing of ours stays behind.
async function dropTemplate(): Promise<void> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_ADMIN_URL as string });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.TEST_DATABASE_TEMPLATE} WITH (FORCE)`);
  await client.end();
}
