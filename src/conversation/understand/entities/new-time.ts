import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';
import { signsOf } from './moment-signs';
import { MOMENT_WORDS } from './moment-words';

const VERBS = new RegExp(
  `(?<![a-z])(?:${LANGUAGES.map((language) => MOMENT_WORDS[language]['to-move']).join('|')})(?![a-z])`,
  'g',
);
/** "The newsletter of Thursday": which one, not when. */
const OLD = /(?<![a-z])(?:del?|d[aoe]|from) [^,;.]*?(?= (?:al?|to|para|pra|pro) )/;

/** Of a campaign that gets another time: that time alone, not the one it had or what else happens then. */
export const signsOfNewTime = (folded: string, languages: readonly Language[]): string[] | undefined => {
  const last = [...folded.matchAll(VERBS)].at(-1);
  if (!last) return undefined;
  const clause = /^[^,;.]*(?:\.\d[^,;.]*)?/.exec(folded.slice(last.index + last[0].length))?.[0] ?? '';
  const signs = signsOf(clause.replace(OLD, ' '), languages);
  return signs.length > 0 ? signs : undefined;
};
