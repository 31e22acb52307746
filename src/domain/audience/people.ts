import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import type { Keys, PersonKey } from '../../data/keys';
import { type ContactRow, contactsTable, type Place } from './contacts.table';
import { identifiersTable } from './identifiers.table';

export interface PersonView extends Place {
  contact: string;
  identity: Identity;
  name?: string;
  createdAt: Date;
}

/** Opens what is known of many people at once; the erased are left out. @param people their keys, where somebody has them already */
export async function readPeople(
  keys: Keys,
  tx: TenantTx,
  contacts: readonly string[],
  opening: Promise<ReadonlyMap<string, PersonKey>> = keys.people(tx, contacts),
): Promise<ReadonlyMap<string, PersonView>> {
  const [people, rows, identifiers] = await Promise.all([
    opening,
    contactsTable.many(tx, contacts),
    identifiersTable.ofContacts(tx, contacts),
  ]);
  const views = new Map<string, PersonView>();
  for (const row of rows) {
    const key = people.get(row.id);
    if (!key) continue;
    const sealed = row.of_former ? null : row.sealed;
    const name = sealed ? (JSON.parse(key.open(sealed, 'contact').toString()) as { name?: string }).name : '';
    views.set(row.id, { ...view(row), identity: {}, ...(name && { name }) });
  }
  for (const row of identifiers) {
    const person = views.get(row.contact_id);
    const value = people.get(row.contact_id)?.open(row.sealed, `identifier|${row.kind}`).toString();
    if (!person || !value) continue;
    if (row.kind === 'phone') person.identity.phone = value;
    if (row.kind === 'bsuid') person.identity.bsuid = value;
    if (row.kind === 'parent_bsuid') person.identity.parentBsuid = value;
    if (row.kind === 'email') person.identity.email = value;
    if (row.kind === 'external') person.identity.external = value;
  }
  return views;
}

const view = (row: ContactRow) => ({
  contact: row.id,
  language: row.language,
  zone: row.zone,
  country: row.country,
  createdAt: row.created_at,
});
