import type { Language } from '../../../intent';
import { signsOf } from './moment-signs';
import { type Moment, momentIn } from './moments';
import { instantOf, localOf } from './zone';

/** A moment said otherwise than before: what is left out stays. "At 11" keeps the day, "on Friday" the hour. */
export const movedMoment = (
  folded: string,
  languages: readonly Language[],
  now: Date,
  zone: string,
  before: Date,
): Moment | undefined => {
  const signs = languages.map((language) => signsOf(folded, language)).find((found) => found.length > 0) ?? [];
  const has = (kind: RegExp): boolean => signs.some((sign) => kind.test(sign));
  const was = localOf(before, zone);
  if (has(/^@/) && !has(/^(?:t|#|\+|midnight)/)) return momentIn(`${folded} ${clockOf(was)}`, languages, now, zone);
  if (!has(/^(?:t|#)/) || has(/^(?:@|\+)/)) return momentIn(folded, languages, now, zone);
  const begin = { ...was, hour: 0, minute: 0 };
  // some days begin at one
  const day = instantOf(begin, zone) ?? instantOf({ ...begin, hour: 1 }, zone) ?? now;
  return momentIn(folded, languages, day > now ? day : now, zone);
};

const clockOf = ({ hour, minute }: { hour: number; minute: number }): string =>
  [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
