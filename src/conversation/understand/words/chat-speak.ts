import type { Language } from '../../../intent';
import { readWords } from './read-words';

interface ChatSpeak {
  /** Shorthand → what it stands for. */
  short: Record<string, string>;
  /** Words that rightly have a k. */
  keepK: string[];
}

const tables = readWords<Record<Language, ChatSpeak>>('chat-speak.yaml');
const short = new Map(
  (Object.keys(tables) as Language[]).map((language) => [language, new Map(Object.entries(tables[language].short))]),
);
const keepK = new Map(
  (Object.keys(tables) as Language[]).map((language) => [language, new Set(tables[language].keepK)]),
);

/** `kiero` → `quiero`, `saka` → `saca`; English has its own k. */
const withoutK = (word: string, language: Language): string =>
  language === 'en' || !word.includes('k') || keepK.get(language)?.has(word)
    ? word
    : word.replace(/k(?=[ei])/gu, 'qu').replace(/k(?=[aou])/gu, 'c');

/** `holaa` → `hola`; English doubles its last letter by rule. */
const withoutEcho = (word: string, language: Language): string =>
  language !== 'en' && word.at(-1) === word.at(-2) ? word.replace(/(\p{L})\1+$/u, '$1') : word;

/** Writes the shorthand of one language out: `xfa no me manden + msj` → `por favor no me manden mas mensaje`. */
export const chatSpeak = (words: readonly string[], language: Language): string[] =>
  words.flatMap((word) => {
    const known = short.get(language)?.get(word);
    if (known !== undefined) return known.split(' ');
    const full = withoutK(withoutEcho(word, language), language);
    return full.includes("'") ? full.split("'").filter(Boolean) : full;
  });
