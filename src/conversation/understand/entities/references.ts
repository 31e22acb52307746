import type { Language } from '../../../intent';
import type { Names, Question } from '../types';
import { readWords } from '../words/read-words';
import { dayOf } from './days';
import type { FoundName } from './found';
import { signsOf } from './moment-signs';
import type { Token } from './name-fit';
import { type Local, localOf } from './zone';

type Found = FoundName & { tokens: readonly Token[] };

const written = readWords<{ references: Record<'newest' | 'that' | 'of-day', string> }>('names.yaml').references;
const alone = (source: string, flags = ''): RegExp => new RegExp(`(?<![a-z0-9-])(?:${source})(?![a-z0-9])`, flags);
const NEWEST = alone(written.newest);
const THAT = alone(written.that);
const OF_DAY = alone(written['of-day'], 'g');
const MOST_OPTIONS = 5;
const MOST_TRIED = 3;

/** A campaign that is meant without its name: "the last one", "that one", "the one of yesterday". */
export const referred = (
  question: Question,
  names: Names,
  folded: string,
  languages: readonly Language[],
): Found | undefined => {
  const ofDay = dayMeant(folded, languages);
  if (ofDay) return ofThatDay(question, names, ofDay);
  const [newest] = names.campaigns;
  if (NEWEST.test(folded) && newest) return { id: newest.id, tokens: [] };
  const { topic } = question;
  return topic && THAT.test(folded) ? { id: topic, tokens: [] } : undefined;
};

interface Day extends Token {
  signs: readonly string[];
}

/** The words that name a day right behind "the one of". */
const dayMeant = (folded: string, languages: readonly Language[]): Day | undefined => {
  for (const match of [...folded.matchAll(OF_DAY)].slice(0, MOST_TRIED)) {
    const at = match.index + match[0].length;
    const words =
      folded
        .slice(at)
        .match(/^ [\p{L}\p{N}]+(?: [\p{L}\p{N}]+){0,2}/u)?.[0]
        .trim()
        .split(' ') ?? [];
    for (let count = 1; count <= words.length; count += 1) {
      const word = words.slice(0, count).join(' ');
      const signs = signsOf(word, languages);
      if (signs.length > 0 && signs.every((sign) => sign.startsWith('@'))) return { word, at: at + 1, signs };
    }
  }
  return undefined;
};

/** Those of that day; where there is none, it is asked which was meant and never guessed. */
const ofThatDay = ({ now, zone }: Question, { campaigns }: Names, { signs, ...day }: Day): Found | undefined => {
  const today = localOf(now, zone);
  const dateOf = ({ year, month, day: date }: Local): string => `${year}-${month}-${date}`;
  const asked = [true, false].flatMap((past) => {
    const found = dayOf(signs, today, past);
    return found && typeof found !== 'string' ? [dateOf(found)] : [];
  });
  const dated = campaigns.filter(({ at }) => at !== undefined);
  if (dated.length === 0 || asked.length === 0) return undefined;
  const meant = dated.filter(({ at }) => at && asked.includes(dateOf(localOf(at, zone))));
  const [one, ...others] = meant;
  if (one && others.length === 0) return { id: one.id, tokens: [day] };
  const options = (meant.length > 0 ? meant : dated).slice(0, MOST_OPTIONS).map(({ id, name }) => ({ id, name }));
  return { options, tokens: [day] };
};
