import type { Heard } from './cues/hear';
import { plain, wordsOf } from './normalise';
import { type Keyword, stopInParts, stopKeyword, unmasked } from './opt-out-words';
import type { Reading, Room } from './room';
import { LANGUAGES, type Question } from './types';

const COURTESIES: ReadonlySet<string | undefined> = new Set(['greeting', 'thanks', 'affirm']);

/** A keyword that stops, whatever the dialog: as the whole message, in other letters, or as a sentence of its own. */
export const stopWord = (
  question: Question,
  { asWritten, language }: Reading,
  heard: Heard,
  room: Room,
): Keyword | undefined => {
  const taught = taughtWords(question, room);
  const asked = { asking: question.pending !== undefined, taught, otherObject: heard.otherObject };
  const known = (word: string) => room.classifier.knows(word);
  const whole = stopKeyword({ ...asked, words: wordsOf(asWritten, language), known });
  if (whole) return whole;
  const seen = unmasked(question.text);
  const read =
    seen === question.text ? undefined : stopKeyword({ ...asked, words: wordsOf(plain(seen), language), known });
  if (read || heard.otherObject) return read;
  const parts = asWritten.split(SENTENCES).map((part) => wordsOf(part, language));
  const isCourtesy = (part: string) =>
    COURTESIES.has(room.keywords.intentOf(part, [language])) ||
    COURTESIES.has(room.classifier.classify(part, language).guesses[0]?.intent);
  return stopInParts({ raw: question.text, parts, taught, isCourtesy });
};
const SENTENCES = /[.,;!?]+/;

/** The word in letters that are pictures. */
export const isDrawnStop = (text: string): boolean => {
  const asked = { asking: false, taught: new Set<string>(), otherObject: false, known: () => true };
  return LANGUAGES.some((language) => stopKeyword({ ...asked, words: wordsOf(plain(unmasked(text)), language) }));
};

const taughtWords = (question: Question, room: Room): ReadonlySet<string> => {
  const advertised = (question.advertised ?? []).map((word) => plain(word)).filter(Boolean);
  return advertised.length === 0
    ? room.keywords.of('opt-out')
    : new Set([...room.keywords.of('opt-out'), ...advertised]);
};
