import type { Language } from '../../intent';
import type { Classified } from './classifier/classifier';
import { CUES, type Cues } from './cues/cues';
import { clausesOf } from './cues/hear';
import { activationOf, type Decision } from './decide-recipient';
import { sentence } from './normalise';
import type { Guard } from './types';

const HEARD = 0.55;
const CLEAR = 0.7;
const WITH_WORDS = 0.2;
const MARGIN = 0.1;
const CLOSE = 0.25;

/** Acts that change what is sent: they need their verb besides the classifier. */
const VERBS: Readonly<Record<string, keyof Cues['team']>> = {
  'send-campaign': 'send',
  'pause-campaign': 'pause',
  'resume-campaign': 'resume',
  'cancel-campaign': 'cancel',
};

interface TeamWords {
  has: (verb: Verb) => boolean;
  /** Why the clauses with this verb don't mean it; undefined if one of them does. */
  guard: (verb: Verb) => Guard | undefined;
}
type Verb = keyof Cues['team'];

const clauseGuard = ({ team }: Cues, clause: string): Guard | undefined => {
  if (team.hypothetical.test(clause)) return 'hypothetical';
  if (team.negated.test(clause)) return 'negated';
  return team.elsewhere.test(clause) ? 'other-object' : undefined;
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
      clauseGuard(cues, clause),
    );
    return guards.includes(undefined) && having(verb).length > 0
      ? undefined
      : guards.find((found) => found !== undefined);
  };
  return { has: (verb) => having(verb).length > 0, guard };
};

/** What a member of the team wants; acts only with their verb, and never when negated or supposed. */
export const decideTeam = (plainText: string, languages: readonly Language[], classified: Classified): Decision => {
  const words = wordsSay(plainText, languages);
  const [first, second] = classified.guesses;
  const verb = first && VERBS[first.intent];
  const guard = words.guard(verb ?? 'send');
  const none = (because: string, candidates: readonly string[] = []): Decision => ({
    intent: 'none',
    strength: 'strong',
    candidates,
    ...(guard ? { guarded: guard } : {}),
    because: [because],
  });
  const close = classified.guesses
    .filter(({ intent, activation }) => intent !== 'none' && activation > CLOSE)
    .slice(0, 3)
    .map(({ intent }) => intent);
  const pausing = activationOf(classified, 'pause-campaign');
  const supposed = words.guard('notNow') === 'hypothetical';
  if (
    words.has('notNow') &&
    !supposed &&
    (words.has('later') || pausing >= CLOSE) &&
    first?.intent !== 'cancel-campaign'
  ) {
    return {
      intent: 'pause-campaign',
      strength: 'weak',
      candidates: [],
      guarded: 'negated',
      because: ['words-not-yet'],
    };
  }
  if (!first || first.intent === 'none') return none('nothing-clear', guard ? [] : close);
  if (verb && guard) return none('guarded');
  const enough = verb ? (words.has(verb) ? WITH_WORDS : CLEAR) : HEARD;
  if (first.activation < enough) return none(verb ? 'act-unclear' : 'nothing-clear', close);
  const margin = first.activation - (second?.activation ?? 0);
  const sure = first.activation >= CLEAR && margin >= MARGIN;
  return {
    intent: first.intent,
    strength: sure ? 'strong' : 'weak',
    candidates: margin < MARGIN && second && second.intent !== 'none' ? [first.intent, second.intent] : [],
    ...(verb && words.has(verb) && { withVerb: true }),
    because: ['classifier'],
  };
};
