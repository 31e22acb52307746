import type { Classified } from './classifier/classifier';
import type { Heard } from './cues/hear';
import type { Guard } from './types';

/** What one message, or one clause of it, comes down to. */
export interface Decision {
  intent: string;
  strength: 'strong' | 'weak';
  candidates: readonly string[];
  guarded?: Guard;
  /** An act, said with its verb: an order, not an answer to what was asked. */
  withVerb?: true;
  because: string[];
}

export interface Evidence {
  heard: Heard;
  classified: Classified;
}

/** Raw activations; chosen on lines that are in no training file. */
const LEAVE_ALONE = 0.62;
const LEAVE_MAYBE = 0.38;
const ERASE_WITH_WORDS = 0.2;
const ERASE_ALONE = 0.6;
const ERASE_SURE = 0.5;
const SURE_OF_ANOTHER = 0.6;
const HEARD = 0.55;
const CLEAR = 0.75;
/** Said in a word or two; a longer text only looks like one. */
const COURTESIES: ReadonlySet<string> = new Set(['affirm', 'deny', 'greeting', 'thanks']);
const MARGIN = 0.12;
const STRANGE = 0.6;

export const activationOf = (classified: Classified, intent: string): number =>
  classified.guesses.find((guess) => guess.intent === intent)?.activation ?? 0;

const leaving = ({ heard, classified }: Evidence): Decision | undefined => {
  const erasing = heard.erase || heard.eraseGuard !== undefined;
  const act = activationOf(classified, 'opt-out');
  if (heard.leave === 'strong')
    return { intent: 'opt-out', strength: 'strong', candidates: [], because: ['words-leave'] };
  if (heard.leaveGuard || (erasing && heard.eraseGuard)) return undefined;
  const wish = classified.guesses[0];
  const elsewhere = wish && wish.intent !== 'opt-out' && wish.intent !== 'none' && wish.activation >= SURE_OF_ANOTHER;
  if (heard.leave === 'weak' && !heard.erase && !elsewhere) {
    const strength = act >= LEAVE_ALONE ? 'strong' : 'weak';
    return { intent: 'opt-out', strength, candidates: ['opt-out', 'human-agent'], because: ['words-leave-maybe'] };
  }
  const first = classified.guesses[0];
  if (heard.erase || heard.otherObject || first?.intent !== 'opt-out' || classified.unknown > STRANGE) return undefined;
  if (heard.shop) return undefined;
  // a single word is a keyword or nothing
  if (act < LEAVE_MAYBE || classified.words < 2) return undefined;
  // words alone never carry it to a suppression: a classifier that is sure only holds, and asks
  return { intent: 'opt-out', strength: 'weak', candidates: ['opt-out', 'human-agent'], because: ['classifier-leave'] };
};

const erasing = ({ heard, classified }: Evidence): Decision | undefined => {
  const act = activationOf(classified, 'delete-data');
  if (heard.erase && !heard.eraseGuard && !heard.status) {
    if (act >= ERASE_WITH_WORDS) {
      return {
        intent: 'delete-data',
        strength: 'strong',
        candidates: [],
        because: ['words-erase', 'classifier-erase'],
      };
    }
    // words without the classifier: nothing is proposed, promotions are held, and the person is asked
    return {
      intent: 'opt-out',
      strength: 'weak',
      candidates: ['delete-data', 'opt-out'],
      because: ['words-erase-only'],
    };
  }
  const first = classified.guesses[0]?.intent === 'delete-data' && !heard.eraseGuard && !heard.status;
  if (first && heard.eraseWord && act >= ERASE_SURE) {
    return {
      intent: 'delete-data',
      strength: 'strong',
      candidates: [],
      because: ['word-erase', 'classifier-erase'],
    };
  }
  if (first && !heard.eraseDoubt && act >= ERASE_ALONE) {
    return {
      intent: 'none',
      strength: 'weak',
      candidates: ['delete-data', 'opt-out'],
      because: ['classifier-erase-only'],
    };
  }
  return undefined;
};

/** Destructive wishes go through their own doors; everything else is the classifier's, with a margin. */
const other = ({ heard, classified }: Evidence): Decision => {
  const guarded = heard.eraseGuard ?? heard.leaveGuard ?? (heard.otherObject ? ('other-object' as const) : undefined);
  const guess = classified.guesses.filter(({ intent }) => intent !== 'opt-out' && intent !== 'delete-data');
  const [first, second] = guess;
  const more = guarded ? { guarded } : {};
  const none = (because: string, candidates: string[] = []): Decision => ({
    intent: 'none',
    strength: 'strong',
    candidates,
    ...more,
    because: [because],
  });
  if (heard.status && activationOf(classified, 'request-status') > 0.1) {
    return { intent: 'request-status', strength: 'strong', candidates: [], because: ['words-status'] };
  }
  if (!first || first.intent === 'none' || first.activation < HEARD) {
    const close = guess
      .filter(({ intent, activation }) => intent !== 'none' && activation > 0.3)
      .map(({ intent }) => intent);
    return none('nothing-clear', guarded ? [] : close.slice(0, 3));
  }
  if (guarded && guarded !== 'other-object' && first.activation < CLEAR) return none('guarded');
  if (COURTESIES.has(first.intent) && first.activation < SURE_OF_ANOTHER) return none('nothing-clear');
  const margin = first.activation - (second?.activation ?? 0);
  const candidates = margin < MARGIN && second && second.intent !== 'none' ? [first.intent, second.intent] : [];
  const sure = first.activation >= CLEAR && margin >= MARGIN && classified.unknown <= STRANGE;
  return { intent: first.intent, strength: sure ? 'strong' : 'weak', candidates, ...more, because: ['classifier'] };
};

/** By cost: a wish to leave is heard gladly, an erasure only with words and classifier and no guard. */
export const decideRecipient = (evidence: Evidence): Decision =>
  leaving(evidence) ?? erasing(evidence) ?? other(evidence);
