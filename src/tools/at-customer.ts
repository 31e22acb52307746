import { join } from 'node:path';
import { systemClock } from '../clock';
import { Posts } from '../conversation/posts';
import { FolderBlobs } from '../data/blobs';
import { Database, type TenantTx } from '../data/database';
import { Keys } from '../data/keys';
import { signerOf } from '../data/signing';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { createDomain, type Rooms } from '../domain';
import { type Customer, findCustomers } from '../domain/accounts/customers';
import { Tenants } from '../domain/accounts/tenants.service';
import { newestEntry } from '../domain/audit/audit.table';
import { HeadFiles } from '../domain/audit/head-file';
import { AppError } from '../errors';
import { signingKeyHere } from '../local/key-file';
import { dataDirOf, reachDatabase } from '../local/reach';
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

/** All of them. */
export interface EveryCustomer extends Omit<AtCustomer, 'tenant' | 'name'> {
  systemKeys: SystemKeys;
  heads: HeadFiles;
  customers: readonly Customer[];
}

/** Opens the database of a running system, or the one of the settings, for one customer. @param wanted an id, or part of a name. @throws saying what to do */
export const atCustomer = <T>(wanted: string | undefined, work: (at: AtCustomer) => Promise<T>): Promise<T> =>
  everyCustomer(async ({ customers: found, ...at }) => {
    const [customer, ...others] = found;
    if (!customer) throw new Error('There is no customer yet.');
    if (others.length > 0)
      throw new Error(`Which customer? --tenant is one of ${found.map(({ name }) => name).join(', ')}.`);
    return work({ tenant: customer.id, name: customer.name, ...at });
  }, wanted);

/** The same for all of them, or for those that are meant. @throws saying what to do */
export async function everyCustomer<T>(
  work: (at: EveryCustomer) => Promise<T>,
  wanted?: string,
  known: { ownerUrl?: string } = {},
): Promise<T> {
  const { appUrl, masterKeys } = await reachDatabase(undefined, known);
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
  const blobs = new FolderBlobs(join(dataDirOf(), 'blobs'));
  const heads = new HeadFiles(join(dataDirOf(), 'audit'));
  const seed = signingKeyHere();
  const erasing = seed && { signer: signerOf(seed), ledger: join(dataDirOf(), 'ledger') };
  const rooms = createDomain({
    ...{ database, keys, systemKeys, clock, posts, wake: () => {}, publicUrl: '', blobs, heads },
    ...(erasing && { erasing }),
  });
  try {
    const found = await findCustomers(database, new Tenants(database, keys, systemKeys), wanted);
    const customers = found.filter(({ name }) => name !== 'unknown');
    return await work({ database, keys, systemKeys, rooms, heads, customers, now: clock.now() });
  } finally {
    await database.close();
  }
}

/** The newest thing on record where the product's clock runs ahead of this machine's, as with the simulator. */
export async function nowOf(tx: TenantTx, here: Date): Promise<Date> {
  const there = await newestEntry(tx);
  return there && there > here ? there : here;
}
