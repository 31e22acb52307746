import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Reason } from './values';

interface Words {
  row: string;
  why: string;
  reasons: Readonly<Record<Reason, string>>;
}

/** Why a row was not taken, for whoever has to correct it; by language. */
export const words: Readonly<Record<string, Words>> = parse(readFileSync(join(__dirname, 'rejects.yaml'), 'utf8'));
