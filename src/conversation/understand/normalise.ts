import type { Language } from '../../intent';
import { chatSpeak } from './words/chat-speak';

/** What WhatsApp takes. Of longer texts the beginning and the end are read: a wish often stands last, and the cost stays bounded. */
const MOST = 4096;
const END = 1024;
const bounded = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - END)}\n${text.slice(-END)}`;
/** Piled-up accents would push everything else out. */
const PILED = /(\p{M}{2})\p{M}+/gu;

const QUOTES: readonly [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4\u0060]/gu, "'"],
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/gu, '"'],
];
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Control and format characters, and the two that choose how an emoji is drawn. */
const INVISIBLE = /(?![\n\t])\p{C}|[\u2028\u2029]|\ufe0e|\ufe0f/gu;
const EMOJI = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3/gu;

/** Compatible forms, plain quotes, no invisible characters; capital letters and accents are still there. */
export const clean = (text: string): string => {
  let out = bounded(text, MOST * 4)
    .replace(PILED, '$1')
    .replace(LONE_SURROGATE, ' ')
    .normalize('NFKC');
  for (const [pattern, plain] of QUOTES) out = out.replace(pattern, plain);
  return bounded(out.replace(INVISIBLE, ''), MOST).trim();
};

/** Accents away, lower case: `Mañana` → `manana`. */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** `s t o p`, `b.a.j.a` and `S-T-O-P` are one word. */
const joinSpaced = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*]){2,}\p{L}(?![\p{L}\p{N}])/gu, (spaced) =>
    /^(?:\p{L}(.))(?:\p{L}\1)*\p{L}$/u.test(spaced) ? spaced.replace(/[ .\-_*]/gu, '') : spaced,
  );

/** `borrenmeee` → `borrenme`, `!!!!` → `!`. */
const squeeze = (text: string): string => text.replace(/(\p{L})\1{2,}/gu, '$1').replace(/([!?.,])\1+/gu, '$1');

/** Without the lines of the message that is answered, as mail programs quote them. */
const withoutQuoted = (text: string): string => {
  const own = text.split('\n').filter((line) => !/^\s*>/.test(line));
  return own.some((line) => /\p{L}/u.test(line)) ? own.join('\n') : text;
};

/** Lower case, no accents, emoji apart, letters squeezed and joined; punctuation stays, for quotes and clauses. */
export const plain = (text: string): string =>
  squeeze(joinSpaced(fold(withoutQuoted(clean(text))).replace(EMOJI, ' ')))
    .replace(/\s*\n\s*/g, ' . ') // a line is a sentence of its own
    .replace(/\s+/gu, ' ')
    .trim();

/** The words of a plain text with the shorthand of one language written out. */
export const wordsOf = (plainText: string, language: Language): string[] =>
  chatSpeak(plainText.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? [], language);

/** A text ready for patterns: words of one language, commas and stops kept as ` , `, quotes as ` " `. */
export const sentence = (plainText: string, language: Language): string =>
  plainText
    .split(/([,;:.!?"\n])/u)
    .map((part, at) => (at % 2 === 1 ? part : wordsOf(part, language).join(' ')))
    .filter((part) => part !== '')
    .join(' ');
