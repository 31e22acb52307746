import type { Language } from '../../../intent';
import { clean, fold } from '../normalise';
import { signsOf } from './moment-signs';
import { isGeneric, tokensOf } from './name-fit';

const to: Readonly<Record<Language, RegExp>> = {
  es: /(?<=^|\s)(?:a|al|para|pa)\s+(?!las?\s\d)(\S.*)$/iu,
  en: /(?<=^|\s)(?:to|for)\s+(\S.*)$/iu,
  pt: /(?<=^|\s)(?:para|pra|pro|aos?|às)\s+(?!as\s\d)(\S.*)$/iu,
};
const theOne = /(?<=\s)(?:la|el|los|las|the|o|a|os|as)\s+(\S.*)$/iu;
/** Without an article, where what it is stands before its name. */
const called = /(?<=\s)((?:promo|promoci[oó]n|promoção|oferta|plantilla|template|modelo)\s+\S.*)$/iu;
/** Where an order goes on with how: by which channel, in which pace, and what is to be told. */
const how =
  /\s+(?:(?:por|by|via|pelo)\s+(?:el\s|la\s)?(?:sms|whats|wsp|wpp|zap|correo|e-?mail|mail)|(?:con|with|com)\s.*(?:respaldo|back-?up|reserva)|en oleadas|in waves|em ondas|em levas).*$/iu;
const told = /^(\S+\s+\S+.*?)\s+(?:que|that)\s.*$/iu;
const mostWords = 6;

/**
 * What an order calls its template or its group where nothing of that name is known, as it was written: for a sentence that says so.
 * @param isAnswer the words answer that very question, and say nothing else
 */
export function unknownName(
  kind: 'template' | 'segment',
  text: string,
  language: Language,
  isAnswer: boolean,
): string | undefined {
  const words = withoutWhen(clean(text), language).replace(how, '');
  const whom = to[language].exec(words);
  const what = whom ? words.slice(0, whom.index).trim() : words;
  const said = kind === 'segment' ? whom?.[1] : (theOne.exec(what) ?? called.exec(what))?.[1];
  const name = (said ?? (isAnswer && !whom ? words : ''))
    .replace(told, '$1')
    .replace(/[\s.,;:!»"]+$/u, '')
    .trim();
  const tokens = tokensOf(fold(name));
  const isName = tokens.some(({ word }) => !isGeneric(word)) && tokens.length <= mostWords && !/[?]|^no\s/i.test(name);
  return isName ? name : undefined;
}

/** Without the moment at its end. */
function withoutWhen(text: string, language: Language): string {
  const all = signsOf(fold(text), [language]).join(' ');
  if (!all) return text;
  const words = text.split(/\s+/);
  for (let at = words.length - 1; at > 0; at -= 1)
    if (signsOf(fold(words.slice(at).join(' ')), [language]).join(' ') === all) return words.slice(0, at).join(' ');
  return text;
}
