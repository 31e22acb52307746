import type { Language } from '../../intent';
import type { Classified } from './classifier/classifier';
import { CUES, type Cues } from './cues/cues';
import { clausesOf } from './cues/hear';
import type { Decision } from './decide-recipient';
import { sentence } from './normalise';
import type { Guard } from './types';

const HEARD = 0.42;
const CLEAR = 0.7;
const WITH_WORDS = 0.3;
const MARGIN = 0.1;

/** Acts that change what is sent: they need their verb besides the classifier. */
const VERBS: Readonly<Record<string, keyof Cues['team']>> = {
  'send-campaign': 'send',
  'pause-campaign': 'pause',
  'resume-campaign': 'resume',
  'cancel-campaign': 'cancel',
};

interface TeamWords {
  has: (verb: keyof Cues['team']) => boolean;
  guard?: Guard;
  /** "not yet": the wish to hold back what is about to leave. */
  later: boolean;
}

const wordsSay = (plainText: string, languages: readonly Language[]): TeamWords => {
  const texts = languages.map((language) => ({ cues: CUES[language], text: sentence(plainText, language) }));
  const has: TeamWords['has'] = (verb) => texts.some(({ cues, text }) => cues.team[verb].test(text));
  const clauses = texts.flatMap(({ cues, text }) => clausesOf(text).map((clause) => ({ cues, clause })));
  const hypothetical = clauses.some(({ cues, clause }) => cues.team.hypothetical.test(clause));
  const negated = clauses.some(({ cues, clause }) => cues.team.negated.test(clause));
  const guard = hypothetical ? 'hypothetical' : negated ? 'negated' : undefined;
  return { has, ...(guard ? { guard } : {}), later: has('later') };
};

/** What a member of the team wants; acts only with their verb, and never when negated or supposed. */
export const decideTeam = (plainText: string, languages: readonly Language[], classified: Classified): Decision => {
  const words = wordsSay(plainText, languages);
  const [first, second] = classified.guesses;
  const none = (because: string, candidates: readonly string[] = []): Decision => ({
    intent: 'none',
    strength: 'strong',
    candidates,
    ...(words.guard ? { guarded: words.guard } : {}),
    because: [because],
  });
  const close = classified.guesses
    .filter(({ intent, activation }) => intent !== 'none' && activation > 0.25)
    .slice(0, 3)
    .map(({ intent }) => intent);
  if (words.guard === 'negated' && words.later && words.has('pause')) {
    return {
      intent: 'pause-campaign',
      strength: 'weak',
      candidates: [],
      guarded: 'negated',
      because: ['words-not-yet'],
    };
  }
  if (!first || first.intent === 'none') return none('nothing-clear', words.guard ? [] : close);
  const verb = VERBS[first.intent];
  if (verb) {
    const holding = first.intent === 'pause-campaign' && words.guard === 'negated' && first.activation >= HEARD;
    if (words.guard && !holding) return none('guarded');
    const enough = words.has(verb) ? WITH_WORDS : CLEAR;
    if (first.activation < enough) return none('act-unclear', close);
  } else if (first.activation < HEARD) return none('nothing-clear', close);
  const margin = first.activation - (second?.activation ?? 0);
  const sure = first.activation >= CLEAR && margin >= MARGIN;
  return {
    intent: first.intent,
    strength: sure ? 'strong' : 'weak',
    candidates: margin < MARGIN && second && second.intent !== 'none' ? [first.intent, second.intent] : [],
    because: ['classifier'],
  };
};
