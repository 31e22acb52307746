import { systemClock } from '../clock';
import { Database, type TenantTx } from '../data/database';
import { Keys } from '../data/keys';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { Tenants } from '../domain/accounts/tenants.service';
import { newestEntry } from '../domain/audit/audit.table';
import type { Reach } from '../local/reach';

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The customers of a database that is there already, for whoever looks at one from the command line. */
export class Customers {
  readonly keys: Keys;
  private readonly database: Database;
  private readonly tenants: Tenants;

  constructor({ appUrl, masterKeys }: Reach) {
    const vault = localVault(masterKeys);
    this.database = new Database(appUrl, { pool: 2 });
    this.keys = new Keys(this.database, vault);
    this.tenants = new Tenants(this.database, this.keys, new SystemKeys(masterKeys, vault));
  }

  /** @param wanted an id, or part of a name; may be left out where there is one. @throws naming those there are */
  async one(wanted = ''): Promise<{ id: string; name: string }> {
    const all: { id: string; name: string }[] = [];
    for (const id of await this.tenants.all())
      all.push({ id, name: (await this.database.withTenant(id, (tx) => this.tenants.get(tx))).name });
    const found = all.filter(({ id, name }) => id === wanted || fold(name).includes(fold(wanted)));
    const [only] = found;
    if (only && found.length === 1) return only;
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`Which customer? --tenant with part of a name. There are: ${names}.`);
  }

  inside<T>(tenant: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.database.withTenant(tenant, work);
  }

  /** What time it is for them: the newest thing on record where the product's clock runs ahead of this machine's, as with the simulator. */
  async now(tx: TenantTx): Promise<Date> {
    const [here, there] = [systemClock.now(), await newestEntry(tx)];
    return there && there > here ? there : here;
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
