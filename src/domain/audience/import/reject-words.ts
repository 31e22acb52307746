import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Reason } from './values';

interface Words {
  row: string;
  why: string;
  reasons: Readonly<Record<Reason, string>>;
}

/** Why a row was not taken, for whoever has to correct it; by language. */
export const words = load(readFileSync(join(__dirname, 'rejects.yaml'), 'utf8')) as Readonly<Record<string, Words>>;
