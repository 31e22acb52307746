import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Language, Vars } from '../intent';
import { type Reader, say } from './texts';

type Tree = { [key: string]: string | Tree };
const folder = join(__dirname, '..', 'texts', 'certificate');
export const certificateLanguages = ['es', 'en', 'pt'] as const;
const texts = Object.fromEntries(
  certificateLanguages.map((one) => [one, load(readFileSync(join(folder, `${one}.yaml`), 'utf8')) as Tree]),
) as Record<Language, Tree>;

function found(language: Language, key: string): string | undefined {
  const at = key
    .split('.')
    .reduce<string | Tree | undefined>((node, part) => (node as Tree | undefined)?.[part], texts[language]);
  return typeof at === 'string' ? at : undefined;
}

/** Says a sentence of certificates by its key; a code without words of its own falls back to `other` of its group. @throws when there is neither */
export const certificateSpeaker =
  (reader: Reader) =>
  (key: string, vars: Vars = {}): string => {
    const sentence = found(reader.language, key) ?? found(reader.language, key.replace(/[^.]*$/, 'other'));
    if (sentence === undefined) throw new Error(`no text ${key} in ${reader.language}`);
    return say(sentence, { code: key.slice(key.lastIndexOf('.') + 1), ...vars }, reader);
  };
