import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import { contactsTable, type Place } from './contacts.table';

/** Where language, zone or country of a person is known from, the surest last. */
export const placeSources = ['company', 'prefix', 'import', 'person'] as const;
export type PlaceSource = (typeof placeSources)[number];
export type PlaceFrom = { [field in keyof Place]: PlaceSource };

/** A new person's place: what is known, and what their company has where nothing is. */
export async function placeOf(tx: TenantTx, known: Partial<Place> = {}, from: PlaceSource = 'prefix') {
  const company = await tenantsTable.get(tx);
  const field = (name: keyof Place, usual: string): [string, PlaceSource] =>
    known[name] ? [known[name], from] : [company?.[name] || usual, 'company'];
  const [language, languageFrom] = field('language', 'es');
  const [zone, zoneFrom] = field('zone', 'America/Santiago');
  const [country, countryFrom] = field('country', 'CL');
  const place: Place = { language, zone, country };
  return { place, from: { language: languageFrom, zone: zoneFrom, country: countryFrom } satisfies PlaceFrom };
}

/** What is known more surely than before is taken over; the rest stays. */
export async function learnPlace(tx: TenantTx, contact: string, known: Partial<Place>, from: PlaceSource) {
  const weaker = placeSources.slice(0, placeSources.indexOf(from) + 1);
  if (known.language || known.zone || known.country) await contactsTable.setPlace(tx, contact, known, from, weaker);
}
