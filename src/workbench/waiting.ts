import { systemClock } from '../clock';
import {
  findMisunderstood,
  labelMisunderstood,
  listMisunderstood,
  type Misunderstood,
} from '../conversation/misunderstood.table';
import { Database } from '../data/database';
import { isId } from '../data/ids';
import { Keys } from '../data/keys';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { type Customer, findCustomers } from '../domain/accounts/customers';
import { Tenants } from '../domain/accounts/tenants.service';
import type { Language } from '../intent';
import type { Reach } from '../local/reach';

export type WaitingLine = Misunderstood & { tenant: string; customer: string };
/** The lines of all customers that wait for a label. */
export class Waiting {
  private readonly database: Database;
  private readonly keys: Keys;
  private readonly tenants: Tenants;

  constructor({ appUrl, masterKeys }: Reach) {
    const vault = localVault(masterKeys);
    this.database = new Database(appUrl, { pool: 2 });
    this.keys = new Keys(this.database, vault);
    this.tenants = new Tenants(this.database, this.keys, new SystemKeys(masterKeys, vault));
  }

  /** @param wanted an id, or part of a name. @throws naming those there are */
  async customers(wanted = ''): Promise<Customer[]> {
    return findCustomers(this.database, this.tenants, wanted);
  }

  /** Oldest first. */
  async lines(of: readonly Customer[], language: Language | undefined, limit: number): Promise<WaitingLine[]> {
    const lines: WaitingLine[] = [];
    for (const { id: tenant, name: customer } of of) {
      const found = await this.database.withTenant(tenant, (tx) =>
        listMisunderstood(tx, this.keys, { language, limit }),
      );
      lines.push(...found.map((line) => ({ ...line, tenant, customer })));
    }
    return lines.sort((one, other) => one.at.getTime() - other.at.getTime()).slice(0, limit);
  }

  /** @returns the line as it was found, `undefined` where none waits under this id */
  async find(
    of: readonly Customer[],
    id: string,
  ): Promise<Pick<WaitingLine, 'tenant' | 'id' | 'audience' | 'language'> | undefined> {
    if (!isId(id)) return undefined;
    for (const { id: tenant } of of) {
      const line = await this.database.withTenant(tenant, (tx) => findMisunderstood(tx, id));
      if (line) return { ...line, id, tenant };
    }
    return undefined;
  }

  /** @returns false where somebody else was first */
  label({ tenant, id }: Pick<WaitingLine, 'tenant' | 'id'>, label: string): Promise<boolean> {
    return this.database.withTenant(tenant, (tx) => labelMisunderstood(tx, id, label, systemClock.now()));
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
