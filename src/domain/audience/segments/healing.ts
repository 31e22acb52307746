import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Codes of failures that another try later may mend. */
export const healing: Readonly<Record<'at_once' | 'after_a_day', readonly string[]>> = parse(
  readFileSync(join(__dirname, 'healing.yaml'), 'utf8'),
);
