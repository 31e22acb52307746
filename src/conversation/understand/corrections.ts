import type { Before, Question } from './types';

/** How somebody begins who says it otherwise than before. */
const BEGINS =
  /^(?:(?:no|nao) *[,.;:]|not? (?:a las?|a los?|a clientes|el|on|at|to|para|em|na)\b|mejor\b|better\b|melhor\b|actually\b|rather\b|instead\b|perdon\b|me equivoque\b|me enganei\b|my mistake\b|disculpa\w*\b|digo\b|quise decir\b|quiero decir\b|i mean\b|i meant\b|sorry\b|na verdade\b|quer(?:o|ia)? dizer\b|ups\b|oops\b|opa\b|cambi[ae]\w*\b|change\b|make it\b|muda\b|mude\b|troca\b|troque\b|que sea\b|que seja\b|let it be\b|en (?:vez|lugar) de\b|em vez de\b|instead of\b)/;
/** "To RM no, to all": the part before the comma is taken back. */
const TAKES_BACK =
  /\S (?:no|nao|not) *,|\b(?:sino|mas sim|en (?:vez|lugar) de|em vez de|instead of|rather than)\b|\binstead$/;
/** Nothing but a moment or a group. */
const BARE = /^(?:a|al|el|los|para|pra|at|on|to|for|as|na|hoy|hoje|today|manana|amanha|tomorrow|pasado)\b/;
const MOST_WORDS = 5;

/** What was said before of the wish that is open, or of what was just prepared. */
export const beforeOf = ({ pending, audience }: Question): Partial<Before> =>
  audience !== 'recipient' && pending && pending.kind !== 'confirm' ? pending : {};

/** Whether a member says something otherwise than before; a few words without a verb or a wish of their own do so too. */
export const saysOtherwise = (question: Question, plainText: string, intent: string): boolean => {
  if (!beforeOf(question).before) return false;
  if (BEGINS.test(plainText) || TAKES_BACK.test(plainText)) return true;
  if (plainText.includes('?') || plainText.split(' ').length > MOST_WORDS) return false;
  return intent === 'none' || BARE.test(plainText);
};

const PARTS = /[,;](?=\s|$)|\.\s|\s(?:sino|mas sim|but)\s/i;
const REFUSED =
  /^\s*(?:no|não|nao|not|en vez de|en lugar de|em vez de|instead of|rather than)\s+\S|\S\s+(?:no|não|nao|not)\s*$/i;
const RATHER_THAN = /(\S)\s(?:en vez de|en lugar de|em vez de|instead of|rather than)\s.*$/i;

/** A correction without the part that it takes back: "a RM no, a todos" → "a todos". */
export const withoutTakenBack = (text: string): string => {
  const parts = text.split(PARTS).map((part) => part.replace(RATHER_THAN, '$1'));
  const meant = parts.filter((part) => !REFUSED.test(part) && part.trim() !== '');
  return meant.length > 0 ? meant.join(', ') : text;
};
