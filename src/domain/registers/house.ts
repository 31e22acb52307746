import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Who Connectus is. */
export const house = load(readFileSync(join(__dirname, 'house.yaml'), 'utf8')) as Readonly<
  Record<'name' | 'legalName' | 'rut' | 'representative' | 'address' | 'contact' | 'zone', string>
>;

/** Where questions about what Connectus itself does with data are taken. */
export const houseContact: string = house.contact;
