import type { Classified } from './classifier/classifier';
import type { Heard } from './cues/hear';
import { activationOf, type Decision, isGuesswork, lessTalk } from './decision';
import { THRESHOLDS } from './thresholds';

export interface Evidence {
  heard: Heard;
  classified: Classified;
}

const sure = THRESHOLDS.recipient;
/** Said in a word or two; a longer text only looks like one. */
const COURTESIES: ReadonlySet<string> = new Set(['affirm', 'deny', 'greeting', 'thanks']);
/** Each stops or holds promotions by itself. */
const PROTECTS: ReadonlySet<string> = new Set(['object-processing', 'block-processing', 'report-spam', 'is-minor']);
const NEEDS_WORDS: ReadonlySet<string> = new Set([...PROTECTS, 'opt-in']);

/** Guards beside which a resemblance alone is nothing; whoever speaks for somebody else may speak for both. */
const DENIES: ReadonlySet<string | undefined> = new Set(['negated', 'hypothetical', 'quoted', 'other-object']);

const leave = (strength: 'strong' | 'weak', because: string, candidates = ['opt-out', 'human-agent']): Decision => ({
  intent: 'opt-out',
  strength,
  candidates: strength === 'weak' ? candidates : [],
  because: [because],
});

/** Another wish than leaving that is clear, and that words of leaving may well be part of. */
const another = ({ guesses }: Classified, needed = sure.another): boolean => {
  const [first] = guesses;
  // a wrong number resembles a number to be corrected; whoever has the wrong one is to be left alone first
  const no = ['opt-out', 'none', 'rectify-data'];
  return first !== undefined && !no.includes(first.intent) && first.activation >= needed;
};

const leaving = ({ heard, classified }: Evidence): Decision | undefined => {
  const act = activationOf(classified, 'opt-out');
  const none = activationOf(classified, 'none');
  const [first] = classified.guesses;
  const [wish] = classified.guesses.filter(({ intent }) => intent !== 'none');
  if (heard.leave === 'strong') {
    if (act < sure.leave.hardly && none >= sure.leave.onlyTalk) return undefined;
    if (first && PROTECTS.has(first.intent) && another(classified)) return undefined;
    // its case stops promotions too
    const isErasure = heard.erase || act < sure.leave.hardly;
    const proposed = isErasure && erasing({ heard, classified })?.intent === 'delete-data';
    if (proposed && activationOf(classified, 'delete-data') > act) return undefined;
    const isElsewhere = heard.leaveGuard === 'other-object' && act >= sure.leave.guarded;
    const isGuarded = (heard.leaveGuard !== undefined && !isElsewhere) || heard.eraseDoubt === true;
    const isDoubtful = isGuarded || none >= sure.leave.nothing || act < sure.leave.withWords;
    return leave(isDoubtful ? 'weak' : 'strong', 'words-leave');
  }
  if (heard.leave === 'weak' && !heard.leaveGuard && !heard.eraseGuard && !heard.erase) {
    if (another(classified) || none >= sure.leave.onlyTalk) return undefined;
    return leave(act >= sure.leave.confident ? 'strong' : 'weak', 'words-leave-maybe');
  }
  // a single word is a keyword or nothing
  if (wish?.intent !== 'opt-out' || none >= sure.leave.talk || classified.unknown > sure.strange) return undefined;
  if (classified.words < 2 || heard.shop || DENIES.has(heard.leaveGuard)) return undefined;
  const guarded = heard.leaveGuard ?? heard.eraseGuard ?? (heard.eraseDoubt || heard.otherObject);
  if (heard.erase || act < (guarded ? sure.leave.guarded : sure.leave.alone)) return undefined;
  // words alone never carry it to a suppression: a classifier that is sure only holds, and asks
  return leave('weak', 'classifier-leave');
};

const erase = (...because: string[]): Decision => ({
  intent: 'delete-data',
  strength: 'strong',
  candidates: [],
  because,
});

