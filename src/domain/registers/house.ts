import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Who Connectus is. */
export const house: Readonly<
  Record<'name' | 'legalName' | 'rut' | 'representative' | 'address' | 'contact' | 'zone', string>
> = parse(readFileSync(join(__dirname, 'house.yaml'), 'utf8'));

/** Where questions about what Connectus itself does with data are taken. */
export const houseContact: string = house.contact;
