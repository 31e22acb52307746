import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { appUrl } from '../../src/data/roles';

export interface TestDatabase {
  ownerUrl: string;
  appUrl: string;
  drop(): Promise<void>;
}

const admin = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_ADMIN_URL as string });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** A database of its own, cloned from the migrated one. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `connectus_test_${randomBytes(6).toString('hex')}`;
  await admin((client) => clone(client, name));
  const url = new URL(process.env.TEST_DATABASE_ADMIN_URL as string);
  url.pathname = `/${name}`;
  return {
    ownerUrl: url.toString(),
    appUrl: appUrl(url.toString()),
    drop: () => admin(async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

// Two clones at once of one template: the second is told to wait.
async function clone(client: Client, name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      // File by file: half the time of writing every page into the log as well.
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${process.env.TEST_DATABASE_TEMPLATE} STRATEGY FILE_COPY`);
      return;
    } catch (error) {
      if (tries >= 100 || (error as { code?: string }).code !== '55006') throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
