import type { Language } from '../../../intent';
import { clean, fold } from '../normalise';
import type { Question } from '../types';
import { readWords } from '../words/read-words';
import { channelsIn } from './channels';
import { casesIn, emailsIn, phonesIn, taxIdsIn, withoutContacts } from './contacts';
import { amountsIn, percentsIn, withoutFigures } from './figures';
import type { Entities } from './found';
import { lengthsIn } from './lengths';
import { signsOf } from './moment-signs';
import { momentOf } from './moments';
import { campaignNumbersIn, namesIn } from './names';
import { signsOfNewTime } from './new-time';
import { outcomeIn } from './outcomes';
import { paceIn, withoutPace } from './paces';

/** What was read of a text, for slots that ask for more than the whole message says. */
export interface Read {
  text: string;
  entities: Entities;
  /** Folded, without names, contacts and figures; and its signs of time. */
  masked: string;
  signs: readonly string[];
}

const words = readWords<{ self: Record<'any' | 'capital', string> }>('names.yaml');
const QUOTED = /"([^"\n]{1,80})"|(?<![\p{L}\p{N}])'([^'\n]{2,80})'(?![\p{L}\p{N}])/gu;
const SELF = [
  new RegExp(String.raw`(?<!\p{L})(?:${words.self.any}),? ([\p{L}'-]{2,}(?: [\p{L}'-]{2,}){0,3})`, 'giu'),
  new RegExp(String.raw`(?<!\p{L})(?:${words.self.capital}) (\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+){0,3})`, 'gu'),
] as const;

const quotedIn = (text: string): string[] =>
  [...text.matchAll(QUOTED)].map(([, double, single]) => double ?? single ?? '');

const peopleIn = (text: string): string[] => {
  const plainly = text.normalize('NFD').replace(/\p{M}/gu, '');
  // accents are gone in the words that lead to the name alone
  const at = plainly.length === text.length ? text : plainly;
  return SELF.flatMap((pattern) =>
    [...plainly.matchAll(pattern)].map(({ 0: found, 1: name = '', index }) =>
      at.slice(index + found.length - name.length, index + found.length),
    ),
  );
};

/** Names between quotation marks are no moments, unless nothing else is said. */
const withoutQuotes = (folded: string): string => {
  const rest = folded.replace(QUOTED, (found) => '_'.repeat(found.length));
  return /[a-z0-9]/.test(rest) ? rest : folded;
};

/** Reads everything a message names; pure, and cheap enough to be done for each one. */
export const readEntities = (question: Question, languages: readonly Language[]): Read => {
  const { now, zone } = question;
  const text = clean(question.text);
  const folded = fold(text);
  const { masked: withoutNames, ...names } = namesIn(question, text, languages);
  const hasFigures = /\d/.test(folded);
  const hasContacts = hasFigures || /@|arroba|\bat\b/.test(folded);
  const unquoted = /["']/.test(folded) ? withoutQuotes(withoutNames) : withoutNames;
  const pace = paceIn(unquoted);
  const outcome = outcomeIn(folded);
  const unpaced = pace ? withoutPace(unquoted) : unquoted;
  const masked = hasContacts ? withoutFigures(withoutContacts(unpaced)) : unpaced;
  const all = signsOf(masked, languages);
  const isSeveral = momentOf(all, now, zone)?.note === 'several';
  const signs = (isSeveral && signsOfNewTime(masked, languages)) || all;
  const moment = momentOf(signs, now, zone);
  const past = momentOf(signs, now, zone, { past: true })?.at;
  const entities: Entities = {
    ...names,
    ...(moment && { moment }),
    ...(past && past <= now && { past }),
    ...(pace && { pace }),
    ...(outcome && { outcome }),
    minutes: lengthsIn(masked, languages[0] ?? question.language),
    phones: hasFigures ? phonesIn(text) : [],
    emails: hasContacts ? emailsIn(text) : [],
    cases: hasFigures ? casesIn(text) : [],
    campaignNumbers: campaignNumbersIn(folded),
    taxIds: hasFigures ? taxIdsIn(text) : [],
    percents: hasFigures ? percentsIn(folded) : [],
    amounts: hasFigures ? amountsIn(folded) : [],
    ...channelsIn(folded),
    quoted: quotedIn(text),
    people: peopleIn(text),
  };
  return { text, entities, masked, signs };
};

/** What a message names. Pure: the same question gives the same answer. */
export const entitiesIn = (question: Question, languages: readonly Language[]): Entities =>
  readEntities(question, languages).entities;
