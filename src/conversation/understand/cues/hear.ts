import type { Language } from '../../../intent';
import { sentence } from '../normalise';
import type { Guard } from '../types';
import { CUES, type Cues, matches } from './cues';

/** What the words alone say, before any classifier. */
export interface Heard {
  leave?: 'strong' | 'weak';
  erase: boolean;
  /** A word of erasing, whatever it is about. */
  eraseWord: boolean;
  /** Intents of which a word was said, and those that something said rules out. */
  words: string[];
  notWords: string[];
  status: boolean;
  /** A question for the shop, in whose words a classifier easily hears promotions. */
  shop?: boolean;
  /** Why a destructive wish that was heard is not meant; only where no other clause means it. */
  leaveGuard?: Guard;
  eraseGuard?: Guard;
  /** A guard without a cue: nothing to guard, but no erasure should be offered either. */
  eraseDoubt?: boolean;
  /** That nothing be erased was said. */
  keepData?: boolean;
  /** A purchase, plan or appointment is what would be cancelled. */
  otherObject: boolean;
}

const CLAUSES = / ?[.;!?\n] ?| (?:pero|but|mas so|porem|so that|sino) /u;

/** The parts of a sentence that can be meant or guarded each for itself. */
export const clausesOf = (text: string): string[] =>
  text
    .split(CLAUSES)
    .map((clause) => clause.trim())
    .filter(Boolean);

const PARTS = / ?, ?| (?:y|and|e|so|asi que|entao) /u;

/** The parts of a clause, where one of them is guarded. */
const partsOf = (clause: string): string[] => {
  const parts = clause.split(PARTS).filter((part) => part.trim() !== '');
  return parts.length > 1 ? parts : [];
};

/** Only what is outside quotation marks, if there is anything outside them. */
const outsideQuotes = (text: string): { text: string; quoted: boolean } => {
  const without = text
    .replace(/"[^"]*"/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return /\p{L}{2}/u.test(without) && without !== text.trim()
    ? { text: without, quoted: true }
    : { text, quoted: false };
};

const guardOf = (cues: Cues, act: 'leave' | 'erase', clause: string): Guard | undefined => {
  if (matches(cues.negated[act], clause)) return 'negated';
  if (matches(cues.hypothetical, clause)) return 'hypothetical';
  if (matches(cues.quoted, clause)) return 'quoted';
  if (matches(cues.thirdPerson, clause)) return 'third-person';
  if (matches(cues.otherObject[act], clause)) return 'other-object';
  return undefined;
};

const isMeant = (cues: Cues, part: string): boolean => matches(cues.leave, part) && !guardOf(cues, 'leave', part);

const nothingHeard = (): Heard => ({
  ...{ erase: false, eraseWord: false, words: [], notWords: [] },
  ...{ status: false, otherObject: false },
});

const rank = { strong: 2, weak: 1 } as const;

const hearClause = (heard: Heard, cues: Cues, clause: string): void => {
  const leave = matches(cues.leave, clause) ? 'strong' : matches(cues.leaveMaybe, clause) ? 'weak' : undefined;
  const leaveGuard = guardOf(cues, 'leave', clause);
  if (leaveGuard === 'other-object') heard.otherObject = true;
  if (leave && leaveGuard) {
    heard.leaveGuard = leaveGuard;
    // "cancel my account and never text me again": the guard is about another part, and what is left is held at least
    if (partsOf(clause).some((part) => isMeant(cues, part))) heard.leave = 'strong';
  } else if (leave && (!heard.leave || rank[leave] > rank[heard.leave])) heard.leave = leave;
  else if (leaveGuard === 'negated' && !leave) heard.leaveGuard ??= 'negated';
  const eraseGuard = guardOf(cues, 'erase', clause);
  if (!eraseGuard && matches(cues.eraseWord, clause)) heard.eraseWord = true;
  if (matches(cues.shop, clause)) heard.shop = true;
  if (eraseGuard === 'negated') heard.keepData = true;
  if (matches(cues.status, clause)) heard.status = true;
  if (matches(cues.erase, clause)) {
    if (eraseGuard) heard.eraseGuard = eraseGuard;
    else heard.erase = true;
  } else if (eraseGuard) heard.eraseDoubt = true;
};

/** Tries the cue grammars of the likely languages on a text, clause by clause. */
export const hear = (plainText: string, languages: readonly Language[]): Heard => {
  const heard: Heard = nothingHeard();
  for (const language of languages) {
    const cues = CUES[language];
    const whole = sentence(plainText, language);
    for (const [intent, patterns] of Object.entries(cues.words)) if (matches(patterns, whole)) heard.words.push(intent);
    for (const [intent, patterns] of Object.entries(cues.notWords))
      if (matches(patterns, whole)) heard.notWords.push(intent);
    const outside = outsideQuotes(whole);
    if (outside.quoted) {
      const all: Heard = nothingHeard();
      for (const clause of clausesOf(whole.replace(/"/g, ' '))) hearClause(all, cues, clause);
      if (all.erase) heard.eraseGuard ??= 'quoted';
      if (all.leave) heard.leaveGuard ??= 'quoted';
    }
    for (const clause of clausesOf(outside.text)) hearClause(heard, cues, clause);
  }
  return heard;
};

/** One expression of the cue files that was found in a text. */
export interface CueHit {
  /** `leave`, `erase`, `negated.erase`, … as in the cue files. */
  cue: string;
  words: string;
}

const groupsOf = (cues: Cues): [string, readonly RegExp[]][] => [
  ...(
    ['leave', 'leaveMaybe', 'shop', 'erase', 'eraseWord', 'status', 'hypothetical', 'quoted', 'thirdPerson'] as const
  ).map((name): [string, readonly RegExp[]] => [name, cues[name]]),
  ...(['negated', 'otherObject'] as const).flatMap((guard) =>
    (['leave', 'erase'] as const).map((act): [string, readonly RegExp[]] => [`${guard}.${act}`, cues[guard][act]]),
  ),
];

/** Every cue and guard that stands in a text, with the words it was found in. */
export const cuesIn = (plainText: string, languages: readonly Language[]): CueHit[] =>
  languages.flatMap((language) =>
    clausesOf(sentence(plainText, language).replace(/"/g, ' ')).flatMap((clause) =>
      groupsOf(CUES[language]).flatMap(([cue, patterns]) =>
        patterns.flatMap((pattern) => {
          const words = pattern.exec(clause)?.[0].trim();
          return words ? [{ cue: `${language}.${cue}`, words }] : [];
        }),
      ),
    ),
  );