const erasing = ({ heard, classified }: Evidence): Decision | undefined => {
  const act = activationOf(classified, 'delete-data');
  // who asks what became of it may be asking once more
  if (heard.eraseGuard || (heard.status && act < sure.erase.alone)) return undefined;
  const isFirst = classified.guesses[0]?.intent === 'delete-data';
  const least = heard.eraseDoubt ? sure.erase.doubtful : 0;
  if (heard.erase && act >= Math.max(least, sure.erase.withWords)) return erase('words-erase', 'classifier-erase');
  if (heard.eraseWord && isFirst && act >= Math.max(least, sure.erase.withAnyWord))
    return erase('word-erase', 'classifier-erase');
  if (
    heard.erase &&
    !heard.eraseDoubt &&
    !another(classified) &&
    activationOf(classified, 'none') < sure.erase.nothing
  ) {
    // words without the classifier: nothing is proposed, promotions are held, and the person is asked
    return leave('weak', 'words-erase-only', ['delete-data', 'opt-out']);
  }
  if (!isFirst || heard.eraseDoubt || act < sure.erase.offered) return undefined;
  if (act >= sure.erase.alone && !heard.otherObject && !heard.shop) return erase('classifier-erase');
  return {
    intent: 'none',
    strength: 'weak',
    candidates: ['delete-data', 'opt-out'],
    because: ['classifier-erase-only'],
  };
};

/** Destructive wishes go through their own doors; everything else is the classifier's, with a margin. */
const other = ({ heard, classified }: Evidence): Decision => {
  const guarded = heard.eraseGuard ?? heard.leaveGuard ?? (heard.otherObject ? ('other-object' as const) : undefined);
  const more = guarded ? { guarded } : {};
  const guesses = classified.guesses.filter(
    ({ intent }) =>
      ![
        'opt-out',
        'delete-data',
        ...(heard.leaveGuard && heard.leaveGuard !== 'negated' ? ['opt-in'] : []),
        ...heard.notWords,
      ].includes(intent),
  );
  const [first, second] = guesses;
  const none = (because: string, candidates: string[] = []): Decision => ({
    ...{ intent: 'none', strength: 'strong', candidates, ...more },
    because: [because],
  });
  if (heard.status && activationOf(classified, 'request-status') > 0.1)
    return { intent: 'request-status', strength: 'strong', candidates: [], because: ['words-status'] };
  if (!first || first.intent === 'none' || first.activation < sure.asked || isGuesswork(classified))
    return none('nothing-clear');
  if (COURTESIES.has(first.intent) && first.activation < sure.courtesy) return none('nothing-clear');
  if (first.activation < sure.heard) {
    if (guarded || heard.eraseDoubt) return none('guarded');
    return { intent: first.intent, strength: 'weak', candidates: [], confirm: true, because: ['classifier-maybe'] };
  }
  // what is done at once to a person's data needs a word of its own
  if (NEEDS_WORDS.has(first.intent) && !heard.words.includes(first.intent))
    return { intent: first.intent, strength: 'weak', candidates: [], confirm: true, because: ['classifier-no-words'] };
  const margin = first.activation - (second?.activation ?? 0);
  const candidates = margin < sure.margin && second && second.intent !== 'none' ? [first.intent, second.intent] : [];
  const clear = first.activation >= sure.clear && margin >= sure.margin && classified.unknown <= sure.strange;
  return { intent: first.intent, strength: clear ? 'strong' : 'weak', candidates, ...more, because: ['classifier'] };
};

/** By cost: a wish to leave is heard gladly, an erasure only with words and classifier and no guard. */
export const decideRecipient = ({ heard, classified }: Evidence): Decision => {
  const evidence = { heard, classified: lessTalk(classified, sure.talkCounts) };
  return leaving(evidence) ?? erasing(evidence) ?? other(evidence);
};
