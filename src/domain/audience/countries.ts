import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Identity } from '../../channel';
import { countryOf } from '../../phone';
import type { Place } from './contacts.table';

const countries = load(readFileSync(join(__dirname, 'countries.yaml'), 'utf8')) as Readonly<
  Record<string, { language: string; zone: string }>
>;

/** The hour of a country that is known here. */
export const zoneOf = (country: string): string | undefined => countries[country]?.zone;

/** What a new person's number suggests: country, and with it language and zone. */
export function suggestedPlace(identity: Identity): Partial<Place> {
  const country = (identity.phone && countryOf(identity.phone)) || identity.bsuid?.slice(0, 2);
  const found = country ? countries[country] : undefined;
  return country && found ? { country, ...found } : {};
}
