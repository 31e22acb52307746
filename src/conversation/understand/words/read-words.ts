import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A table of words that stands beside this file. */
export const readWords = <T>(file: string): T => parse(readFileSync(join(__dirname, file), 'utf8')) as T;
