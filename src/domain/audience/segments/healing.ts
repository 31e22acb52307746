import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Codes of failures that another try later may mend. */
export const healing = load(readFileSync(join(__dirname, 'healing.yaml'), 'utf8')) as Readonly<
  Record<'at_once' | 'after_a_day', readonly string[]>
>;
