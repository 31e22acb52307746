import type { Language } from '../../intent';
import { wordsOf } from './normalise';

/** The first word of an answer to a yes-or-no question. */
const YES = new Set([
  'si',
  'sip',
  'sipo',
  'sipi',
  'yes',
  'yeah',
  'yep',
  'yup',
  'sure',
  'sim',
  'claro',
  'dale',
  'ok',
  'okay',
  'oka',
  'confirmo',
  'isso',
  'uhum',
  'ya',
]);
const NO = new Set(['no', 'nop', 'nope', 'nah', 'nao', 'nel', 'nones', 'nopo', 'negativo']);
const BUT = /\b(?:pero|mas|but|espera|wait|todavia|ainda|yet|antes|before)\b/;

/** What a message says to a question that the bot has open: by its first word, unless it takes that back. */
export const answerOf = (plainText: string, languages: readonly Language[]): 'affirm' | 'deny' | undefined => {
  for (const language of languages) {
    const words = wordsOf(plainText, language);
    const first = words[0] ?? '';
    if (NO.has(first)) return 'deny';
    if (YES.has(first) && words.length <= 6 && !BUT.test(words.join(' '))) return 'affirm';
  }
  return undefined;
};
