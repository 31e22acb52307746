import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { say } from '../conversation/texts';
import type { Language } from '../intent';
import type { Finding } from './finding';

interface Sentence {
  /** What is said when it is as it should be. */
  well?: string;
  /** What is not, … */
  wrong?: string;
  /** … and what to do. */
  do?: string;
}
interface Words {
  states: Record<Finding['state'], string>;
  sum: string;
  findings: Record<string, Sentence>;
}
const read = (language: Language): Words => load(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Words;
const words: Readonly<Record<Language, Words>> = { es: read('es'), en: read('en'), pt: read('pt') };

/** One finding in one line: how it stands, the setting or whose it is, what it is and what to do. @throws when there is no sentence for it */
export function lineOf({ code, state, setting, whose, vars = {} }: Finding, language: Language): string {
  const { states, findings } = words[language];
  const { well, wrong, do: cure } = findings[code] ?? {};
  const sentence = state === 'well' ? well : [wrong, cure].filter(Boolean).join(' ');
  if (!sentence) throw new Error(`no sentence ${code}.${state} in ${language}`);
  const about = [setting, whose].filter(Boolean).join(' · ');
  const text = say(sentence, vars, { language, zone: 'UTC' });
  return `${states[state]}  ${about ? `${about}: ` : ''}${text}`;
}

export const sumOf = (found: readonly Finding[], language: Language): string =>
  say(
    words[language].sum,
    {
      wrong: found.filter(({ state }) => state === 'wrong').length,
      look: found.filter(({ state }) => state === 'look').length,
    },
    { language, zone: 'UTC' },
  );
