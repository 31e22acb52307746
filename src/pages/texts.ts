import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type Reader, say } from '../conversation/texts';
import type { Language, Vars } from '../intent';
import { languages } from './frame';

type Tree = { [key: string]: string | Tree };
const texts = Object.fromEntries(
  languages.map((one) => [one, load(readFileSync(join(__dirname, `${one}.yaml`), 'utf8')) as Tree]),
) as Record<Language, Tree>;

/** Says a sentence of the pages by its key (`leave.button`). @throws when there is none, or a variable is missing */
export type Says = (key: string, vars?: Vars) => string;

export const speaker =
  (reader: Reader): Says =>
  (key, vars = {}) => {
    const found = key
      .split('.')
      .reduce<string | Tree | undefined>((node, part) => (node as Tree | undefined)?.[part], texts[reader.language]);
    if (typeof found !== 'string') throw new Error(`no text ${key} in ${reader.language}`);
    return say(found, vars, reader);
  };
