import type { Database } from '../../data/database';
import type { Tenants } from './tenants.service';

export interface Customer {
  id: string;
  name: string;
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Customers by their id or part of a name; all of them without. @throws naming those there are, when there is none such */
export async function findCustomers(database: Database, tenants: Tenants, wanted = ''): Promise<Customer[]> {
  const all: Customer[] = [];
  for (const id of await tenants.all())
    all.push({ id, name: (await database.withTenant(id, (tx) => tenants.get(tx))).name });
  const found = all.filter(({ id, name }) => id === wanted || fold(name).includes(fold(wanted)));
  if (found.length > 0 || wanted === '') return found;
  throw new Error(`No customer “${wanted}”. There are: ${all.map(({ name }) => name).join(', ')}.`);
}
