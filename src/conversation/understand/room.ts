import type { Language } from '../../intent';
import type { Classifier } from './classifier/classifier';
import type { Keywords } from './keywords';
import type { Speller } from './speller';

/** What is known of one audience's words. */
export interface Room {
  speller: Speller;
  classifier: Classifier;
  keywords: Keywords;
}

/** A message as it is read. */
export interface Reading {
  /** Before misspelt words were put right: stop keywords have their own near misses. */
  asWritten: string;
  text: string;
  language: Language;
  languages: readonly Language[];
}
