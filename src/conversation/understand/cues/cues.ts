import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Language } from '../../../intent';
import { LANGUAGES } from '../types';

type Sources = readonly string[];
interface Written {
  parts: Record<string, string>;
  leave: Sources;
  leaveMaybe: Sources;
  shop: Sources;
  erase: Sources;
  eraseWord: Sources;
  words: Record<string, Sources>;
  notWords: Record<string, Sources>;
  status: Sources;
  guards: {
    negated: { leave: Sources; erase: Sources };
    hypothetical: Sources;
    quoted: Sources;
    'third-person': Sources;
    otherObject: { leave: Sources; erase: Sources };
  };
  team: Record<
    | 'send'
    | 'schedule'
    | 'pause'
    | 'resume'
    | 'cancel'
    | 'suppress'
    | 'refuses'
    | 'notSuppressed'
    | 'fulfil'
    | 'reject'
    | 'later'
    | 'notNow'
    | 'elsewhere'
    | 'negated'
    | 'hypothetical',
    string
  >;
}

type Patterns = readonly RegExp[];
/** The patterns of one language, ready to be tried. */
export interface Cues {
  leave: Patterns;
  leaveMaybe: Patterns;
  shop: Patterns;
  erase: Patterns;
  eraseWord: Patterns;
  words: Readonly<Record<string, Patterns>>;
  notWords: Readonly<Record<string, Patterns>>;
  status: Patterns;
  negated: { leave: Patterns; erase: Patterns };
  hypothetical: Patterns;
  quoted: Patterns;
  thirdPerson: Patterns;
  otherObject: { leave: Patterns; erase: Patterns };
  team: Record<keyof Written['team'], RegExp>;
}

const compile = (language: Language): Cues => {
  const written = load(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Written;
  // parts may stand inside later parts: fill in from the last to the first
  const fill = (source: string): string => {
    let out = source;
    for (let depth = 0; depth < 3; depth += 1) {
      out = out.replace(/\{\{(\w+)\}\}/g, (_, name: string) => written.parts[name] ?? `(?:MISSING-${name})`);
    }
    return out;
  };
  const all = (sources: Sources): RegExp[] => sources.map((source) => new RegExp(fill(source)));
  const each = (byIntent: Record<string, Sources>) =>
    Object.fromEntries(Object.entries(byIntent).map(([intent, sources]) => [intent, all(sources)]));
  const { guards } = written;
  return {
    leave: all(written.leave),
    leaveMaybe: all(written.leaveMaybe),
    shop: all(written.shop),
    erase: all(written.erase),
    eraseWord: all(written.eraseWord),
    words: each(written.words),
    notWords: each(written.notWords),
    status: all(written.status),
    negated: { leave: all(guards.negated.leave), erase: all(guards.negated.erase) },
    hypothetical: all(guards.hypothetical),
    quoted: all(guards.quoted),
    thirdPerson: all(guards['third-person']),
    otherObject: { leave: all(guards.otherObject.leave), erase: all(guards.otherObject.erase) },
    team: Object.fromEntries(
      Object.entries(written.team).map(([name, source]) => [name, new RegExp(fill(source))]),
    ) as Cues['team'],
  };
};

/** The cue grammar of each language. */
export const CUES: Readonly<Record<Language, Cues>> = Object.fromEntries(
  LANGUAGES.map((language) => [language, compile(language)]),
) as Record<Language, Cues>;

export const matches = (patterns: Patterns, text: string): boolean => patterns.some((pattern) => pattern.test(text));
