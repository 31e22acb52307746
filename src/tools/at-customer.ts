import { systemClock } from '../clock';
import { Posts } from '../conversation/posts';
import { Database } from '../data/database';
import { Keys } from '../data/keys';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { createDomain, type Rooms } from '../domain';
import { findCustomers } from '../domain/accounts/customers';
import { Tenants } from '../domain/accounts/tenants.service';
import { AppError } from '../errors';
import { reachDatabase } from '../local/reach';
import { silentLog } from '../log';

/** One customer, at the command line. What is changed here is drawn and sent by the system that runs. */
export interface AtCustomer {
  tenant: string;
  name: string;
  database: Database;
  keys: Keys;
  rooms: Rooms;
  now: Date;
}

/** Opens the database of a running system, or the one of the settings, for one customer. @param wanted an id, or part of a name. @throws saying what to do */
export async function atCustomer<T>(wanted: string | undefined, work: (at: AtCustomer) => Promise<T>): Promise<T> {
  const { appUrl, masterKeys } = await reachDatabase();
  const vault = localVault(masterKeys);
  const database = new Database(appUrl, { pool: 4 });
  const keys = new Keys(database, vault);
  const systemKeys = new SystemKeys(masterKeys, vault);
  const clock = systemClock;
  const elsewhere = async () => {
    throw new AppError('ACTION_INVALID');
  };
  const posts = new Posts({
    ...{ database, keys, log: silentLog, draw: elsewhere, wake: () => {} },
    surface: { post: elsewhere, update: elsewhere, remove: elsewhere, form: elsewhere },
    workspace: async () => undefined,
  });
  const blobs = { put: elsewhere, get: elsewhere, remove: elsewhere } as never;
  const rooms = createDomain({ database, keys, systemKeys, clock, posts, wake: () => {}, publicUrl: '', blobs });
  try {
    const found = await findCustomers(database, new Tenants(database, keys, systemKeys), wanted);
    const [customer, ...others] = found.filter(({ name }) => name !== 'unknown');
    if (!customer) throw new Error('There is no customer yet.');
    if (others.length > 0)
      throw new Error(`Which customer? --tenant is one of ${found.map(({ name }) => name).join(', ')}.`);
    return await work({ tenant: customer.id, name: customer.name, database, keys, rooms, now: clock.now() });
  } finally {
    await database.close();
  }
}
