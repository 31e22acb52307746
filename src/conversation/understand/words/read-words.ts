import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** A table of words that stands beside this file. */
export const readWords = <T>(file: string): T => load(readFileSync(join(__dirname, file), 'utf8')) as T;
