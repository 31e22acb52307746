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

/** What may stand beside a plain no; with anything else it is a sentence that happens to begin with it. */
const BESIDE_NO = new Set(
  [
    'gracias mejor po pues por ahora favor todavia aun nunca jamas espera bueno ok esta bien',
    'dejalo dejala dejelo dejenlo dejemoslo olvidalo olvidenlo asi ahi nomas lo hagas hagan me equivoque arrepenti cerrarla cierrala',
    "thanks thank you please not now yet never mind wait dont don't i changed my leave it forget that is as",
    'obrigado obrigada melhor agora ainda espere deixa deixe quieto pra para la assim faz isso enganei encerrar encerra',
  ].flatMap((line) => line.split(' ')),
);
/** Lets everything be as it is: "no quiero nada, déjalo así" is no goodbye. */
const LET_BE =
  /^(?:no|nao)(?: quiero| quero)?(?: nada)?(?: gracias| obrigad[oa])?(?: mejor| melhor)? (?:dejal[oa]|dejel[oa]|dejemosl[oa]|olvidal[oa]|deixa?)(?: asi| ahi| nomas| quieto| assim| pra la| para la)*$/;
/** The button's own words; without the comma "no las quiero" is their opposite. */
const KEEPS_THEM = /^(?:no *, *las quiero|no *, *keep them|nao *, *quero sim)[ .!]*$/;

export type Answer = 'affirm' | 'deny' | 'unclear';

/** What a message says to a question that the bot has open: by its first word, unless it says more than that. */
export const answerOf = (plainText: string, languages: readonly Language[]): Answer | undefined => {
  if (KEEPS_THEM.test(plainText)) return 'deny';
  for (const language of languages) {
    const words = wordsOf(plainText, language);
    const [first = '', ...rest] = words;
    if (NO.has(first)) return rest.every((word) => BESIDE_NO.has(word) || NO.has(word)) ? 'deny' : 'unclear';
    if (YES.has(first) && words.length <= 6 && !BUT.test(words.join(' '))) return 'affirm';
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
