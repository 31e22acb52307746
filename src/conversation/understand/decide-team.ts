import type { Language } from '../../intent';
import type { Classified } from './classifier/classifier';
import { CUES, type Cues } from './cues/cues';
import { clausesOf } from './cues/hear';
import { activationOf, type Decision, isGuesswork, lessTalk } from './decision';
import { sentence } from './normalise';
import { THRESHOLDS } from './thresholds';
import type { Guard } from './types';

const sure = THRESHOLDS.team;

/** Acts that change what is sent: they need their verb besides the classifier. */
const VERBS: Readonly<Record<string, keyof Cues['team']>> = {
  'send-campaign': 'send',
  'pause-campaign': 'pause',
  'resume-campaign': 'resume',
  'cancel-campaign': 'cancel',
  'schedule-campaign': 'schedule',
  'suppress-recipient': 'suppress',
  'fulfil-request': 'fulfil',
  'reject-request': 'reject',
};

interface TeamWords {
  has: (verb: Verb) => boolean;
  /** Why the clauses with this verb don't mean it; undefined if one of them does. */
  guard: (verb: Verb) => Guard | undefined;
}
type Verb = keyof Cues['team'];

/** What is done to people and their requests is not mistaken for a meeting or an order; a mail address is theirs. */
const ABOUT_PEOPLE: ReadonlySet<Verb> = new Set(['suppress', 'fulfil', 'reject']);

const clauseGuard = ({ team }: Cues, clause: string, verb: Verb): Guard | undefined => {
  if (team.hypothetical.test(clause)) return 'hypothetical';
  // "no le manden más" is how somebody is taken off, and "no procede" how a request is refused
  const negated = verb === 'suppress' ? team.notSuppressed : team.negated;
  if (negated.test(clause) && !(verb === 'reject' && team.refuses.test(clause))) return 'negated';
  return !ABOUT_PEOPLE.has(verb) && team.elsewhere.test(clause) ? 'other-object' : undefined;
};

const wordsSay = (plainText: string, languages: readonly Language[]): TeamWords => {
  const clauses = languages.flatMap((language) =>
    clausesOf(sentence(plainText, language).replace(/ ?, ?/g, ' . ')).map((clause) => ({
      cues: CUES[language],
      clause,
    })),
  );
  const having = (verb: Verb) => clauses.filter(({ cues, clause }) => cues.team[verb].test(clause));
  const guard = (verb: Verb): Guard | undefined => {
    const guards = (having(verb).length > 0 ? having(verb) : clauses).map(({ cues, clause }) =>
      clauseGuard(cues, clause, verb),
    );
    return guards.includes(undefined) && having(verb).length > 0
      ? undefined
      : guards.find((found) => found !== undefined);
  };
  return { has: (verb) => having(verb).length > 0, guard };
};

/** What a member of the team wants; acts only with their verb, and never when negated or supposed. */
export const decideTeam = (plainText: string, languages: readonly Language[], found: Classified): Decision => {
  const classified = lessTalk(found, sure.talkCounts);
  const words = wordsSay(plainText, languages);
  const [first, second] = classified.guesses;
  const verb = first && VERBS[first.intent];
  const guard = words.guard(verb ?? 'send');
  const guarded = guard ? { guarded: guard } : {};
  const none = (because: string, candidates: readonly string[] = []): Decision => ({
    ...{ intent: 'none', strength: 'strong', candidates, ...guarded },
    because: [because],
  });
  if (isNotYet(words, classified)) {
    const because = ['words-not-yet'];
    return { intent: 'pause-campaign', strength: 'weak', candidates: [], guarded: 'negated', because };
  }
  const asked = verb && !words.has(verb) ? sure.askedWithoutVerb : sure.asked;
  if (!first || first.intent === 'none' || first.activation < asked || isGuesswork(classified))
    return none('nothing-clear', guard ? [] : close(classified));
  if (verb && guard) return none('guarded');
  const enough = verb ? (words.has(verb) ? sure.withVerb : sure.withoutVerb) : sure.heard;
  if (first.activation < enough) {
    const because = [verb ? 'act-unclear' : 'classifier-maybe'];
    return { intent: first.intent, strength: 'weak', candidates: [], confirm: true, because };
  }
  const margin = first.activation - (second?.activation ?? 0);
  return {
    intent: first.intent,
    strength: first.activation >= sure.clear && margin >= sure.margin ? 'strong' : 'weak',
    candidates: margin < sure.margin && second && second.intent !== 'none' ? [first.intent, second.intent] : [],
    ...(verb && words.has(verb) && { withVerb: true }),
    because: ['classifier'],
  };
};

/** "no la mandes todavía": waits, whatever else it resembles. */
const isNotYet = (words: TeamWords, classified: Classified): boolean =>
  words.has('notNow') &&
  words.guard('notNow') !== 'hypothetical' &&
  (words.has('later') || activationOf(classified, 'pause-campaign') >= sure.offered) &&
  classified.guesses[0]?.intent !== 'cancel-campaign';

const close = ({ guesses }: Classified): string[] =>
  guesses
    .filter(({ intent, activation }) => intent !== 'none' && activation > sure.offered)
    .slice(0, 3)
    .map(({ intent }) => intent);
