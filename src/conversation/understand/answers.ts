import type { Language } from '../../intent';
import { wordsOf } from './normalise';
import { readWords } from './words/read-words';

interface Written {
  yes: string[];
  'beside-yes': string[];
  acts: string;
  'beside-leaving': string[];
  'never-yes': string;
  no: string[];
  'beside-no': string[];
}
const written = readWords<Written>('answers.yaml');
const setOf = (lines: readonly string[]): ReadonlySet<string> => new Set(lines.flatMap((line) => line.split(' ')));
const YES = setOf(written.yes);
const BESIDE_YES = setOf(written['beside-yes']);
const ACTS = new RegExp(`^${written.acts}$`);
const BESIDE_LEAVING = setOf(written['beside-leaving']);
const NEVER_YES = new RegExp(written['never-yes']);
const NO = setOf(written.no);
const BESIDE_NO = setOf(written['beside-no']);

/** Lets everything be as it is: "no quiero nada, déjalo así" is no goodbye. */
const LET_BE =
  /^(?:no|nao)(?: quiero| quero)?(?: nada)?(?: gracias| obrigad[oa])?(?: mejor| melhor)? (?:dejal[oa]|dejel[oa]|dejemosl[oa]|olvidal[oa]|deixa?)(?: asi| ahi| nomas| quieto| assim| pra la| para la)*$/;
/** The button's own words; without the comma "no las quiero" is their opposite. */
const KEEPS_THEM = /^(?:no *, *las quiero|no *, *keep them|nao *, *quero sim)[ .!]*$/;

export type Answer = 'affirm' | 'deny' | 'unclear';

const goesWithYes = (word: string): boolean => YES.has(word) || BESIDE_YES.has(word) || ACTS.test(word);

/**
 * What a message says to a question that the bot has open: by its first word, unless it says more than that.
 * @param about the intent that is asked about; "sí, no más" is a yes to leaving alone
 */
export const answerOf = (plainText: string, languages: readonly Language[], about?: string): Answer | undefined => {
  const goes = (word: string) => goesWithYes(word) || (about === 'opt-out' && BESIDE_LEAVING.has(word));
  if (KEEPS_THEM.test(plainText)) return 'deny';
  for (const language of languages) {
    const [first = '', ...rest] = wordsOf(plainText, language);
    if (NO.has(first)) return rest.every((word) => BESIDE_NO.has(word) || NO.has(word)) ? 'deny' : 'unclear';
    if (YES.has(first)) {
      const isYes = rest.every(goes) && !plainText.includes('?') && !NEVER_YES.test([first, ...rest].join(' '));
      return isYes ? 'affirm' : 'unclear';
    }
  }
  return undefined;
};

/** Alone they close a question that is open. */
const CLOSES =
  /^(?:cancel(?:a|ar|alo|ala|e)?|cancel (?:it|that)|cancela isso|nada|nothing|stop|salir|sair|exit|quit)(?: porfa| por favor| please)?$/;
/** The same, and nothing else can be meant by them. */
const DROPS =
  /^(?:(?:ya|bueno|ok|no|nao|mejor|melhor|better|sabes que) )*(?:no|nao|not|dejal[oa]|dejemosl[oa]|olvidal[oa]|olvidemoslo|forget it|leave it|drop it|never ?mind|deixa|esquece)(?: gracias| thanks| obrigad[oa]| asi| ahi| nomas| no mas| quieto| assim| pra la| para la| isso| por ahora| por agora| for now)*$/;

/** Whether a member does no more than drop what was asked; "cancelar" may be meant as the answer, these can't. */
export const dropsQuestion = (plainText: string, language: Language, mayCancel: boolean): boolean => {
  const words = wordsOf(plainText, language).join(' ');
  return DROPS.test(words) || (mayCancel && CLOSES.test(words));
};

/** What is said after a no that stands for itself: "no, quiero ver mis datos". */
export const restAfterNo = (plainText: string): string | undefined =>
  /^(?:no|nop|nope|nao) *[,.;:!] *(\S.*)$/.exec(plainText)?.[1];

/** Whether a message does no more than let everything be. */
export const letsBe = (plainText: string, language: Language): boolean =>
  LET_BE.test(wordsOf(plainText, language).join(' '));
